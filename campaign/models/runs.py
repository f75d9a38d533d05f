"""Runs: what a team submits once and never changes."""

import pghistory
import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaign.models.accounts import User
from campaign.models.tasks import Task
from campaign.models.teams import Registration, Team

NAME_MAX = 80

# What a trigger keeps as it was sent.
_SENT = [
    "registration",
    "image_run_of",
    "number",
    "began_at",
    "received_at",
    "late",
    "generated",
    "file_key",
    "file_name",
    "stored_bytes",
    "content_bytes",
    "content_sha256",
]


class RunQuerySet(models.QuerySet["Run"]):
    def observation_runs(self) -> "RunQuerySet":
        """Return the runs proper, without the image runs beside them."""
        return self.filter(image_run_of=None)

    def with_files_for(self, user: User | AnonymousUser) -> "RunQuerySet":
        """Return the runs whose file and problems this user may read: own team and organisers."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_staff:
            return self
        own = Q(registration__team__in=Team.objects.represented_by(user))
        organised = Q(registration__task__in=Task.objects.organised_by(user))
        return self.filter(own | organised).distinct()

    def of_teams_of(self, user: User | AnonymousUser) -> "RunQuerySet":
        """Return the runs of this user's teams, and of those merged into them."""
        return self.filter(registration__team__in=Team.objects.represented_by(user))


@pghistory.track(exclude=["file_key"])
class Run(models.Model):
    """A run file and a method description. Numbered per team and task, a number never used twice."""

    class Standing(models.TextChoices):
        ACTIVE = "active", _("active")
        WITHDRAWN = "withdrawn", _("withdrawn")
        DISQUALIFIED = "disqualified", _("disqualified")

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="runs")
    image_run_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="image_run"
    )
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=NAME_MAX, blank=True)
    description = models.JSONField(default=dict, blank=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    began_at = models.DateTimeField()  # the upload's first byte: the deadline is judged by it
    received_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    accepted_in_time_reason = models.TextField(blank=True)
    generated = models.BooleanField(default=False)
    file_key = models.CharField(max_length=255, unique=True, editable=False)
    file_name = models.CharField(max_length=255)  # as the team called it
    stored_bytes = models.PositiveBigIntegerField()
    content_bytes = models.PositiveBigIntegerField()  # after decompression
    content_sha256 = models.CharField(max_length=64, db_index=True)
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.ACTIVE)
    standing_reason = models.TextField(blank=True)
    withdrawn_unseen = models.BooleanField(
        default=False
    )  # before its score was visible to its team
    # The evaluation that organisers have looked at and want to hear no more of; a new one they do.
    seen_evaluation = models.PositiveBigIntegerField(null=True, editable=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["registration", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "number"],
                condition=Q(image_run_of=None),
                name="run_number_used_once",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["active", "withdrawn", "disqualified"]),
                name="run_standing_known",
            ),
            models.CheckConstraint(
                condition=~Q(standing="disqualified") | ~Q(standing_reason=""),
                name="disqualified_with_a_reason",
                violation_error_message=_("A disqualification needs a reason."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_unseen=False) | Q(standing="withdrawn"),
                name="only_a_withdrawn_run_gives_its_place_back",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="run_numbers_begin_at_one"),
        ]
        triggers = [
            # What was sent stays as it was sent, and its number is never free again.
            pgtrigger.ReadOnly(name="run_never_changed", fields=_SENT),
            pgtrigger.Protect(name="run_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Run {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.image_run_of_id or self.pk])

    @property
    def counts_as_late(self) -> bool:
        return self.late and not self.accepted_in_time_reason
