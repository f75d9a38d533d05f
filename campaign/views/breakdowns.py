"""A run's scores in finer parts: by the task's columns, by class, and what was taken for what."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.charts.runs import MOST_BARS
from campaign.clock import now
from campaign.metric_names import metric_name
from campaign.models import Phase
from campaign.reads.breakdowns import (
    SHORT,
    About,
    Question,
    class_question,
    position_question,
    subset_questions,
)
from campaign.reads.class_tables import ClassTable, ConfusionTable
from campaign.reads.results import RunReport
from campaign.refusals import LimitReached
from campaign.services.breakdowns import answer, answer_if_kept
from campaign.views.run_figures import shown_positions, shown_subset
from campaign.views.runs import find_report

PAGE_SIZE = 100
_LATER = 202  # it is being made: ask again


@dataclass(frozen=True)
class Head:
    """The head of a column that sorts; `sort` is what its link asks for, `order` ARIA's word."""

    label: str
    sort: str
    order: str = ""
    css: str = "num"


@require_safe
def run_subsets(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one table; its page asks again by itself while another one is being made."""
    report = find_report(request, pk)
    questions = subset_questions(report, request.user, now())
    chosen = _chosen(questions, request.GET.get("by"))
    data = _answer(request, chosen) if chosen else None
    brief = "brief" in request.GET
    most = SHORT if brief else MOST_BARS
    return _page(
        request,
        "run_subsets",
        report,
        asked=chosen is not None,
        data=data,
        questions=questions,
        chosen=chosen,
        shown=shown_subset(chosen, data, report, most=most) if chosen else None,
        brief=brief,
    )


@require_safe
def run_positions(request: HttpRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    question = position_question(report, request.user, now())
    data = _answer(request, question) if question else None
    shown = shown_positions(data, report) if question else None
    return _page(
        request, "run_positions", report, asked=question is not None, data=data, shown=shown
    )


@require_safe
def run_classes(request: HttpRequest, pk: int) -> HttpResponse:
    report, data, context = _of_classes(request, pk, "classes")
    if data is not None:
        table = ClassTable.of(data)
        sort = table.known(request.GET.get("sort", ""))
        rows = table.listed(search=context["search"], sort=sort)
        context |= {
            "table": table,
            "heads": _heads(table, sort),
            "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        }
    return _page(request, "run_classes", report, data=data, **context)


@require_safe
def run_confusions(request: HttpRequest, pk: int) -> HttpResponse:
    report, data, context = _of_classes(request, pk, "confusions")
    if data is not None:
        rows = ConfusionTable.of(data).listed(search=context["search"])
        context["page"] = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return _page(request, "run_confusions", report, data=data, **context)


def _of_classes(
    request: HttpRequest, pk: int, about: About
) -> tuple[RunReport, Any, dict[str, Any]]:
    report = find_report(request, pk)
    question = class_question(report, request.user, now(), about)
    data = _answer(request, question) if question else None
    return report, data, {"asked": question is not None, "search": request.GET.get("search", "")}


def _page(
    request: HttpRequest, name: str, report: RunReport, *, asked: bool, data: Any, **context: Any
) -> HttpResponse:
    results = report.run.registration.task.phase(Phase.Kind.RESULTS)
    made = data is not None
    context |= {"report": report, "asked": asked, "made": made, "tab": name, "results": results}
    status = _LATER if asked and not made else 200
    return render(request, f"campaign/{name}.html", context, status=status)


def _chosen(questions: list[Question], name: str | None) -> Question | None:
    """Return the question of a name, or the first; None where there is none at all."""
    if name is None or not questions:
        return next(iter(questions), None)
    for question in questions:
        if question.name == name:
            return question
    raise Http404


def _answer(request: HttpRequest, question: Question) -> Any:
    """Return what is answered, None while the platform is busy with another table.

    HEAD makes nothing: who asks so does not look at it.
    """
    try:
        return answer_if_kept(question) if request.method == "HEAD" else answer(question)
    except LimitReached:
        return None


def _heads(table: ClassTable, sort: str) -> list[Head]:
    """Return the heads of the columns; a second click turns the order."""
    words = {
        "class": _("Class"),
        "n": _("Queries"),
        "train_images": _("Training images"),
        "instead": _("First instead"),
    }
    sorted_by = sort.removeprefix("-")
    return [
        Head(
            label=words.get(name) or metric_name(name),
            sort=f"-{name}" if name == sorted_by and not sort.startswith("-") else name,
            order=_order(name, turned=sort.startswith("-")) if name == sorted_by else "",
            css={"class": "who", "instead": "instead"}.get(name, "num"),
        )
        for name in table.columns
    ]


def _order(column: str, *, turned: bool) -> str:
    """Return how a column is sorted: names rise and figures fall, until the order is turned."""
    return "descending" if (column != "class") != turned else "ascending"
