"""What a worker makes outside any transaction: the row says whether it is made, and who is at it."""

from datetime import datetime
from typing import Self, TypeVar

from django.conf import settings
from django.db import models

AnyWork = TypeVar("AnyWork", bound="Work")


class WorkQuerySet(models.QuerySet[AnyWork]):
    def idle(self, now: datetime) -> Self:
        """Return what is to be made and no worker makes, unless it has failed too often."""
        return self.exclude(lease_until__gte=now).filter(
            made_at=None, attempts__lt=settings.SCORING_MAX_ATTEMPTS
        )


class Work(models.Model):
    """Something to be made, by one worker at a time.

    Attributes
    ----------
    attempts
        How often a worker began.
    made_at
        Null as long as it is to be made.
    """

    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
