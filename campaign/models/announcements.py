"""News of a task for its teams."""

from datetime import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.models.tasks import Task


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def unfinished(self) -> "AnnouncementQuerySet":
        """Return those that are still being mailed."""
        return self.filter(mailed_at=None)

    def stuck(self, *, unsent_since: datetime) -> "AnnouncementQuerySet":
        """Return the unfinished ones of which nothing was heard for so long."""
        return self.unfinished().filter(Q(sent_at=None) | Q(sent_at__lt=unsent_since))


@pghistory.track(exclude=["mailed_up_to", "n_mailed", "n_refused", "sent_at"])
class Announcement(models.Model):
    """News of a task to its teams; mailed once to each person, in the order of their accounts."""

    class Audience(models.TextChoices):
        REGISTERED = "registered", _("members of all registered teams")
        APPROVED = "approved", _("members of approved teams")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="announcements")
    audience = models.CharField(
        max_length=10, choices=Audience, default=Audience.REGISTERED
    )  # of the mails; the page shows it to all
    subject = models.CharField(max_length=200)
    text = models.TextField()  # Markdown
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="announcements"
    )
    created_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)  # the last one
    mailed_up_to = models.PositiveBigIntegerField(default=0, editable=False)  # this account
    n_mailed = models.PositiveIntegerField(default=0, editable=False)
    n_refused = models.PositiveIntegerField(default=0, editable=False)  # by the mail server
    sent_at = models.DateTimeField(null=True, editable=False)  # its last mail, or its job's message

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["registered", "approved"]),
                name="announcement_audience_known",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
