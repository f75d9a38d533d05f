"""A run beside another one: what it is better by, and where the two differ."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.charts import Chart
from campaign.charts.comparisons import difference_chart, finding
from campaign.clock import now
from campaign.models import Run
from campaign.reads.breakdowns import Question, kept_answers
from campaign.reads.results import RunReport
from campaign.reads.run_differences import (
    ComparedCell,
    ComparedClasses,
    ComparedQueries,
    ComparedScore,
    are_comparable,
    compared_cells,
    comparison_questions,
    opponents,
)
from campaign.refusals import LimitReached
from campaign.services.breakdowns import answer
from campaign.views.runs import find_report

_LATER = 202  # it is being made: ask again


@dataclass(frozen=True)
class ShownPart:
    """A part of the comparison; `made` is whether there is an answer to show."""

    name: str
    question: Question
    made: bool
    asked: bool = False
    scores: list[ComparedScore] | None = None
    finding: str = ""
    cells: list[ComparedCell] | None = None
    chart: Chart | None = None
    queries: ComparedQueries | None = None
    classes: ComparedClasses | None = None


@require_safe
def run_comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two runs beside each other; the page asks for each part of it when that comes into view."""
    report = find_report(request, pk)
    other = _other(request, report)
    context: dict[str, Any] = {
        "report": report,
        "tab": "run_comparison",
        "search": request.GET.get("search", ""),
        "shows": report.scores is not None,
    }
    if context["shows"]:
        context["rows"] = opponents(report, context["search"][:100])
    if other is None:
        return render(request, "campaign/run_comparison.html", context)
    names = (_called(report.run), _called(other.run))
    context |= {"other": other, "names": names, "comparable": are_comparable(report, other)}
    parts = _parts(request, report, other, names) if context["comparable"] else []
    context["parts"] = parts
    missing = any(part.asked and not part.made for part in parts)
    return render(
        request, "campaign/run_comparison.html", context, status=_LATER if missing else 200
    )


def _other(request: HttpRequest, report: RunReport) -> RunReport | None:
    """Return the run to compare with; of another task there is none."""
    chosen = request.GET.get("with", "")
    if not chosen:
        return None
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise Http404
    other = find_report(request, int(chosen))
    if other.run.registration.task_id != report.run.registration.task_id:
        raise Http404
    return other


def _called(run: Run) -> str:
    return _("Run %(n)s of %(team)s") % {"n": run.number, "team": run.registration.team.name}


def _parts(
    request: HttpRequest, report: RunReport, other: RunReport, names: tuple[str, str]
) -> list[ShownPart]:
    questions = comparison_questions(report, other, request.user, now())
    asked = request.GET.get("part")
    if asked and asked not in questions:
        raise Http404
    kept = kept_answers(questions.values())
    if asked and request.method != "HEAD":
        kept |= _answered(questions[asked])
    generated = report.run.generated or other.run.generated
    return [
        _shown(
            name, question, kept.get(question.kind), names, asked=name == asked, generated=generated
        )
        for name, question in questions.items()
    ]


def _answered(question: Question) -> dict[str, Any]:
    try:
        return {question.kind: answer(question)}
    except LimitReached:  # another table is being made: the page asks again
        return {}


def _shown(
    name: str,
    question: Question,
    data: Any,
    names: tuple[str, str],
    *,
    asked: bool,
    generated: bool,
) -> ShownPart:
    if data is None:
        return ShownPart(name, question, made=False, asked=asked)
    if question.about == "by":
        cells = compared_cells(question, data)
        chart = difference_chart(question, cells, names, generated=generated)
        return ShownPart(name, question, True, asked, cells=cells, chart=chart)
    if question.about == "scores":
        scores = list(map(ComparedScore.of, data))
        said = finding(scores[0], names)
        return ShownPart(name, question, True, asked, scores=scores, finding=said)
    if question.about == "queries":
        return ShownPart(name, question, True, asked, queries=ComparedQueries.of(question, data))
    return ShownPart(name, question, True, asked, classes=ComparedClasses.of(data))
