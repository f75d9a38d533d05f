"""Runs that are looked at together: what some score when they are fused, and which of some differ."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from campaign.models.accounts import User
from campaign.models.digests import digest_of
from campaign.models.results import Part
from campaign.models.tasks import Task
from campaign.models.work import Work, WorkQuerySet


class RunSet(Work):
    """Some runs of a task, by their evaluations, and what was made of them together.

    It depends on these alone and is never made twice. Only `campaign.reads` may show it.

    Attributes
    ----------
    part
        Of the test, for pairs; a fusion is scored on all parts at once, and has none here.
    evaluations
        Sorted.
    asked_by
        Who wants it; null where an analysis does, or a visitor.
    data
        Null as long as it is to be made.
    """

    class About(models.TextChoices):
        FUSION = "fusion"
        PAIRS = "pairs"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="run_sets")
    about = models.CharField(max_length=10, choices=About)
    part = models.CharField(max_length=10, choices=Part, blank=True)
    evaluations = ArrayField(models.PositiveBigIntegerField())
    asked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    data = models.JSONField(null=True, blank=True)
    digest = digest_of("data")

    objects = WorkQuerySet["RunSet"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about", "part", "evaluations"], name="one_row_a_set_of_runs"
            ),
            models.CheckConstraint(
                condition=Q(about="fusion", part="") | Q(about="pairs", part__in=Part.values),
                name="pairs_are_of_a_part",
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, data__isnull=True)
                | Q(made_at__isnull=False, data__isnull=False, lease_token__isnull=True),
                name="a_set_that_is_made_has_data",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(made_at=None), name="run_sets_to_be_made")
        ]

    def __str__(self) -> str:
        return f"{self.about} of {len(self.evaluations)} runs"

    def is_given_up(self, now: datetime) -> bool:
        """Tell whether it could not be made, and nobody tries any more."""
        tried = self.attempts >= settings.SCORING_MAX_ATTEMPTS
        is_idle = self.lease_until is None or self.lease_until < now
        return self.made_at is None and tried and is_idle
