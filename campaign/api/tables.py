"""The public tables of a task, and a sample of a run over them."""

from django.http import FileResponse, HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from campaign.api.files import FileView, conditional
from campaign.api.schema import refusals
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.reads.tables import public_table, public_test_set
from scoring import sample_run

_CSV = "text/csv; charset=utf-8"
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the version you have; the answer is 304 while it is the current one.",
)
_ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 304],
    description="Which version of the table this is.",
)


class TableView(FileView):
    """One of classes, queries, media; public as soon as the test data is."""

    name = ""

    @extend_schema(
        parameters=[_IF_NONE_MATCH, _ETAG],
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            304: None,
            **refusals(404),
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """Send the table as it was published."""
        task = find_task(slug)
        table = public_table(task=task, name=self.name, viewer=request.user, now=now())
        return conditional(
            request,
            table.digest,
            lambda: FileResponse(
                table.path.open("rb"), filename=f"{slug}-{self.name}.csv", content_type=_CSV
            ),
        )


class QueriesView(TableView):
    """What a run has to answer: `QueryId` and what participants may know of each query."""

    name = "queries"


class ClassesView(TableView):
    """What a run may name: `ClassId` and what is known of each class."""

    name = "classes"


class MediaView(TableView):
    """The images of each observation, where the task has observations: `MediaId;QueryId`."""

    name = "media"


class SampleRunView(FileView):
    """A small run file that is right: its form, not its answers."""

    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR, **refusals(404)},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Send a run file over the first queries, or over all where the task wants all answered."""
        task = find_task(slug)
        test_set = public_test_set(task=task, viewer=request.user, now=now())
        content = sample_run(test_set, task.run_rules)
        answer = HttpResponse(content, content_type=_CSV)
        answer["Content-Disposition"] = f'attachment; filename="{slug}-sample-run.csv"'
        return answer
