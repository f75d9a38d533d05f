"""What runs of one's choice score together: asked for, polled and read at one address."""

from urllib.parse import urlencode

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.authentication import person
from campaign.api.comparisons import DifferenceOut
from campaign.api.schema import refusals
from campaign.api.shapes import Shape, answer, checked
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.reads.run_choices import RunChoice, runs_to_fuse
from campaign.services.analyses.run_sets import ask_for_fusion


class FusionIn(Shape):
    """Which runs."""

    runs = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        help_text="Two to five runs of the leaderboard, by their ids.",
    )


class FusionOut(serializers.Serializer[RunChoice]):
    """What chosen runs score together; null until it is made."""

    task = serializers.CharField(source="task.slug")
    runs = serializers.ListField(source="pks", child=serializers.IntegerField())
    part = serializers.CharField(help_text="The part of the test it is on.")
    metric = serializers.CharField()
    state = serializers.SerializerMethodField(
        help_text="`unasked`, `waiting`, `made`, or `failed`: a run is not valid by the rules in force."
    )
    method = serializers.CharField(source="fused.method", default=None, allow_null=True)
    value = serializers.FloatField(source="fused.value", default=None, allow_null=True)
    low = serializers.FloatField(source="fused.low", default=None, allow_null=True)
    high = serializers.FloatField(source="fused.high", default=None, allow_null=True)
    best = serializers.IntegerField(
        source="fused.best.pk",
        default=None,
        allow_null=True,
        help_text="The run that is best alone.",
    )
    gain = DifferenceOut(
        source="fused.gain", default=None, allow_null=True, help_text="Over that run."
    )
    url = serializers.SerializerMethodField(help_text="Where to ask again.")

    def get_state(self, choice: RunChoice) -> str:
        """Return how far it is."""
        return choice.state(now())

    def get_url(self, choice: RunChoice) -> str:
        """Return this answer's own address."""
        request: Request = self.context["request"]
        page = reverse("api-task-fusions", args=[choice.task.slug])
        return request.build_absolute_uri(f"{page}?{urlencode({'runs': choice.pks}, doseq=True)}")


class FusionsView(APIView):
    """Fusions of chosen runs."""

    @extend_schema(
        parameters=[OpenApiParameter("runs", int, many=True, required=True)],
        responses={200: FusionOut, **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Say what chosen runs score together, as far as somebody asked for it."""
        names = request.query_params.getlist("runs")
        choice = runs_to_fuse(find_task(slug), names, request.user, now())
        return Response(answer(FusionOut, choice, request))

    @extend_schema(
        request=FusionIn,
        responses={200: FusionOut, 202: FusionOut, **refusals(400, 401, 404, 422, 429, 503)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Have chosen runs fused: 200 with their score if they are already, else 202 and a worker is at it.

        Twenty new ones a day (UTC), with those asked for on the page.
        """
        task = find_task(slug)
        names = map(str, checked(FusionIn, request.data)["runs"])
        choice = runs_to_fuse(task, names, request.user, now())
        asked = ask_for_fusion(choice=choice, by=person(request), now=now())
        return Response(answer(FusionOut, asked, request), status=200 if asked.fused else 202)
