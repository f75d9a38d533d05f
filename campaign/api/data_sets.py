"""The data sets of a task: what there is, what the caller may have of it, and the files."""

from typing import Any

from django.http import HttpResponseBase
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign import storage
from campaign.api.files import FileView
from campaign.api.schema import refusals
from campaign.api.shapes import answer
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.models import DataFile
from campaign.ranges import ranged_response
from campaign.reads.data_sets import WHY, ShownDataSet, data_file, data_sets

_RANGE = OpenApiParameter(
    "Range",
    str,
    OpenApiParameter.HEADER,
    description="`bytes=N-`: what is missing of a download that broke. Files here only.",
)


class OfferedFileOut(serializers.ModelSerializer[DataFile]):
    """A file of a data set; the checksum holds wherever it is kept."""

    elsewhere = serializers.SerializerMethodField(
        help_text="Whether it is kept elsewhere: `url` then leads there."
    )
    url = serializers.SerializerMethodField(
        help_text="Where to fetch it, with the token if any; null while the caller may not have it."
    )

    class Meta:
        model = DataFile
        fields = ["name", "size", "sha256", "elsewhere", "url"]

    def get_elsewhere(self, file: DataFile) -> bool:
        """Tell whether it is kept elsewhere."""
        return bool(file.url)

    def get_url(self, file: DataFile) -> str | None:
        """Return the address of the file at this platform."""
        shown: ShownDataSet = self.context["shown"]
        if shown.obstacle:
            return None
        row = shown.data_set
        place = [row.task.slug, row.slug, row.version, file.name]
        request: Request = self.context["request"]
        return request.build_absolute_uri(reverse("api-data-file", args=place))


class OfferedDataSetOut(serializers.Serializer[ShownDataSet]):
    """A data set, and what stands between the caller and its files."""

    slug = serializers.CharField(source="data_set.slug")
    version = serializers.CharField(source="data_set.version")
    title = serializers.CharField(source="data_set.title")
    role = serializers.CharField(source="data_set.role")
    access = serializers.CharField(source="data_set.access")
    licence = serializers.CharField(source="data_set.licence")
    description = serializers.CharField(source="data_set.description")
    size = serializers.IntegerField(help_text="Bytes of all files.")
    obstacle = serializers.CharField(
        help_text="not_open, not_registered or not_approved; empty where the files are to be had."
    )
    why_not = serializers.SerializerMethodField(help_text="The obstacle in a sentence.")
    opens_at = serializers.DateTimeField(allow_null=True)
    croissant = serializers.SerializerMethodField(help_text="Its description for programs.")
    files = serializers.SerializerMethodField()

    def get_why_not(self, shown: ShownDataSet) -> str:
        """Return the sentence; empty where there is no obstacle."""
        return WHY[shown.obstacle]() if shown.obstacle else ""

    def get_croissant(self, shown: ShownDataSet) -> str:
        """Return the address of the Croissant description."""
        row = shown.data_set
        request: Request = self.context["request"]
        place = [row.task.slug, row.slug, row.version]
        return request.build_absolute_uri(reverse("croissant", args=place))

    @extend_schema_field(OfferedFileOut(many=True))
    def get_files(self, shown: ShownDataSet) -> Any:
        """Return the files."""
        context = {**self.context, "shown": shown}
        return OfferedFileOut(shown.files, many=True, context=context).data


class DataSetsView(APIView):
    """The data sets of a task."""

    @extend_schema(responses={200: OfferedDataSetOut(many=True), **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """List the data sets with their files, and say of each whether the caller may have them."""
        shown = data_sets(task=find_task(slug), viewer=request.user, now=now())
        return Response(answer(OfferedDataSetOut, shown, request, many=True))


class DataFileView(FileView):
    """A file of a data set."""

    @extend_schema(
        parameters=[_RANGE],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            302: OpenApiResponse(description="It is kept elsewhere."),
            416: OpenApiResponse(description="The file has no such part."),
            **refusals(403, 404),
        },
    )
    def get(
        self, request: Request, slug: str, data_set: str, version: str, name: str
    ) -> HttpResponseBase | HttpResponseRedirectBase:
        """Send a file to whoever may have it; `Range` and `If-Range` are honoured."""
        file = data_file(
            task=find_task(slug),
            viewer=request.user,
            now=now(),
            data_set=data_set,
            version=version,
            name=name,
        )
        if file.url:
            return redirect(file.url)
        stream = storage.open_stored(file.key)
        return ranged_response(request, stream, size=file.size, digest=file.sha256, name=file.name)
