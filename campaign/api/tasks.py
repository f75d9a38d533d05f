"""Campaigns and tasks."""

from difflib import get_close_matches
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.schema import refusals
from campaign.api.shapes import PageLink, answer
from campaign.clock import now
from campaign.models import Campaign, DataFile, DataSet, Phase, RulesVersion, Task, TruthVersion
from campaign.reads.breakdowns import shown_subsets
from campaign.reads.detectable import Detectable, Shown, detectable
from campaign.reads.funnels import Funnel, funnel
from campaign.reads.tables import PUBLIC_TABLES
from campaign.reads.tasks import Best, TaskCard, campaigns, task_cards
from campaign.refusals import NotThere
from scoring import parse_metric


def find_task(slug: str) -> Task:
    """Return a task with what most answers need, or say which one may have been meant."""
    tasks = Task.objects.select_related("campaign", "current_truth")
    task = tasks.prefetch_related("phases").filter(slug=slug).first()
    if task is None:
        raise NotThere(_no_task(slug), code="no_task")
    return task


def _no_task(slug: str) -> str:
    known = Task.objects.values_list("slug", flat=True)
    message = _("There is no task '%(slug)s'.") % {"slug": slug}
    for nearest in get_close_matches(slug, known, n=1, cutoff=0.5):
        message += " " + _("Did you mean '%(slug)s'?") % {"slug": nearest}
    return message


def directions(metrics: list[str]) -> dict[str, str]:
    """Return for each metric whether `higher` or `lower` is better."""
    return {metric: parse_metric(metric).direction for metric in metrics}


# ---------------------------------------------------------------- shapes
class CampaignOut(serializers.ModelSerializer[Campaign]):
    """One edition of a lab, with its tasks by slug."""

    title = serializers.CharField()
    url = PageLink()
    tasks: serializers.SlugRelatedField[Task] = serializers.SlugRelatedField(
        slug_field="slug", many=True, read_only=True
    )

    class Meta:
        model = Campaign
        fields = ["slug", "title", "year", "description", "organisers", "url", "tasks"]


class PhaseOut(serializers.ModelSerializer[Phase]):
    """A stretch of time of a task; an edge that is null stands open."""

    open = serializers.SerializerMethodField()

    class Meta:
        model = Phase
        fields = ["kind", "opens_at", "closes_at", "never", "open"]

    def get_open(self, phase: Phase) -> bool:
        """Tell whether it is open now."""
        return phase.is_open(now())


class FunnelOut(serializers.Serializer[Funnel]):
    """Teams that registered, those of them with a scored run, and these runs."""

    registered = serializers.IntegerField()
    submitted = serializers.IntegerField()
    runs = serializers.IntegerField()


class BestOut(serializers.Serializer[Best]):
    """The score that leads."""

    value = serializers.FloatField()
    baseline = serializers.BooleanField()
    generated = serializers.BooleanField()


class TaskCardOut(serializers.Serializer[TaskCard]):
    """A task as one row of a list."""

    slug = serializers.CharField(source="task.slug")
    title = serializers.CharField(source="task.title")
    question = serializers.CharField(source="task.question")
    campaign = serializers.CharField(source="task.campaign.slug")
    shape = serializers.CharField(source="task.shape")
    metrics = serializers.ListField(child=serializers.CharField(), source="task.metrics")
    generated = serializers.BooleanField(source="task.generated")
    submission = PhaseOut()
    n_teams = serializers.IntegerField(source="funnel.registered")
    n_runs = serializers.IntegerField(source="funnel.runs")
    state = serializers.CharField(
        help_text="Whether it takes runs: open, to_come, late (only late ones), closed or never."
    )
    best = BestOut(allow_null=True, help_text="By the first metric; null while none shows.")
    url = PageLink(source="task")


class RulesOut(serializers.ModelSerializer[RulesVersion]):
    """The rules in force, in Markdown."""

    class Meta:
        model = RulesVersion
        fields = ["number", "text", "created_at"]


class TestOut(serializers.ModelSerializer[TruthVersion]):
    """How large the test is, and which version of it is in force."""

    version = serializers.IntegerField(source="number")

    class Meta:
        model = TruthVersion
        fields = ["version", "n_queries", "n_classes", "n_media"]


class DataFileOut(serializers.ModelSerializer[DataFile]):
    """A file of a data set; fetching it may need a registration."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = DataFile
        fields = ["name", "size", "sha256", "url"]

    def get_url(self, file: DataFile) -> str:
        """Return where it can be fetched, by whoever may."""
        data_set = file.data_set
        place = [data_set.task.slug, data_set.slug, data_set.version, file.name]
        request: Request = self.context["request"]
        return request.build_absolute_uri(reverse("data-file", args=place))


class DataSetOut(serializers.ModelSerializer[DataSet]):
    """A published package of a task."""

    files = DataFileOut(many=True)

    class Meta:
        model = DataSet
        fields = ["slug", "version", "title", "role", "access", "licence", "description", "files"]


class LimitsOut(serializers.ModelSerializer[Task]):
    """What a team may send; null means no limit."""

    class Meta:
        model = Task
        fields = ["runs_per_team", "runs_per_day"]


class ShownDifferenceOut(serializers.Serializer[Shown]):
    """The smallest difference that shows between two runs that disagree on a share of the units."""

    disagreement = serializers.FloatField()
    difference = serializers.FloatField(
        allow_null=True, help_text="Null where even all of the disagreement would not show."
    )


class DetectableOut(serializers.Serializer[Detectable]):
    """What a paired test at 5 % finds in 80 of 100 tests of this size."""

    metric = serializers.CharField()
    n_units = serializers.IntegerField(
        help_text="What the metric is the mean of: queries, classes ..."
    )
    before = ShownDifferenceOut(many=True, help_text="At most, by the number of units alone.")
    between_runs = serializers.FloatField(
        allow_null=True, help_text="Between runs like those there are."
    )


class TaskOut(serializers.ModelSerializer[Task]):
    """All that everybody may know of a task."""

    title = serializers.CharField()
    question = serializers.CharField()
    campaign = serializers.CharField(source="campaign.slug")
    url = PageLink()
    run_rules = serializers.DictField(
        source="run_rules_json", help_text="What `clefboard check` judges a run file by."
    )
    metrics = serializers.ListField(child=serializers.CharField(), help_text="The first one ranks.")
    directions = serializers.SerializerMethodField(help_text="Whether higher or lower is better.")
    split = serializers.SerializerMethodField(
        help_text="Whether scores show on a public part of the test until results open."
    )
    subsets = serializers.SerializerMethodField(
        help_text="Columns by which the scores of a run are broken down, some in bands."
    )
    phases = serializers.SerializerMethodField()
    limits = LimitsOut(source="*")
    test = TestOut(source="current_truth", allow_null=True)
    rules = RulesOut(source="rules_in_force", allow_null=True)
    data_sets = DataSetOut(many=True)
    participation = serializers.SerializerMethodField(help_text="Who takes part, in numbers.")
    detectable_difference = serializers.SerializerMethodField(
        help_text="The smallest difference between runs that the test shows; null where none can be said."
    )
    tables = serializers.SerializerMethodField(
        help_text="Where the test's public tables are, once the test data is public."
    )

    class Meta:
        model = Task
        fields = [
            "slug",
            "title",
            "question",
            "campaign",
            "url",
            "overview",
            "shape",
            "generated",
            "run_rules",
            "metrics",
            "directions",
            "subsets",
            "visibility",
            "split",
            "phases",
            "limits",
            "approval",
            "required_description",
            "required_runs",
            "test",
            "rules",
            "data_sets",
            "participation",
            "detectable_difference",
            "tables",
        ]

    def get_directions(self, task: Task) -> dict[str, str]:
        """Return the direction of each metric."""
        return directions(task.metrics)

    @extend_schema_field({"type": "array", "items": {}})
    def get_subsets(self, task: Task) -> list[Any]:
        """Return the columns that are public, or all to organisers."""
        return shown_subsets(task, task.current_truth, self.context["request"].user)

    def get_split(self, task: Task) -> bool:
        """Tell whether there is one; how it was drawn is hidden."""
        return bool(task.split_column)

    @extend_schema_field(PhaseOut(many=True))
    def get_phases(self, task: Task) -> Any:
        """Return all phases, also those nobody wrote down."""
        phases = [task.phase(kind) for kind in Phase.Kind.values]
        return PhaseOut(phases, many=True, context=self.context).data

    @extend_schema_field(FunnelOut)
    def get_participation(self, task: Task) -> Any:
        """Return the funnel from registrations to runs."""
        return FunnelOut(funnel(task)).data

    @extend_schema_field(DetectableOut(allow_null=True))
    def get_detectable_difference(self, task: Task) -> Any:
        """Return what would show to the viewer."""
        found = detectable(task, self.context["request"].user, now())
        return DetectableOut(found).data if found else None

    def get_tables(self, task: Task) -> dict[str, str]:
        """Return the addresses of the public tables."""
        request: Request = self.context["request"]
        return {
            name: request.build_absolute_uri(reverse(f"api-task-{name}", args=[task.slug]))
            for name in PUBLIC_TABLES
        }


# ---------------------------------------------------------------- views
class CampaignsView(APIView):
    """Campaigns."""

    @extend_schema(responses=CampaignOut(many=True))
    def get(self, request: Request) -> Response:
        """List the campaigns with the slugs of their tasks."""
        return Response(answer(CampaignOut, campaigns(), request, many=True))


class TasksView(APIView):
    """Tasks."""

    @extend_schema(responses=TaskCardOut(many=True))
    def get(self, request: Request) -> Response:
        """List the tasks, those that take runs first."""
        cards = task_cards(Task.objects.all(), now())
        return Response(answer(TaskCardOut, cards, request, many=True))


class TaskView(APIView):
    """One task."""

    @extend_schema(responses={200: TaskOut, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """Say all that everybody may know of a task, `run_rules` among it."""
        task = find_task(slug)
        files = DataFile.objects.select_related("data_set__task")
        data_sets = DataSet.objects.prefetch_related(Prefetch("files", queryset=files))
        prefetch_related_objects([task], Prefetch("data_sets", queryset=data_sets))
        return Response(answer(TaskOut, task, request))
