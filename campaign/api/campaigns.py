"""One campaign: its calendar, and who takes part."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.schema import refusals
from campaign.api.shapes import answer
from campaign.api.tasks import CampaignOut, FunnelOut
from campaign.models import Campaign
from campaign.models.campaigns import in_language
from campaign.reads.funnels import campaign_funnel
from campaign.reads.tasks import campaigns
from campaign.refusals import NotThere


class DateOut(serializers.Serializer[Any]):
    """A day of a calendar."""

    date = serializers.DateField()
    event = serializers.CharField()


class WholeCampaignOut(CampaignOut):
    """A campaign with what its page says."""

    timeline = serializers.SerializerMethodField()
    participation = serializers.SerializerMethodField(
        help_text="Over all tasks; a team counts once, however many it is in."
    )

    class Meta:
        model = Campaign
        fields = [*CampaignOut.Meta.fields, "timeline", "participation"]

    @extend_schema_field(DateOut(many=True))
    def get_timeline(self, campaign: Campaign) -> Any:
        """Return the days of its calendar, in the reader's language."""
        return [
            {"date": entry["date"], "event": in_language(entry["event"])}
            for entry in campaign.timeline
        ]

    @extend_schema_field(FunnelOut)
    def get_participation(self, campaign: Campaign) -> Any:
        """Return the funnel over all its tasks."""
        return FunnelOut(campaign_funnel(campaign)).data


class CampaignView(APIView):
    """One campaign."""

    @extend_schema(responses={200: WholeCampaignOut, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """Say all that the campaign's page says of it."""
        found = campaigns().filter(slug=slug).first()
        if found is None:
            raise NotThere(
                _("There is no campaign '%(slug)s'.") % {"slug": slug}, code="no_campaign"
            )
        return Response(answer(WholeCampaignOut, found, request))
