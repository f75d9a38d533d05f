"""Leaderboards."""

from collections.abc import Mapping
from typing import Any, get_args

from django.core.paginator import Page
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from campaign.api import scores
from campaign.api.schema import refusals
from campaign.api.scores import INTERVALS, VALUES
from campaign.api.shapes import PageLink, Shape, answer, query
from campaign.api.tasks import directions, find_task
from campaign.clock import now
from campaign.forms.leaderboards import refuse_unknown_columns
from campaign.models import LeaderboardRow
from campaign.reads.board_filters import KINDS, TRAINING_DATA, Filters
from campaign.reads.comparisons import LEVEL, AgainstLeader, GroupState, LeaderGroup
from campaign.reads.dated import leaderboard_at, not_ranked_yet
from campaign.reads.leaderboards import COLUMNS, PAGE_SIZE, Asked, Leaderboard, LeaderboardEntry
from campaign.reads.levels import LEVELS, at_level
from campaign.reads.snapshots import one_snapshot
from campaign.refusals import NotThere

_SECTIONS = {section.value: section.name.lower() for section in LeaderboardRow.Section}
_MAX_PAGE_SIZE = 500


class PageIn(Shape):
    """Which page of a leaderboard, in which order."""

    page = serializers.IntegerField(min_value=1, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=_MAX_PAGE_SIZE, default=PAGE_SIZE)
    sort = serializers.CharField(
        default="",
        help_text=f"A metric of the task, or {', '.join(COLUMNS)}; by itself the order of ranks.",
    )
    best = serializers.BooleanField(
        default=False, help_text="Only each team's best ranked run, and the baselines."
    )
    q = serializers.CharField(
        default="", max_length=100, help_text="What the name of the team or of the run has in it."
    )
    runs = serializers.ListField(
        child=serializers.ChoiceField(KINDS), default=list, help_text="Repeated; by itself all."
    )
    training_data = serializers.ChoiceField(
        list(TRAINING_DATA),
        default="",
        help_text="What runs learned from: whatever else was used, external data come first, then filtered ones.",
    )
    generated = serializers.BooleanField(
        default=True, help_text="Whether runs that a program made are among them."
    )
    columns = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="Repeated: the metrics to show; by itself all.",
    )
    level = serializers.ChoiceField(
        choices=list(LEVELS),
        default="",
        help_text="Any class of the right genus, or family, is right: the metrics are those at this level.",
    )
    at = serializers.DateTimeField(
        default=None,
        help_text="The ranked runs as they stood at this moment, by the scores of then; by itself now.",
    )


class AgainstLeaderOut(serializers.Serializer[AgainstLeader]):
    """A run's score minus the leader's."""

    difference = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    p = serializers.FloatField(help_text="Of the paired test by sign flips.")
    adjusted = serializers.FloatField(
        help_text=f"After Holm's correction over the board; from {LEVEL} on it cannot be told."
    )


class LeaderOut(serializers.Serializer[LeaderGroup]):
    """Against which run, and how far the others are tested."""

    run = serializers.IntegerField(source="leader", allow_null=True)
    state = serializers.ChoiceField(get_args(GroupState), help_text="As soon as it is tested.")
    n_others = serializers.IntegerField(help_text="Ranked runs and baselines beside it.")
    n_alike = serializers.IntegerField(
        allow_null=True, help_text="How many of them cannot be told from it."
    )


class EntryOut(serializers.Serializer[LeaderboardEntry]):
    """A run in its place."""

    position = serializers.IntegerField(help_text="From 1, in the stored order.")
    rank = serializers.IntegerField(allow_null=True, help_text="Equal scores share one.")
    section = serializers.SerializerMethodField(help_text="ranked, late or unranked.")
    mark = serializers.CharField(help_text="Why it has no rank number; empty where it has one.")
    run = serializers.IntegerField(source="run.pk")
    number = serializers.IntegerField(source="run.number")
    name = serializers.CharField(source="run.name")
    team = serializers.CharField(source="run.registration.team.name")
    baseline = serializers.BooleanField()
    generated = serializers.BooleanField(source="run.generated")
    received_at = serializers.DateTimeField(source="run.received_at")
    against_leader = AgainstLeaderOut(
        source="against", allow_null=True, help_text="Of tested runs; null of all others."
    )
    scores = serializers.SerializerMethodField()
    intervals = serializers.SerializerMethodField()
    undefined = serializers.SerializerMethodField()
    url = PageLink(source="run")

    def get_section(self, entry: LeaderboardEntry) -> str:
        """Return the section in a word."""
        return _SECTIONS[entry.section]

    @extend_schema_field(VALUES)
    def get_scores(self, entry: LeaderboardEntry) -> dict[str, float | None]:
        """Return metric to value."""
        return scores.values(entry.scores)

    @extend_schema_field(INTERVALS)
    def get_intervals(self, entry: LeaderboardEntry) -> dict[str, list[float]]:
        """Return metric to interval."""
        return scores.intervals(entry.scores)

    def get_undefined(self, entry: LeaderboardEntry) -> dict[str, str]:
        """Return metric to reason."""
        return scores.undefined(entry.scores)


_EXAMPLE = {
    "task": "plantclef-practice",
    "part": "all",
    "metrics": ["mrr", "top_1"],
    "directions": {"mrr": "higher", "top_1": "higher"},
    "sort": "mrr",
    "best": False,
    "leader": {"run": 17, "state": "alone", "n_others": 0, "n_alike": 0},
    "level": "",
    "at": None,
    "since": "2017-05-01T12:03:00Z",
    "truth_version": 1,
    "count": 1,
    "next": None,
    "previous": None,
    "entries": [
        {
            "position": 1,
            "rank": 1,
            "section": "ranked",
            "mark": "",
            "run": 17,
            "number": 2,
            "name": "two views, fused",
            "team": "Elm",
            "baseline": False,
            "generated": False,
            "received_at": "2017-05-01T12:00:00Z",
            "against_leader": None,
            "scores": {"mrr": 0.49, "top_1": 0.41},
            "intervals": {"mrr": [0.48, 0.5]},
            "undefined": {},
            "url": "https://clef.example/runs/17/",
        }
    ],
}


@extend_schema_serializer(examples=[OpenApiExample("a page", value=_EXAMPLE)])
class LeaderboardOut(serializers.Serializer[Leaderboard]):
    """A page of a leaderboard."""

    task = serializers.CharField(source="task.slug")
    part = serializers.CharField(
        allow_null=True,
        help_text="The part of the test the scores are on; null while none shows, and nothing else.",
    )
    metrics = serializers.ListField(child=serializers.CharField(), help_text="The first one ranks.")
    directions = serializers.SerializerMethodField()
    sort = serializers.CharField()
    best = serializers.BooleanField()
    leader = LeaderOut(source="group")
    level = serializers.CharField(help_text="genus or family; empty for the classes themselves.")
    at = serializers.DateTimeField(allow_null=True, help_text="What was asked for; null for now.")
    since = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when the ranked runs stand so: asked for as `at`, it gives this order for ever.",
    )
    truth_version = serializers.SerializerMethodField(
        help_text="The number of the truth version in force then; null while no score shows."
    )
    count = serializers.SerializerMethodField(help_text="Runs on all pages.")
    next = serializers.SerializerMethodField()
    previous = serializers.SerializerMethodField()
    entries = EntryOut(many=True)

    def get_directions(self, board: Leaderboard) -> dict[str, str]:
        """Return the direction of each metric."""
        return directions(board.metrics)

    def get_truth_version(self, board: Leaderboard) -> int | None:
        """Return the number of the version that made the scores."""
        truth = board.truth or board.task.current_truth
        return truth.number if truth and board.part else None

    def get_count(self, board: Leaderboard) -> int:
        """Return how many runs there are."""
        return board.page.paginator.count if board.page else 0

    def get_next(self, board: Leaderboard) -> str | None:
        """Return the address of the page after this one."""
        page = board.page
        return self._address(page.next_page_number()) if page and page.has_next() else None

    def get_previous(self, board: Leaderboard) -> str | None:
        """Return the address of the page before this one."""
        page = board.page
        return self._address(page.previous_page_number()) if page and page.has_previous() else None

    def _address(self, number: int) -> str:
        request: Request = self.context["request"]
        return replace_query_param(request.build_absolute_uri(), "page", number)


class LeaderboardView(APIView):
    """A task's leaderboard."""

    @extend_schema(parameters=[PageIn], responses={200: LeaderboardOut, **refusals(400, 404)})
    @one_snapshot()
    def get(self, request: Request, slug: str) -> Response:
        """List runs in their places; as long as scores are hidden, `part` is null and no run shows."""
        task = find_task(slug)
        asked = query(PageIn, request)
        level = asked["level"]
        metrics = at_level(task.metrics, level) if level else task.metrics
        refuse_unknown_columns([asked["sort"], *asked["columns"]], [*metrics, *COLUMNS])
        at = asked["at"]
        board = leaderboard_at(
            task=task, viewer=request.user, now=now(), at=at, asked=_question(asked)
        )
        if at and board.part and not board.since:
            raise not_ranked_yet(board)
        _refuse_beyond_the_end(asked["page"], board.page)
        return Response(answer(LeaderboardOut, board, request))


def _question(asked: Mapping[str, Any]) -> Asked:
    """Return what was asked for as the read takes it."""
    own = {name: asked[name] for name in ("page", "page_size", "sort", "best", "columns", "level")}
    only = Filters(asked["q"], tuple(asked["runs"]), asked["training_data"], asked["generated"])
    return Asked(**own, only=only)


def _refuse_beyond_the_end(asked: int, page: Page[Any] | None) -> None:
    if page is not None and page.number != asked:
        raise NotThere(
            _("There is no page %(asked)s; the last one is %(last)s.")
            % {"asked": asked, "last": page.number},
            code="no_page",
        )
