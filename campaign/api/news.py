"""What organisers announced, and what past editions published: beside the runs of a task."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.schema import refusals
from campaign.api.shapes import answer
from campaign.api.tasks import find_task
from campaign.models import Announcement
from campaign.reads.history import Published, PublishedRow, published_results


class AnnouncementOut(serializers.ModelSerializer[Announcement]):
    """News of a task; the text is Markdown."""

    class Meta:
        model = Announcement
        fields = ["subject", "text", "created_at"]


class AnnouncementsView(APIView):
    """Announcements."""

    @extend_schema(responses={200: AnnouncementOut(many=True), **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """List what was announced to the teams of a task, the newest first."""
        rows = find_task(slug).announcements.all()
        return Response(answer(AnnouncementOut, rows, request, many=True))


class PublishedRowOut(serializers.Serializer[PublishedRow]):
    """What was printed about one run, or about a team where no run is named."""

    team = serializers.CharField()
    run = serializers.CharField()
    training_sets = serializers.ListField(child=serializers.CharField())
    architectures = serializers.ListField(child=serializers.CharField())
    n_networks = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()
    values = serializers.ListField(
        child=serializers.FloatField(allow_null=True),
        help_text="In the order of `metrics`; null where none was printed.",
    )


class PublishedOut(serializers.Serializer[Published]):
    """The published results of a task; they are never mixed with runs."""

    metrics = serializers.ListField(child=serializers.CharField())
    sources = serializers.ListField(child=serializers.CharField())
    rows = PublishedRowOut(many=True)


class PublishedView(APIView):
    """Published results."""

    @extend_schema(responses={200: PublishedOut, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """Return the figures of a past edition as printed, with their sources; often there are none."""
        return Response(answer(PublishedOut, published_results(find_task(slug)), request))
