"""Who cannot be told from the leader: the ranked runs of a board, each tested against the first."""

from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from campaign.models.results import Evaluation, Part
from campaign.models.tasks import Task
from campaign.models.work import Work, WorkQuerySet


class ComparisonFamilyQuerySet(WorkQuerySet["ComparisonFamily"]):
    def lost(self, now: datetime, *, unsent_since: datetime) -> "ComparisonFamilyQuerySet":
        """Return the idle ones whose message is old enough to be lost."""
        return self.idle(now).filter(sent_at__lt=unsent_since)


class ComparisonFamily(Work):
    """The ranked runs of a board: what is to be tested, and whether it is. At most one of each board.

    Attributes
    ----------
    leader, others
        Evaluations, the others in their places; where there are more than `MOST` of them, none is named.
    made_at
        Null as long as some of it is to be tested.
    n_alike
        How many of the others cannot be told from the leader; null where the metric has no test.
    """

    # With 10,000 flips no p-value is below 1/10,001: of more tests none stays below the level.
    MOST = 500
    LEVEL = 0.05

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="comparison_families")
    part = models.CharField(max_length=10, choices=Part)
    metric = models.CharField(max_length=200)
    leader = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="+")
    others = ArrayField(models.PositiveBigIntegerField())
    n_others = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    n_alike = models.PositiveIntegerField(null=True, blank=True)

    objects = ComparisonFamilyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "part"], name="one_family_a_board"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="family_part_known"),
            models.CheckConstraint(
                condition=Q(others__len=F("n_others")) | Q(others__len=0, n_others__gt=500),
                name="every_other_is_named_or_none",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(lease_token=None, lease_until=None),
                name="no_lease_on_a_family_that_is_tested",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n_others} against {self.leader_id}"


class Comparison(models.Model):
    """A paired test of two evaluations: `other` minus `leader`, by a metric on a part of the test.

    It depends on these alone and is never made twice. Only `adjusted` depends on the family it stands in.
    """

    leader = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="+")
    metric = models.CharField(max_length=200)
    part = models.CharField(max_length=10, choices=Part)
    difference = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    p = models.FloatField()
    adjusted = models.FloatField(
        null=True
    )  # by Holm, over the family; null until all of it is tested

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["leader", "other", "metric", "part"], name="compared_once"
            ),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="comparison_part_known"),
            models.CheckConstraint(condition=~Q(leader=F("other")), name="compared_with_another"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="comparison_never_changed",
                fields=["leader", "other", "metric", "part", "difference", "low", "high", "p"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.other_id} - {self.leader_id}"
