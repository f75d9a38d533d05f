"""What the runs of a task teach together."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.schema import refusals
from campaign.api.shapes import ObjectField, answer
from campaign.api.tasks import find_task
from campaign.charts.analyses.words import finding
from campaign.clock import now
from campaign.models import RunSet
from campaign.reads.analyses import Made, analyses_of, find_analysis
from campaign.reads.run_choices import chosen_runs
from campaign.services.analyses.run_sets import pairs_in


class AnalysisLineOut(serializers.Serializer[Made]):
    """An analysis and what it found."""

    kind = serializers.CharField(source="kind.slug")
    group = serializers.CharField(source="kind.group")
    question = serializers.CharField(source="kind.question")
    finding = serializers.SerializerMethodField(help_text="A sentence; or why there is none.")
    sure = serializers.SerializerMethodField(help_text="Whether an interval says so.")
    metric = serializers.CharField()
    n_runs = serializers.IntegerField(
        help_text="Those that it is made of; where it says nothing, all on the board."
    )
    generated = serializers.BooleanField(help_text="Whether generated runs are among them.")
    made_at = serializers.DateTimeField()

    def get_finding(self, made: Made) -> str:
        """Return the sentence."""
        return finding(made).text

    def get_sure(self, made: Made) -> bool:
        """Tell whether it is more than chance."""
        return finding(made).sure


class AnalysisOut(AnalysisLineOut):
    """An analysis with its numbers; runs are named by their ids."""

    content = ObjectField(
        source="data", allow_null=True, help_text="Null where there is nothing to say."
    )


class AnalysesView(APIView):
    """The analyses of a task."""

    @extend_schema(responses={200: AnalysisLineOut(many=True), **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """List the analyses that you may see, each with what it found."""
        found = analyses_of(find_task(slug), request.user, now())
        return Response(answer(AnalysisLineOut, found.made, request, many=True))


class AnalysisView(APIView):
    """An analysis."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "runs",
                int,
                many=True,
                description="Of `significance`: two to fifty runs of the leaderboard to look at instead. "
                "Their tests are made when they are first asked for: until then the answer is 503.",
            )
        ],
        responses={200: AnalysisOut, **refusals(404, 422, 503)},
    )
    def get(self, request: Request, slug: str, kind: str) -> Response:
        """Say all that an analysis was made to say."""
        task = find_task(slug)
        made = find_analysis(task, kind, request.user, now())
        names = request.query_params.getlist("runs")
        choice = chosen_runs(task, made.kind, names, request.user, now())
        if choice and choice.about == RunSet.About.PAIRS:
            made = pairs_in(choice=choice, made=made, now=now())
        return Response(answer(AnalysisOut, made, request))
