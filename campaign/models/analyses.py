"""What the runs of a board teach together, made by a worker and kept until the board changes."""

from django.db import models
from django.db.models import Q

from campaign.models.digests import digest_of
from campaign.models.results import Part
from campaign.models.tasks import Task
from campaign.models.work import Work, WorkQuerySet


class AnalysisRound(Work):
    """The making of a board's analyses: one at a time, and again when the board is another than it was.

    Attributes
    ----------
    inputs
        A digest of the board that they are made of: its runs, evaluations and descriptions.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="analysis_rounds")
    part = models.CharField(max_length=10, choices=Part)
    inputs = models.CharField(max_length=32)
    sent_at = models.DateTimeField()

    objects = WorkQuerySet["AnalysisRound"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "part"], name="one_round_a_board"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="round_part_known"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} · {self.part}"


class Analysis(models.Model):
    """One analysis of a board, as plain data without words.

    Only `campaign.reads` may show one: visibility is decided there.

    Attributes
    ----------
    kind
        Of `campaign.reads.analyses.KINDS`.
    inputs
        The digest of the board that it was made of.
    n_runs
        Of how many runs it is made; where it says nothing, how many are on the board.
    nothing
        Why it says nothing, in a word; then `data` is null.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="analyses")
    part = models.CharField(max_length=10, choices=Part)
    kind = models.SlugField(max_length=40)
    inputs = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    n_runs = models.PositiveIntegerField()
    generated = models.BooleanField()  # whether generated runs are among them
    data = models.JSONField(null=True)
    digest = digest_of("data")
    nothing = models.SlugField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "part", "kind"], name="analysed_once"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="analysis_part_known"),
            models.CheckConstraint(
                condition=Q(nothing="", data__isnull=False)
                | (~Q(nothing="") & Q(data__isnull=True)),
                name="it_says_something_or_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.task_id}"
