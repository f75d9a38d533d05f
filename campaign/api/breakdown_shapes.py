"""How a run's scores in finer parts look in the API."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from campaign.api import scores
from campaign.api.scores import INTERVALS, VALUES
from campaign.api.shapes import Shape
from campaign.reads.breakdowns import Cell
from campaign.reads.class_tables import ClassName, ClassRow, ConfusionRow
from campaign.reads.positions import Band
from campaign.refusals import NotThere

_PAGE_SIZE, _MAX_PAGE_SIZE = 100, 1000


# ---------------------------------------------------------------- what is asked
class ByIn(Shape):
    """Which table."""

    by = serializers.CharField(
        default="",
        help_text="One of `choices`, as `clefboard score --by` takes them, e.g. `Organ` or "
        "`Organ+TrainImages=10,50,200` (in an address `+` is written %2B); by itself the first.",
    )


class ConfusionsIn(Shape):
    """Which page, of which rows."""

    page = serializers.IntegerField(min_value=1, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=_MAX_PAGE_SIZE, default=_PAGE_SIZE)
    search = serializers.CharField(
        default="", allow_blank=True, help_text="Part of the id, species or family of a class."
    )


class ClassesIn(ConfusionsIn):
    """Which page, of which rows, in which order."""

    sort = serializers.CharField(
        default="",
        help_text="class, n, train_images, instead or one of `figures`, the highest first; with a "
        "`-` before it the other way round.",
    )


def page_of(rows: Sequence[Any], asked: dict[str, Any]) -> Page[Any]:
    """Return the page that is asked for; one after the last is not there."""
    paginator = Paginator(rows, asked["page_size"])
    if asked["page"] > paginator.num_pages:
        raise NotThere(
            _("There is no page %(asked)s; the last one is %(last)s.")
            % {"asked": asked["page"], "last": paginator.num_pages},
            code="no_page",
        )
    return paginator.page(asked["page"])


# ---------------------------------------------------------------- what is answered
class CellOut(serializers.Serializer[Cell]):
    """The scores of the queries that have these values."""

    values = serializers.ListField(child=serializers.CharField(allow_blank=True))
    n = serializers.IntegerField(
        allow_null=True,
        help_text="Queries. Null in a cell that does not show while labels are hidden: of fewer than "
        "20 queries, or beside such a one; its scores are null, and `undefined` says which.",
    )
    scores = serializers.SerializerMethodField()
    intervals = serializers.SerializerMethodField()
    undefined = serializers.SerializerMethodField()

    @extend_schema_field(VALUES)
    def get_scores(self, cell: Cell) -> dict[str, float | None]:
        """Return metric to value."""
        return scores.values(cell.by_metric)

    @extend_schema_field(INTERVALS)
    def get_intervals(self, cell: Cell) -> dict[str, list[float]]:
        """Return metric to interval."""
        return scores.intervals(cell.by_metric)

    def get_undefined(self, cell: Cell) -> dict[str, str]:
        """Return metric to reason."""
        return scores.undefined(cell.by_metric)


_SUBSETS = {
    "run": 17,
    "part": "all",
    "by": "Organ",
    "choices": ["Organ", "TrainImages=10,50", "Organ+TrainImages=10,50"],
    "columns": ["Organ"],
    "metrics": ["mrr"],
    "cells": [
        {
            "values": ["flower"],
            "n": 7012,
            "scores": {"mrr": 0.61},
            "intervals": {"mrr": [0.6, 0.62]},
            "undefined": {},
        }
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("by organ", value=_SUBSETS)])
class SubsetsOut(serializers.Serializer[Any]):
    """A run's scores by the values of a column, or of two."""

    run = serializers.IntegerField()
    part = serializers.CharField(
        source="table.question.part", help_text="The part of the test the scores are on."
    )
    by = serializers.CharField(source="table.question.name")
    choices = serializers.ListField(
        child=serializers.CharField(), help_text="What this run is broken down by."
    )
    columns = serializers.SerializerMethodField()
    metrics = serializers.ListField(source="table.metrics", child=serializers.CharField())
    cells = CellOut(source="table.cells", many=True)

    def get_columns(self, said: dict[str, Any]) -> list[str]:
        """Return the columns the values are of."""
        return [grouping.column for grouping in said["table"].question.groupings]


class BandOut(serializers.Serializer[Band]):
    """The positions from `first` to `last`."""

    first = serializers.IntegerField()
    last = serializers.IntegerField(allow_null=True, help_text="Null in the band without an end.")
    n = serializers.IntegerField(help_text="Queries whose first right class is there.")


_POSITIONS = {
    "run": 17,
    "part": "all",
    "bands": [{"first": 1, "last": 1, "n": 5210}, {"first": 2, "last": 5, "n": 1104}],
    "n_missed": 601,
    "n_unanswered": 97,
    "n_left_out": 0,
    "n_queries": 7012,
    "median": 1.0,
    "coverage": 0.99,
}


@extend_schema_serializer(examples=[OpenApiExample("a ranked run", value=_POSITIONS)])
class PositionsOut(serializers.Serializer[Any]):
    """Where the first right class stands, over the queries that have one."""

    run = serializers.IntegerField()
    part = serializers.CharField(help_text="The part of the test it is on.")
    bands = BandOut(source="positions.bands", many=True)
    n_missed = serializers.IntegerField(
        source="positions.n_missed", help_text="Queries answered without a right class."
    )
    n_unanswered = serializers.IntegerField(source="positions.n_unanswered")
    n_left_out = serializers.IntegerField(
        source="positions.n_left_out", help_text="Queries that have no right class."
    )
    n_queries = serializers.IntegerField(source="positions.n_queries")
    median = serializers.FloatField(
        source="positions.median",
        allow_null=True,
        help_text="Null where a right class was not found in half of the queries.",
    )
    coverage = serializers.FloatField(
        source="positions.coverage", help_text="The share of all queries that have an answer."
    )


class _PageOut(serializers.Serializer[Any]):
    """What every page of a list says."""

    run = serializers.IntegerField()
    part = serializers.CharField(help_text="The part of the test it is on.")
    count = serializers.IntegerField(source="page.paginator.count", help_text="On all pages.")
    next = serializers.SerializerMethodField()
    previous = serializers.SerializerMethodField()

    def get_next(self, said: dict[str, Any]) -> str | None:
        """Return the address of the page after this one."""
        page = said["page"]
        return self._address(page.next_page_number()) if page.has_next() else None

    def get_previous(self, said: dict[str, Any]) -> str | None:
        """Return the address of the page before this one."""
        page = said["page"]
        return self._address(page.previous_page_number()) if page.has_previous() else None

    def _address(self, number: int) -> str:
        request: Request = self.context["request"]
        return replace_query_param(request.build_absolute_uri(), "page", number)


class NameOut(serializers.Serializer[ClassName]):
    """A class."""

    id = serializers.CharField()
    species = serializers.CharField(help_text="Empty where classes.csv says none.")
    family = serializers.CharField(help_text="Empty where classes.csv says none.")


class ClassOut(serializers.Serializer[ClassRow]):
    """What a run made of one class."""

    name = NameOut()
    n = serializers.IntegerField(help_text="Queries of which it is a right class.")
    train_images = serializers.IntegerField(allow_null=True)
    figures = serializers.ListField(
        child=serializers.FloatField(allow_null=True), help_text="As `figures` above names them."
    )
    instead = NameOut(allow_null=True, help_text="What most often stood first instead.")
    n_instead = serializers.IntegerField(help_text="In how many queries.")


_MAPLE = {"id": "c27", "species": "Acer campestre", "family": "Sapindaceae"}
_PLANE = {"id": "c31", "species": "Platanus acerifolia", "family": "Platanaceae"}
_CLASSES = {
    "run": 17,
    "part": "all",
    "count": 1,
    "next": None,
    "previous": None,
    "figures": ["mrr", "top_1"],
    "classes": [
        {
            "name": _MAPLE,
            "n": 12,
            "train_images": 40,
            "figures": [0.81, 0.75],
            "instead": _PLANE,
            "n_instead": 2,
        }
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("a page", value=_CLASSES)])
class ClassesOut(_PageOut):
    """A page of what a run made of each class of the ground truth."""

    figures = serializers.ListField(source="table.figures", child=serializers.CharField())
    classes = ClassOut(source="page.object_list", many=True)


class ConfusionOut(serializers.Serializer[ConfusionRow]):
    """What a class was taken for."""

    right = NameOut()
    instead = NameOut()
    n = serializers.IntegerField(help_text="In how many queries.")
    of = serializers.IntegerField(help_text="Of how many of the right class.")


_CONFUSIONS = {
    "run": 17,
    "part": "all",
    "count": 1,
    "next": None,
    "previous": None,
    "confusions": [{"right": _MAPLE, "instead": _PLANE, "n": 2, "of": 12}],
}


@extend_schema_serializer(examples=[OpenApiExample("a page", value=_CONFUSIONS)])
class ConfusionsOut(_PageOut):
    """A page of what a run took for what."""

    confusions = ConfusionOut(source="page.object_list", many=True)
