"""A run beside another one: what it is better by, and where the two differ."""

from typing import Any, get_args

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.breakdown_shapes import NameOut
from campaign.api.breakdowns import answer_to
from campaign.api.runs import find_report
from campaign.api.schema import refusals
from campaign.api.shapes import Shape, answer, query
from campaign.clock import now
from campaign.reads.breakdowns import Question
from campaign.reads.run_differences import (
    ComparedCell,
    ComparedClass,
    ComparedClasses,
    ComparedQueries,
    ComparedScore,
    Shares,
    are_comparable,
    compared_cells,
    comparison_questions,
)
from campaign.reads.small_cells import Why
from campaign.refusals import NotThere, Refusal
from scoring import Difference


class AboutIn(Shape):
    """Which part of the comparison."""

    about = serializers.CharField(
        default="scores",
        help_text="One of `choices`, e.g. `by:Organ`; by itself every metric.",
    )


# ---------------------------------------------------------------- what is answered
class DifferenceOut(serializers.Serializer[Difference]):
    """The run's value minus the other's, where there is a paired test."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    p = serializers.FloatField(help_text="Of the paired test by sign flips.")
    adjusted = serializers.FloatField(help_text="After Holm's correction over all of this answer.")


class ComparedScoreOut(serializers.Serializer[ComparedScore]):
    """A metric of two runs."""

    metric = serializers.CharField()
    one = serializers.FloatField(allow_null=True, help_text="Of `run`.")
    other = serializers.FloatField(allow_null=True, help_text="Of `other`.")
    n = serializers.IntegerField()
    difference = DifferenceOut(allow_null=True)


class ComparedCellOut(serializers.Serializer[ComparedCell]):
    """The queries that have a value of the column, by the metric that ranks."""

    value = serializers.CharField(source="name", allow_blank=True)
    n = serializers.IntegerField(allow_null=True)
    score = ComparedScoreOut(allow_null=True)
    withheld = serializers.ChoiceField(
        get_args(Why),
        allow_null=True,
        help_text="Why nothing of it shows while labels are hidden: too `few` queries, or `beside` such a cell.",
    )


class SharesOut(serializers.Serializer[Shares]):
    """In how many queries both, only `run`, only `other`, and neither."""

    both = serializers.IntegerField()
    one = serializers.IntegerField()
    other = serializers.IntegerField()
    neither = serializers.IntegerField()


class ComparedQueriesOut(serializers.Serializer[ComparedQueries]):
    """Which queries the two answer, and of which their first answer is right."""

    answered = SharesOut()
    right = SharesOut(allow_null=True, help_text="Null while labels are hidden, and of sets.")


class ComparedClassOut(serializers.Serializer[ComparedClass]):
    """A class by the figure of either run."""

    name = NameOut()
    n = serializers.IntegerField(help_text="Queries of which it is a right class.")
    one = serializers.FloatField()
    other = serializers.FloatField()


class ComparedClassesOut(serializers.Serializer[ComparedClasses]):
    """The classes that make most of the difference, on either side."""

    figure = serializers.CharField()
    better = ComparedClassOut(many=True, help_text="On which `run` is better.")
    worse = ComparedClassOut(many=True)
    n_equal = serializers.IntegerField()


_EXAMPLE = {
    "run": 17,
    "other": 18,
    "part": "all",
    "about": "scores",
    "choices": ["scores", "by:Organ", "queries", "classes"],
    "scores": [
        {
            "metric": "mrr",
            "one": 0.92,
            "other": 0.63,
            "n": 7012,
            "difference": {
                "value": 0.29,
                "low": 0.28,
                "high": 0.3,
                "p": 0.01,
                "adjusted": 0.02,
            },
        }
    ],
    "cells": None,
    "queries": None,
    "classes": None,
}


@extend_schema_serializer(examples=[OpenApiExample("every metric", value=_EXAMPLE)])
class ComparisonOut(serializers.Serializer[Any]):
    """One part of the comparison of two runs; of what was not asked about there is null."""

    run = serializers.IntegerField()
    other = serializers.IntegerField()
    part = serializers.CharField(help_text="The part of the test it is on.")
    about = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())
    scores = ComparedScoreOut(many=True, allow_null=True, default=None)
    cells = ComparedCellOut(many=True, allow_null=True, default=None)
    queries = ComparedQueriesOut(allow_null=True, default=None)
    classes = ComparedClassesOut(allow_null=True, default=None)


class ComparisonView(APIView):
    """Two runs of a task."""

    @extend_schema(parameters=[AboutIn], responses={200: ComparisonOut, **refusals(400, 404, 503)})
    def get(self, request: Request, pk: int, other: int) -> Response:
        """Say what a run is better by than another one, and where; made when first asked for."""
        about = query(AboutIn, request)["about"]
        questions = _questions(request, pk, other)
        question = _chosen(questions, about)
        said = {
            "run": pk,
            "other": other,
            "part": question.part,
            "about": about,
            "choices": list(questions),
            **_said(question, answer_to(question, request)),
        }
        return Response(answer(ComparisonOut, said, request))


def _questions(request: Request, pk: int, other_pk: int) -> dict[str, Question]:
    one, other = find_report(pk, request.user), find_report(other_pk, request.user)
    same_task = one.run.registration.task_id == other.run.registration.task_id
    if not same_task or not are_comparable(one, other):
        raise NotThere(
            _(
                "These two cannot be compared: it takes two runs whose scores show, on the same "
                "queries and by the same ground truth."
            ),
            code="not_comparable",
        )
    return comparison_questions(one, other, request.user, now())


def _chosen(questions: dict[str, Question], about: str) -> Question:
    if about not in questions:
        raise Refusal(
            _("These runs are not compared by '%(about)s'; there are %(known)s.")
            % {"about": about, "known": ", ".join(questions)},
            code="no_part",
        )
    return questions[about]


def _said(question: Question, data: Any) -> dict[str, Any]:
    """Return the field that a part of the comparison stands in, and what it says."""
    if question.about == "by":
        return {"cells": compared_cells(question, data)}
    if question.about == "queries":
        return {"queries": ComparedQueries.of(question, data)}
    if question.about == "classes":
        return {"classes": ComparedClasses.of(data)}
    return {"scores": list(map(ComparedScore.of, data))}
