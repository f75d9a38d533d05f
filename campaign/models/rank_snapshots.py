"""The order of leaderboards at the moments it changed: what dated states and the history are read from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from campaign.models.results import Part
from campaign.models.tasks import Task, TruthVersion


class RankSnapshot(models.Model):
    """The order of a leaderboard at a moment it changed: runs, ranks and what ranked them, side by side.

    A later truth version changes nothing here: the evaluations that counted then are kept, and their scores.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="rank_snapshots")
    part = models.CharField(max_length=10, choices=Part, default=Part.ALL)
    truth_version = models.ForeignKey(TruthVersion, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()  # each later than the one before
    run_ids = ArrayField(models.PositiveBigIntegerField())
    ranks = ArrayField(models.PositiveIntegerField(null=True))
    evaluation_ids = ArrayField(models.PositiveBigIntegerField())

    class Meta:
        # They are taken one after another under the task's lock.
        ordering = ["-id"]
        get_latest_by = "id"
        constraints = [
            models.CheckConstraint(condition=Q(part__in=Part.values), name="snapshot_part_known"),
            models.CheckConstraint(
                condition=Q(run_ids__len=F("ranks__len")),
                name="a_rank_for_every_run",
            ),
            models.CheckConstraint(
                condition=Q(run_ids__len=F("evaluation_ids__len")),
                name="an_evaluation_for_every_ranked_run",
            ),
        ]
        indexes = [models.Index(fields=["task", "part", "taken_at"], name="snapshot_moment")]

    def __str__(self) -> str:
        return f"{self.task_id} at {self.taken_at:%Y-%m-%d %H:%M}"
