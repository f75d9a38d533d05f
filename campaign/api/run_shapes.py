"""What is sent and shown of runs."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from campaign.api import scores
from campaign.api.findings import FindingOut
from campaign.api.scores import INTERVALS, VALUES
from campaign.api.shapes import ObjectField, ObjectTextField, PageLink, Shape, UploadField
from campaign.models import Run
from campaign.reads.results import RunReport

RUN_STATES = ("queued", "scoring", "scored", "rejected", "failed", "withdrawn", "disqualified")


class SubmissionIn(Shape):
    """A run on its way in."""

    file = UploadField(help_text="The run file, plain or as .gz, .zst or .zip.")
    name = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Your own name for it."
    )
    description = ObjectTextField(
        required=False, default=dict, help_text="The method description, a JSON object as text."
    )
    image_run = UploadField(
        required=False, help_text="`MediaId;ClassId;Probability`, where the task takes image runs."
    )


class DescriptionIn(Shape):
    """A method description in place of the old one."""

    description = ObjectField(help_text="The method description, whole.")


class WithdrawalIn(Shape):
    """Why a run is withdrawn."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class SubmittedOut(serializers.ModelSerializer[Run]):
    """A run just accepted."""

    url = PageLink(help_text="Its page; its address in the API is in the header Location.")
    state = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = ["id", "url", "number", "state"]

    def get_state(self, run: Run) -> str:
        """Return the state every run begins in."""
        return "queued"


class FileOut(serializers.ModelSerializer[Run]):
    """A run's file as it was sent."""

    name = serializers.CharField(source="file_name")
    bytes = serializers.IntegerField(source="stored_bytes")
    sha256 = serializers.CharField(source="content_sha256", help_text="Of what it unpacks to.")

    class Meta:
        model = Run
        fields = ["name", "bytes", "content_bytes", "sha256"]


class _Judged(serializers.Serializer[RunReport]):
    """What came of a run or of the image run beside it."""

    id = serializers.IntegerField(source="run.pk")
    state = serializers.ChoiceField(
        choices=RUN_STATES,
        help_text="rejected: the file's fault, `problems` say why. failed: ours.",
    )
    file = serializers.SerializerMethodField(help_text="For the own team and organisers.")
    problems = FindingOut(many=True, help_text="For the own team and organisers.")
    warnings = FindingOut(
        many=True,
        help_text="Of the file: for the own team and organisers. Of a score: for all who see that.",
    )
    scores_visible = serializers.SerializerMethodField(
        help_text="Whether the task shows scores to you now."
    )
    part = serializers.CharField(
        allow_null=True, help_text="The part of the test the scores are on; null while none show."
    )
    scores = serializers.SerializerMethodField(
        help_text="Metric to value; null where undefined. Empty until scored and visible."
    )
    intervals = serializers.SerializerMethodField(help_text="Metric to its 95 % interval.")
    undefined = serializers.SerializerMethodField(help_text="Metric to why it has no value.")

    @extend_schema_field(FileOut(allow_null=True))
    def get_file(self, report: RunReport) -> Any:
        """Return what was sent, to those who may have it."""
        return FileOut(report.run).data if report.own else None

    def get_scores_visible(self, report: RunReport) -> bool:
        """Tell hidden from not yet scored."""
        return report.scores is not None

    @extend_schema_field(VALUES)
    def get_scores(self, report: RunReport) -> dict[str, float | None]:
        """Return metric to value."""
        return scores.values(report.scores or {})

    @extend_schema_field(INTERVALS)
    def get_intervals(self, report: RunReport) -> dict[str, list[float]]:
        """Return metric to interval."""
        return scores.intervals(report.scores or {})

    def get_undefined(self, report: RunReport) -> dict[str, str]:
        """Return metric to reason."""
        return scores.undefined(report.scores or {})


class ImageRunOut(_Judged):
    """The image run beside a run."""


_EXAMPLE = {
    "id": 17,
    "state": "scored",
    "file": {"name": "run.csv.gz", "bytes": 92_100, "content_bytes": 310_400, "sha256": "9f86…"},
    "problems": [],
    "warnings": [
        {"kind": "coverage", "message": "12 % of queries unanswered", "lines": [], "count": 1}
    ],
    "scores_visible": True,
    "part": "all",
    "scores": {"mrr": 0.49, "top_1": 0.41},
    "intervals": {"mrr": [0.48, 0.5]},
    "undefined": {},
    "task": "plantclef-practice",
    "team": "Elm",
    "number": 2,
    "name": "two views, fused",
    "description": {"architectures": ["ResNet-50"], "n_networks": 2},
    "rank": 3,
    "late": False,
    "baseline": False,
    "generated": False,
    "standing_reason": "",
    "received_at": "2017-05-01T12:00:00Z",
    "url": "https://clef.example/runs/17/",
    "image_run": None,
}


@extend_schema_serializer(examples=[OpenApiExample("scored", value=_EXAMPLE, response_only=True)])
class RunOut(_Judged):
    """A run as you may see it."""

    task = serializers.CharField(source="run.registration.task.slug")
    team = serializers.CharField(source="run.registration.team.name")
    number = serializers.IntegerField(source="run.number")
    name = serializers.CharField(source="run.name")
    description = serializers.DictField(source="run.description")
    rank = serializers.IntegerField(allow_null=True)
    late = serializers.BooleanField(source="run.counts_as_late")
    baseline = serializers.BooleanField(source="run.registration.team.organisers")
    generated = serializers.BooleanField(source="run.generated")
    standing_reason = serializers.SerializerMethodField(
        help_text="Why it was withdrawn or disqualified; for the own team and organisers."
    )
    received_at = serializers.DateTimeField(source="run.received_at")
    url = PageLink(source="run")
    image_run = ImageRunOut(allow_null=True)

    def get_standing_reason(self, report: RunReport) -> str:
        """Return the reason to those it concerns."""
        return report.run.standing_reason if report.own else ""
