"""What was printed of past editions; every row with its source, none of it a run."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.schema import refusals
from campaign.api.shapes import PageLink, Shape, answer, query
from campaign.clock import now
from campaign.models import Edition, MethodUse, Participation, PrintedRow
from campaign.reads.history import (
    PastEdition,
    Published,
    PublishedRow,
    board,
    find_past_edition,
    past,
    past_editions,
    printed_rows,
    printed_tables,
)
from campaign.reads.method_use import Popularity, hosted_popularity, printed_popularity
from campaign.refusals import NotThere


# ---------------------------------------------------------------- shapes
class EditionOut(serializers.ModelSerializer[Edition]):
    """How large an edition was, and the best score by the metric of that year."""

    class Meta:
        model = Edition
        fields = [
            "series",
            "year",
            "species",
            "images",
            "recordings",
            "participants",
            "score",
            "metric",
            "note",
            "source",
        ]


class ParticipationOut(serializers.ModelSerializer[Participation]):
    """Teams that registered, teams that sent runs, and the runs."""

    class Meta:
        model = Participation
        fields = ["series", "year", "registered_teams", "submitting_teams", "runs", "source"]


class PopularityOut(serializers.Serializer[Popularity]):
    """How many of the teams, or of the runs, of an edition used each method."""

    series = serializers.CharField(help_text="Of hosted runs: their campaign.")
    year = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField(help_text="team or run.")
    n_units = serializers.IntegerField()
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="A method that is not named is not known."
    )
    notes = serializers.DictField(child=serializers.CharField())
    generated = serializers.BooleanField()
    source = serializers.CharField(help_text="Empty where it was counted here.")  # type: ignore[assignment]  # a field, not the serializer's own


class PrintedRowOut(serializers.ModelSerializer[PrintedRow]):
    """A row of a small printed table."""

    class Meta:
        model = PrintedRow
        fields = ["cells", "note", "source"]


class PastEditionOut(serializers.Serializer[PastEdition]):
    """A past edition of which a board was printed."""

    slug = serializers.CharField()
    series = serializers.CharField()
    year = serializers.IntegerField()
    teams = serializers.IntegerField()
    runs = serializers.IntegerField(help_text="0 where the source prints one figure a team.")
    url = PageLink()


class PastBoardRowOut(serializers.Serializer[PublishedRow]):
    """What was printed of one run, or of one team; `values` are in the order of `metrics`."""

    team = serializers.CharField()
    run = serializers.CharField()
    training_sets = serializers.ListField(child=serializers.CharField())
    architectures = serializers.ListField(child=serializers.CharField())
    n_networks = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()
    values = serializers.ListField(child=serializers.FloatField(allow_null=True))


class PastBoardOut(serializers.Serializer[Published]):
    """A printed board, the best first."""

    metrics = serializers.ListField(child=serializers.CharField())
    rows = PastBoardRowOut(many=True)
    sources = serializers.ListField(child=serializers.CharField())


class UnitIn(Shape):
    """What the runs of this platform are counted by."""

    by = serializers.ChoiceField(MethodUse.Unit.values, default=MethodUse.Unit.TEAM)


# ---------------------------------------------------------------- views
class EditionsView(APIView):
    """Editions."""

    @extend_schema(responses=EditionOut(many=True))
    def get(self, request: Request) -> Response:
        """List past editions as printed: species, images, participants, best score with its metric."""
        return Response(answer(EditionOut, past().editions, request, many=True))


class ParticipationView(APIView):
    """Participation."""

    @extend_schema(responses=ParticipationOut(many=True))
    def get(self, request: Request) -> Response:
        """List how many registered for past editions, and how many sent runs.

        These counts come from other sources than those of the editions, and may contradict them.
        """
        return Response(answer(ParticipationOut, past().participations, request, many=True))


class MethodsView(APIView):
    """Popularity of methods."""

    @extend_schema(parameters=[UnitIn], responses={200: PopularityOut(many=True), **refusals(400)})
    def get(self, request: Request) -> Response:
        """List how many used which method: as printed of past editions, then of the runs here.

        A printed count carries its own unit; `by` says what runs of this platform are counted by.
        """
        unit = query(UnitIn, request)["by"]
        found = [*printed_popularity(), *hosted_popularity(unit, now())]
        return Response(answer(PopularityOut, found, request, many=True))


class TablesView(APIView):
    """Small printed tables."""

    @extend_schema(responses={200: {"type": "array", "items": {"type": "string"}}})
    def get(self, request: Request) -> Response:
        """List the names of the small printed tables."""
        return Response(printed_tables())


class TableView(APIView):
    """One small printed table."""

    @extend_schema(responses={200: PrintedRowOut(many=True), **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """List the rows of a small printed table, in the order of its source."""
        rows: list[Any] = printed_rows(slug)
        if not rows:
            names = {"slug": slug, "known": ", ".join(printed_tables())}
            message = _("There is no printed table '%(slug)s'; there are %(known)s.") % names
            raise NotThere(message, code="no_table")
        return Response(answer(PrintedRowOut, rows, request, many=True))


class BoardsView(APIView):
    """Printed leaderboards."""

    @extend_schema(responses=PastEditionOut(many=True))
    def get(self, request: Request) -> Response:
        """List the past editions of which a leaderboard was printed."""
        return Response(answer(PastEditionOut, past_editions(), request, many=True))


class BoardView(APIView):
    """One printed leaderboard."""

    @extend_schema(responses={200: PastBoardOut, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """Return a printed leaderboard; nothing of it was scored by this platform."""
        edition = find_past_edition(slug)
        return Response(answer(PastBoardOut, board(edition.series, edition.year), request))
