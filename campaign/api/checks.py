"""Checks of a run file without a run."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.authentication import person
from campaign.api.findings import FindingOut
from campaign.api.schema import refusals
from campaign.api.shapes import Shape, UploadField, answer, checked
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.services.checks import Check, check_upload
from campaign.services.uploads import Upload


class CheckIn(Shape):
    """A file to be checked."""

    file = UploadField(help_text="The run file, plain or as .gz, .zst or .zip.")
    kind = serializers.ChoiceField(choices=["run", "image_run"], required=False, default="run")


class CheckOut(serializers.Serializer[Check]):
    """What a scoring would say of the file, without the score."""

    valid = serializers.BooleanField()
    problems = FindingOut(many=True)
    warnings = FindingOut(many=True)
    n_lines = serializers.IntegerField(source="report.n_lines")
    n_queries = serializers.IntegerField(source="report.n_queries")
    coverage = serializers.FloatField(
        source="report.coverage", help_text="The share of the queries that the file answers."
    )


class ChecksView(APIView):
    """Checks."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]
    takes_files = True

    @extend_schema(
        request={"multipart/form-data": CheckIn},
        responses={200: CheckOut, **refusals(400, 401, 403, 404, 411, 413, 415, 422, 503)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Check a file: no run, no quota, no score, and nothing is kept of it."""
        task = find_task(slug)
        sent = checked(CheckIn, request.data)
        check = check_upload(
            task=task,
            upload=Upload.sent(sent["file"]),
            by=person(request),
            now=now(),
            kind=sent["kind"],
        )
        return Response(answer(CheckOut, check, request))
