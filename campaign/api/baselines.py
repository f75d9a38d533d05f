"""Baselines of a task: for its organisers."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.authentication import person
from campaign.api.schema import refusals
from campaign.api.shapes import Json, PageLink, Shape, answer, checked
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.models import BaselineTraining, Task
from campaign.reads.baselines import baselines_of, config_named
from campaign.reads.visibility import Viewer, organises
from campaign.refusals import NotThere
from campaign.services.baselines import ask_for_baseline, cancel_baseline


class BaselineIn(Shape):
    """By which config to train, and why."""

    config = serializers.CharField(
        max_length=80, help_text="The name of one that the page of baselines offers."
    )
    reason = serializers.CharField(max_length=500, help_text="It stands in the record.")


class CancellationIn(Shape):
    """Nothing needs to be said."""


class BaselineOut(serializers.ModelSerializer[BaselineTraining]):
    """A reference model that is trained, until its run is sent."""

    task = serializers.CharField(source="task.slug")
    url = PageLink()
    progress = serializers.DictField(
        help_text="`phase`, `done`, `total`, `images_per_s`, `seconds_left`, as far as it said so."
    )
    elsewhere = serializers.BooleanField(
        help_text="Trained elsewhere: nobody here knows when it began or ended."
    )
    run = serializers.IntegerField(source="run_id", allow_null=True, help_text="The run it became.")
    price = serializers.SerializerMethodField(
        help_text="What the training cost; null where no line of the table fits its hardware."
    )

    class Meta:
        model = BaselineTraining
        fields = [
            *("id", "task", "url", "name", "config_sha256", "reason", "elsewhere"),
            *("state", "progress"),
            *("asked_at", "started_at", "ended_at", "cancel_asked_at", "failure", "run", "price"),
        ]

    @extend_schema_field(
        {
            "type": ["object", "null"],
            "properties": {
                "hardware": {"type": "string"},
                "hours": {"type": "number"},
                "pieces": {"type": "integer"},
                "eur_per_hour": {"type": "number"},
                "eur": {"type": "number"},
            },
        }
    )
    def get_price(self, baseline: BaselineTraining) -> dict[str, Any] | None:
        """Return the price with all it is made of."""
        return baseline.price or None


class BaselineWholeOut(BaselineOut):
    """The same with all that was said and made."""

    record = serializers.DictField(help_text="Hardware, versions, digests of the data, seconds.")

    class Meta(BaselineOut.Meta):
        fields = [*BaselineOut.Meta.fields, "config", "log", "card", "record"]


class BaselinesView(APIView):
    """The baselines of a task."""

    permission_classes = [IsAuthenticated]
    parser_classes = [Json, FormParser, MultiPartParser]

    @extend_schema(responses={200: BaselineOut(many=True), **refusals(401, 404)})
    def get(self, request: Request, slug: str) -> Response:
        """List the baselines of a task you organise, the newest first."""
        rows = baselines_of(_organised(slug, request.user))
        return Response(answer(BaselineOut, rows, request, many=True))

    @extend_schema(
        request=BaselineIn,
        responses={201: BaselineOut, **refusals(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Start a baseline; a worker trains it in the background and sends its run.

        Config, model card and record are published with the run: whoever sees it reads them.
        """
        task = _organised(slug, request.user)
        sent = checked(BaselineIn, request.data)
        baseline = ask_for_baseline(
            task=task,
            config=config_named(sent["config"]),
            by=person(request),
            reason=sent["reason"],
            now=now(),
        )
        return Response(answer(BaselineOut, baseline, request), status=201)


class BaselineView(APIView):
    """One baseline."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: BaselineWholeOut, **refusals(401, 404)})
    def get(self, request: Request, pk: int) -> Response:
        """Say how far a baseline is, with its log; with record and card once it is done."""
        return Response(answer(BaselineWholeOut, _find(pk, request.user), request))


class CancellationView(APIView):
    """A baseline's early end."""

    permission_classes = [IsAuthenticated]
    parser_classes = [Json, FormParser, MultiPartParser]

    @extend_schema(
        request=CancellationIn, responses={200: BaselineOut, **refusals(400, 401, 403, 404)}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Cancel a baseline: what it has learnt is lost, and no run is sent."""
        found = _find(pk, request.user)
        checked(CancellationIn, request.data)
        cancel_baseline(baseline=found, by=person(request), now=now())
        return Response(answer(BaselineOut, _find(pk, request.user), request))


def _organised(slug: str, viewer: Viewer) -> Task:
    task = find_task(slug)
    if not organises(task, viewer):
        raise NotThere(_("The baselines of a task are for its organisers."), code="no_baselines")
    return task


def _find(pk: int, viewer: Viewer) -> BaselineTraining:
    """Return a baseline; what is not theirs is not there."""
    found = BaselineTraining.objects.select_related("task__campaign").filter(pk=pk).first()
    if found is None or not organises(found.task, viewer):
        raise NotThere(
            _("There is no baseline %(number)s, or it is not yours to see.") % {"number": pk},
            code="no_baseline",
        )
    return found
