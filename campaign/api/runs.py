"""Runs: sending one, reading it, taking it back, describing it anew."""

from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign import storage
from campaign.api.authentication import person
from campaign.api.files import FileView
from campaign.api.run_shapes import (
    DescriptionIn,
    RunOut,
    SubmissionIn,
    SubmittedOut,
    WithdrawalIn,
)
from campaign.api.schema import refusals
from campaign.api.shapes import Json, answer, checked
from campaign.api.tasks import find_task
from campaign.clock import began_at, now
from campaign.models import Registration, Run, Task
from campaign.reads.results import RunReport, run_report, team_runs
from campaign.reads.snapshots import one_snapshot
from campaign.reads.standings import standing
from campaign.reads.visibility import Viewer
from campaign.refusals import NotAllowed, NotThere
from campaign.services.runs import Submission, describe_run, submit_run, withdraw_run
from campaign.services.uploads import Upload

_PLACE = OpenApiParameter(
    "Location",
    str,
    OpenApiParameter.HEADER,
    response=[201],
    description="The run's address in the API.",
)


# ---------------------------------------------------------------- the runs of a task
class TaskRunsView(APIView):
    """The runs of the caller's team in a task."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]
    takes_files = True

    @extend_schema(responses={200: RunOut(many=True), **refusals(401, 404)})
    @one_snapshot()
    def get(self, request: Request, slug: str) -> Response:
        """List the runs of your team, the newest first."""
        runs = team_runs(task=find_task(slug), viewer=request.user, now=now())
        return Response(answer(RunOut, runs, request, many=True))

    @extend_schema(
        request={"multipart/form-data": SubmissionIn},
        parameters=[_PLACE],
        responses={201: SubmittedOut, **refusals(400, 401, 403, 404, 409, 411, 413, 415, 422, 429)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Submit a run; it is scored in the background.

        The same content again is answered with 409 and the first run, so that a request whose answer
        was lost can be repeated without harm.
        """
        registration = _registration(find_task(slug), request.user)
        sent = checked(SubmissionIn, request.data)
        images = sent.get("image_run")
        submission = Submission(
            upload=Upload.sent(sent["file"]),
            name=sent["name"],
            description=sent["description"],
            image_upload=Upload.sent(images) if images else None,
        )
        run = submit_run(
            registration=registration,
            submission=submission,
            by=person(request),
            began_at=began_at(request),
            now=now(),
        )
        place = request.build_absolute_uri(reverse("api-run", args=[run.pk]))
        return Response(answer(SubmittedOut, run, request), status=201, headers={"Location": place})


def _registration(task: Task, viewer: Viewer) -> Registration:
    registration = standing(task=task, viewer=viewer, now=now()).registration
    if registration is None:
        raise NotAllowed(
            _("You are in no team that is registered for %(task)s.") % {"task": task.slug},
            code="not_registered",
        )
    return registration


# ---------------------------------------------------------------- one run
class RunView(APIView):
    """One run."""

    parser_classes = [Json]

    @extend_schema(responses={200: RunOut, **refusals(401, 404)})
    @one_snapshot()
    def get(self, request: Request, pk: int) -> Response:
        """Say how a run stands, with its scores as far as you may see them.

        The own team and the organisers see it at once; others once its scores are public.
        """
        return Response(answer(RunOut, find_report(pk, request.user), request))

    @extend_schema(
        request=DescriptionIn, responses={200: RunOut, **refusals(400, 401, 403, 404, 422)}
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Replace the method description of your team's run; possible until the deadline."""
        run = find_report(pk, request.user).run
        sent = checked(DescriptionIn, request.data)
        describe_run(run=run, description=sent["description"], by=person(request), now=now())
        return Response(answer(RunOut, find_report(pk, request.user), request))


class WithdrawalView(APIView):
    """A run's end."""

    permission_classes = [IsAuthenticated]
    parser_classes = [Json, FormParser, MultiPartParser]  # a reason is one field, or none

    @extend_schema(
        request=WithdrawalIn, responses={200: RunOut, **refusals(400, 401, 403, 404, 409)}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw your team's run, for good."""
        run = find_report(pk, request.user).run
        sent = checked(WithdrawalIn, request.data)
        withdraw_run(run=run, by=person(request), reason=sent["reason"], now=now())
        return Response(answer(RunOut, find_report(pk, request.user), request))


class RunFileView(FileView):
    """A run's file."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **refusals(401, 404)}
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Send the bytes your team sent; organisers may have them too."""
        run = Run.objects.with_files_for(request.user).filter(pk=pk).first()
        if run is None:
            raise _no_run(pk)
        answer = FileResponse(
            storage.open_as_uploaded(run.file_key),
            as_attachment=True,
            filename=run.file_name,
            content_type="application/octet-stream",
        )
        answer["Content-Length"] = str(run.stored_bytes)
        answer["Cache-Control"] = "private, no-store"
        return answer


def find_report(pk: int, viewer: Viewer) -> RunReport:
    runs = Run.objects.select_related("registration__team", "registration__task__current_truth")
    run = runs.filter(pk=pk).first()
    report = run_report(run=run, viewer=viewer, now=now()) if run else None
    if report is None:
        raise _no_run(pk)
    return report


def _no_run(pk: int) -> NotThere:
    """Answer the same for what is not there and for what is not theirs: numbers tell nothing."""
    return NotThere(
        _("There is no run %(number)s, or it is not yours to see.") % {"number": pk}, code="no_run"
    )
