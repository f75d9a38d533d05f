"""A task as its folder: sent to be loaded, given back, and the schema of what it says."""

import shutil
from typing import IO, Any, get_args

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api import tasks
from campaign.api.authentication import person
from campaign.api.files import FileView
from campaign.api.schema import refusals
from campaign.api.shapes import PageLink, Shape, UploadField, checked, query
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.reads.folder_exports import folder_export, zipped
from campaign.reads.visibility import organises
from campaign.refusals import NotThere
from campaign.services.folders import Place, Report, load_archive, require_sender
from campaign.services.loadings import Terms
from campaign.services.uploads import Upload
from clefboard.task_folder import SchemaName, load_schema

_ZIP = "application/zip"
_BLOCK = 1 << 20


class ZipBody(BaseParser):
    """A request whose body is the archive; it goes to the disk as it comes."""

    media_type = _ZIP

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        """Return the archive as the file of a form would be."""
        file = TemporaryUploadedFile("folder.zip", self.media_type, 0, None)
        shutil.copyfileobj(stream, file, _BLOCK)
        file.flush()
        file.size = file.tell()
        return {"file": file}


class ByteBody(ZipBody):
    """The same from programs that do not know what they send."""

    media_type = "application/octet-stream"


class FolderIn(Shape):
    """A task's folder."""

    file = UploadField(
        help_text="The folder as a zip archive, with or without its own name around it."
    )


class LoadingIn(Shape):
    """How a folder is to be loaded."""

    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Say what would change, and change nothing."
    )
    seen = serializers.CharField(
        required=False,
        default="",
        help_text="The `difference` of an answer you have looked at: another one is not loaded. `*` "
        "loads whatever it is. Without it, what others changed since is not changed back.",
    )
    reason = serializers.CharField(
        required=False, default="", max_length=500, help_text="Why; it stands in the record."
    )


class LoadedOut(serializers.Serializer[Report]):
    """What a folder changed, or would change."""

    task = serializers.CharField(source="loaded.task.slug")
    url = PageLink(source="loaded.task")
    created = serializers.BooleanField(source="loaded.new")
    dry_run = serializers.SerializerMethodField()
    changes = serializers.ListField(child=serializers.CharField(), source="loaded.changes")
    undoes = serializers.ListField(
        child=serializers.CharField(),
        source="loaded.undone",
        help_text="What others changed since by other doors, and this changes back.",
    )
    difference = serializers.CharField(
        source="loaded.digest", help_text="Stands for this difference; send it as `seen`."
    )
    waiting_truth = serializers.IntegerField(
        source="loaded.waiting",
        allow_null=True,
        help_text="The truth version of the folder, where runs are scored with another one.",
    )
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What is right and worth a look."
    )

    def get_dry_run(self, _report: Report) -> bool:
        """Tell whether nothing was changed."""
        return bool(self.context["dry_run"])


class TaskView(tasks.TaskView):
    """One task."""

    parser_classes = [MultiPartParser, ZipBody, ByteBody]
    takes_folders = True

    @extend_schema(
        parameters=[LoadingIn],
        request={_ZIP: OpenApiTypes.BINARY, "multipart/form-data": FolderIn},
        responses={
            200: LoadedOut,
            201: LoadedOut,
            **refusals(400, 401, 403, 404, 409, 411, 413, 415, 422),
        },
    )
    def put(self, request: Request, slug: str) -> Response:
        """Load the task from its folder, or bring it up to date; whole, or not at all.

        For owners and organisers of its campaign. A new task needs a campaign that is there, or its
        campaign.yaml beside the folder, which staff alone may send.
        """
        by, place = person(request), Place(task=slug)
        require_sender(place=place, user=by)
        asked = query(LoadingIn, request)
        terms = Terms(by=by, **asked)
        with checked(FolderIn, request.data)["file"] as file:
            report = load_archive(
                archive=Upload.sent(file).path, now=now(), terms=terms, place=place
            )
        made = report.loaded.new and not terms.dry_run
        said = LoadedOut(report, context={"request": request, "dry_run": terms.dry_run}).data
        return Response(said, status=201 if made else 200)


class FolderView(FileView):
    """A task's folder."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses={(200, _ZIP): OpenApiTypes.BINARY, **refusals(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Send the folder that would load the task again, its hidden truth among it.

        For all who have a role in its campaign; others find nothing here.
        """
        task = find_task(slug)
        if not organises(task, request.user):
            raise NotThere(_("There is no such address."), code="no_folder")
        answer = FileResponse(
            zipped(folder_export(task)),
            as_attachment=True,
            filename=f"{task.slug}.zip",
            content_type=_ZIP,
        )
        answer["Cache-Control"] = "private, no-store"
        return answer


class FolderSchemaView(APIView):
    """The JSON Schemas of a folder's YAML files."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """Send the schema of task.yaml (`task`), campaign.yaml (`campaign`) or data.yaml (`data`)."""
        for name in get_args(SchemaName):
            if name == slug:
                return Response(load_schema(name), content_type="application/schema+json")
        raise NotThere(
            _("There is no schema '%(name)s'; there are %(names)s.")
            % {"name": slug, "names": ", ".join(get_args(SchemaName))},
            code="no_schema",
        )
