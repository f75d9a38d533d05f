"""How a leaderboard became what it is."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.schema import refusals
from campaign.api.shapes import PageLink, answer
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.reads.rank_history import MOST_RUNS, MOST_STATES, RankLine, rank_history, rank_lines
from campaign.reads.rank_states import RankState
from campaign.reads.snapshots import one_snapshot


class StateOut(serializers.Serializer[RankState]):
    """A moment from which on the leaderboard stood so."""

    at = serializers.DateTimeField(
        source="taken_at", help_text="Asked for as `at`, the leaderboard says all of it."
    )
    truth_version = serializers.IntegerField(source="truth.number")


class LineOut(serializers.Serializer[RankLine]):
    """A run that is followed."""

    run = serializers.IntegerField(source="run.pk")
    number = serializers.IntegerField(source="run.number")
    name = serializers.CharField(source="run.name")
    team = serializers.CharField(source="run.registration.team.name")
    own = serializers.BooleanField(help_text="Of your team.")
    ranks = serializers.ListField(
        child=serializers.IntegerField(allow_null=True),
        help_text="One for each of `states`; null while it had none.",
    )
    url = PageLink(source="run")


_EXAMPLE = {
    "task": "plantclef-practice",
    "part": "all",
    "n_states": 2,
    "states": [
        {"at": "2017-05-01T12:03:00Z", "truth_version": 1},
        {"at": "2017-05-02T08:10:00Z", "truth_version": 1},
    ],
    "runs": [
        {
            "run": 17,
            "number": 2,
            "name": "two views, fused",
            "team": "Elm",
            "own": False,
            "ranks": [None, 1],
            "url": "https://clef.example/runs/17/",
        }
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("two states", value=_EXAMPLE)])
class RankHistoryOut(serializers.Serializer[Any]):
    """The ranks of a leaderboard in time, the oldest state first."""

    task = serializers.CharField(source="history.task.slug")
    part = serializers.CharField(
        source="history.part",
        allow_null=True,
        help_text="The part of the test the ranks are on; null while none shows, and nothing else.",
    )
    n_states = serializers.IntegerField(
        source="history.n_states",
        help_text=f"All of them; of more than {MOST_STATES} some are left out, evenly.",
    )
    states = StateOut(source="history.states", many=True)
    runs = LineOut(
        source="lines", many=True, help_text=f"The first {MOST_RUNS} at the end, and your team's."
    )


class RankHistoryView(APIView):
    """A leaderboard in time."""

    @extend_schema(responses={200: RankHistoryOut, **refusals(404)})
    @one_snapshot()
    def get(self, request: Request, slug: str) -> Response:
        """Say how the ranks of the first runs moved; null and nothing as long as scores are hidden."""
        history = rank_history(task=find_task(slug), viewer=request.user, now=now())
        said = {"history": history, "lines": rank_lines(history, request.user)}
        return Response(answer(RankHistoryOut, said, request))
