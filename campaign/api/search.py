"""One question over all that is public."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.schema import refusals
from campaign.api.shapes import PageLink, Shape, answer, query
from campaign.clock import now
from campaign.models import Campaign, Task, Team
from campaign.reads import search as reads
from campaign.reads.history import PastEdition
from campaign.reads.search import Hits, SpeciesHit


class SearchIn(Shape):
    """What to look for."""

    q = serializers.CharField(
        max_length=reads.LONGEST, help_text="The beginnings of words, e.g. `querc rob`."
    )
    kind = serializers.ChoiceField(
        choices=list(reads.KINDS),
        required=False,
        help_text="One kind by itself, fifty rows a page; otherwise the first eight of each.",
    )
    page = serializers.IntegerField(min_value=1, default=1)


class TaskHitOut(serializers.Serializer[Task]):
    """A task."""

    slug = serializers.CharField()
    title = serializers.CharField()
    campaign = serializers.CharField(source="campaign.slug")
    generated = serializers.BooleanField()
    url = PageLink()


class CampaignHitOut(serializers.Serializer[Campaign]):
    """A campaign."""

    slug = serializers.CharField()
    title = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    url = PageLink()


class EditionHitOut(serializers.Serializer[PastEdition]):
    """A past edition, of which a leaderboard was printed."""

    title = serializers.CharField()
    year = serializers.IntegerField()
    teams = serializers.IntegerField(help_text="On the printed leaderboard.")
    printed_in = serializers.CharField(source="source")
    url = PageLink()


class TeamHitOut(serializers.Serializer[Team]):
    """A team of which a run shows."""

    slug = serializers.CharField()
    name = serializers.CharField()
    affiliation = serializers.CharField()
    url = PageLink()


class SpeciesHitOut(serializers.Serializer[SpeciesHit]):
    """A species, with the slugs of the tasks that have it as a class."""

    name = serializers.CharField()
    family = serializers.CharField()
    tasks = serializers.SerializerMethodField()

    def get_tasks(self, hit: SpeciesHit) -> list[str]:
        """Return their slugs."""
        return [task.slug for task in hit.tasks]


class _HitsOut(serializers.Serializer[Hits]):
    count = serializers.IntegerField(help_text="On all pages.")


class TaskHitsOut(_HitsOut):
    """Tasks that were found."""

    rows = TaskHitOut(many=True, source="page")


class CampaignHitsOut(_HitsOut):
    """Campaigns that were found."""

    rows = CampaignHitOut(many=True, source="page")


class EditionHitsOut(_HitsOut):
    """Past editions that were found."""

    rows = EditionHitOut(many=True, source="page")


class TeamHitsOut(_HitsOut):
    """Teams that were found."""

    rows = TeamHitOut(many=True, source="page")


class SpeciesHitsOut(_HitsOut):
    """Species that were found."""

    rows = SpeciesHitOut(many=True, source="page")


class FoundOut(serializers.Serializer[dict[str, Hits]]):
    """What was found; a kind of which nothing was is left out."""

    tasks = TaskHitsOut(required=False)
    campaigns = CampaignHitsOut(required=False)
    editions = EditionHitsOut(required=False)
    teams = TeamHitsOut(required=False)
    species = SpeciesHitsOut(required=False)


class SearchView(APIView):
    """Search."""

    @extend_schema(parameters=[SearchIn], responses={200: FoundOut, **refusals(400)})
    def get(self, request: Request) -> Response:
        """Find campaigns, past editions, tasks, teams of which a run shows, and species of public tests."""
        asked = query(SearchIn, request)
        found = reads.search(
            text=asked["q"], now=now(), kind=asked.get("kind", ""), page=asked["page"]
        )
        return Response(answer(FoundOut, {hits.kind: hits for hits in found}, request))
