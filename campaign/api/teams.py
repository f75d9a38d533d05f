"""Teams, as everybody may see them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.leaderboards import EntryOut
from campaign.api.schema import refusals
from campaign.api.shapes import PageLink, answer
from campaign.clock import now
from campaign.models import Team
from campaign.reads.snapshots import one_snapshot
from campaign.reads.team_results import TeamResult, team_results
from campaign.refusals import NotThere


@dataclass(frozen=True)
class TeamAnswer:
    """A team and what it has on the leaderboards."""

    team: Team
    results: list[TeamResult]


class TeamResultOut(serializers.Serializer[TeamResult]):
    """A team's runs on one leaderboard, in the board's order, with the score that ranks."""

    task = serializers.CharField(source="task.slug")
    metric = serializers.CharField()
    n_ranked = serializers.IntegerField(help_text="How many runs of all teams have a rank.")
    runs = EntryOut(many=True, source="entries")


class TeamOut(serializers.Serializer[TeamAnswer]):
    """A team; its members are nobody's business but their own and the organisers'."""

    slug = serializers.CharField(source="team.slug")
    name = serializers.CharField(source="team.name")
    affiliation = serializers.CharField(source="team.affiliation")
    organisers = serializers.BooleanField(
        source="team.organisers", help_text="Its runs are baselines."
    )
    generated = serializers.BooleanField(source="team.generated")
    merged_into = serializers.CharField(
        source="team.merged_into.slug",
        default=None,
        allow_null=True,
        help_text="The team that it goes on in; its runs stand there.",
    )
    url = PageLink(source="team")
    results = TeamResultOut(many=True)


class TeamView(APIView):
    """One team."""

    @extend_schema(responses={200: TeamOut, **refusals(404)})
    @one_snapshot()
    def get(self, request: Request, slug: str) -> Response:
        """Say what everybody may know: name, affiliation, and the runs whose scores are public."""
        team = Team.objects.select_related("merged_into").filter(slug=slug).first()
        if team is None:
            raise NotThere(_("There is no team '%(slug)s'.") % {"slug": slug}, code="no_team")
        return Response(
            answer(TeamOut, TeamAnswer(team, team_results(team=team, now=now())), request)
        )
