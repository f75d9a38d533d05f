"""A run's scores in finer parts: by the task's columns, by class, and what was taken for what."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.breakdown_shapes import (
    ByIn,
    ClassesIn,
    ClassesOut,
    ConfusionsIn,
    ConfusionsOut,
    PositionsOut,
    SubsetsOut,
    page_of,
)
from campaign.api.files import FileView
from campaign.api.runs import find_report
from campaign.api.schema import refusals
from campaign.api.shapes import answer, query
from campaign.clock import now
from campaign.reads.breakdowns import (
    About,
    Question,
    SubsetTable,
    class_question,
    position_question,
    subset_questions,
)
from campaign.reads.class_tables import ClassRow, ClassTable, ConfusionTable
from campaign.reads.positions import Positions
from campaign.refusals import NotThere, Refusal
from campaign.services import breakdowns

_CSV = "text/csv; charset=utf-8"


class SubsetsView(APIView):
    """A run's scores by the columns that its task declares."""

    @extend_schema(parameters=[ByIn], responses={200: SubsetsOut, **refusals(400, 404, 503)})
    def get(self, request: Request, pk: int) -> Response:
        """Say a run's scores by the values of a column, or of two; made when first asked for."""
        report = find_report(pk, request.user)
        questions = subset_questions(report, request.user, now())
        question = _chosen(questions, query(ByIn, request)["by"])
        table = SubsetTable.of(question, answer_to(question, request))
        said = {"run": pk, "table": table, "choices": [one.name for one in questions]}
        return Response(answer(SubsetsOut, said, request))


class PositionsView(APIView):
    """Where the right classes stand in a run's answers."""

    @extend_schema(responses={200: PositionsOut, **refusals(404, 503)})
    def get(self, request: Request, pk: int) -> Response:
        """Say in how many queries the first right class stands where; it goes with the scores."""
        question = position_question(find_report(pk, request.user), request.user, now())
        if question is None:
            raise NotThere(
                _("This run ranks no classes, or its scores do not show yet."), code="no_table"
            )
        positions = Positions.of(answer_to(question, request))
        said = {"run": pk, "part": question.part, "positions": positions}
        return Response(answer(PositionsOut, said, request))


class ClassesView(APIView):
    """A run class by class."""

    @extend_schema(parameters=[ClassesIn], responses={200: ClassesOut, **refusals(400, 404, 503)})
    def get(self, request: Request, pk: int) -> Response:
        """Say what a run made of each class; open to all with the results or a released truth."""
        question, data = _of_classes(request, pk, "classes")
        table, asked = ClassTable.of(data), query(ClassesIn, request)
        _refuse_unknown_column(asked["sort"], table.columns)
        rows = table.listed(search=asked["search"], sort=asked["sort"])
        said = {"run": pk, "part": question.part, "table": table, "page": page_of(rows, asked)}
        return Response(answer(ClassesOut, said, request))


class ClassTableView(FileView):
    """A run class by class, as a file."""

    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR, **refusals(404, 503)},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Send the whole table of classes, those with the most queries first."""
        _question, data = _of_classes(request, pk, "classes")
        table = ClassTable.of(data)
        file = HttpResponse(content_type=_CSV)
        file["Content-Disposition"] = f'attachment; filename="run-{pk}-classes.csv"'
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(_lines(table))
        return file


class ConfusionsView(APIView):
    """What a run took for what."""

    @extend_schema(
        parameters=[ConfusionsIn], responses={200: ConfusionsOut, **refusals(400, 404, 503)}
    )
    def get(self, request: Request, pk: int) -> Response:
        """Say which class stood first instead of the right one, the most frequent first."""
        question, data = _of_classes(request, pk, "confusions")
        asked = query(ConfusionsIn, request)
        rows = ConfusionTable.of(data).listed(search=asked["search"])
        said = {"run": pk, "part": question.part, "page": page_of(rows, asked)}
        return Response(answer(ConfusionsOut, said, request))


def _of_classes(request: Request, pk: int, about: About) -> tuple[Question, Any]:
    question = class_question(find_report(pk, request.user), request.user, now(), about)
    if question is None:
        raise NotThere(
            _("What a run makes of each class shows when results open or the truth is released."),
            code="not_public_yet",
        )
    return question, answer_to(question, request)


def answer_to(question: Question, request: Request) -> Any:
    """Return what is answered; HEAD makes nothing: who asks so does not look at it."""
    if request.method == "HEAD":
        return breakdowns.answer_if_kept(question)
    return breakdowns.answer(question)


def _chosen(questions: list[Question], name: str) -> Question:
    if not questions:
        raise NotThere(
            _("The task declares no columns, or this run's scores do not show yet."),
            code="no_table",
        )
    known = {question.name: question for question in questions}
    if name and name not in known:
        raise Refusal(
            _("This run is not broken down by '%(by)s'; there are %(known)s.")
            % {"by": name, "known": " ".join(known)},
            code="no_column",
        )
    return known[name] if name else questions[0]


def _refuse_unknown_column(sort: str, known: list[str]) -> None:
    if sort and sort.removeprefix("-") not in known:
        raise Refusal(
            _("This table has no column '%(sort)s'; there are %(known)s.")
            % {"sort": sort, "known": ", ".join(known)},
            code="no_column",
        )


def _lines(table: ClassTable) -> Iterator[list[Any]]:
    yield ["ClassId", "Species", "Queries", "TrainImages", *table.figures, "Instead", "Times"]
    yield from map(_line, table.listed())


def _line(row: ClassRow) -> list[Any]:
    instead = [row.instead.id, row.n_instead] if row.instead else ["", ""]
    return [row.name.id, row.name.species, row.n, row.train_images, *row.figures, *instead]
