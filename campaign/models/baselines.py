"""Official runs on their way: a reference model that is trained, and what it costs."""

from datetime import datetime

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaign.models.accounts import User
from campaign.models.campaigns import Campaign
from campaign.models.runs import Run
from campaign.models.tasks import Task

LOG_MAX = 100_000  # characters; the newest are kept


class BaselineTrainingQuerySet(models.QuerySet["BaselineTraining"]):
    def on_their_way(self) -> "BaselineTrainingQuerySet":
        return self.filter(state__in=BaselineTraining.ON_THEIR_WAY)

    def abandoned(self, now: datetime) -> "BaselineTrainingQuerySet":
        """Return the ones whose worker stopped renewing its lease."""
        return self.filter(state=BaselineTraining.State.RUNNING, lease_until__lt=now)


# What moves while it runs is no act of anybody's, and would fill the history.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=[
        *("config", "sent_at", "attempts", "lease_token", "lease_until", "started_at"),
        *("progress", "log", "failure", "record", "card"),
    ],
)
class BaselineTraining(models.Model):
    """A reference model that is trained by a config and answers a task, until its run is sent.

    One that was trained elsewhere is written down when its run is sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    ON_THEIR_WAY = (State.WAITING, State.RUNNING)

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="trainings")
    name = models.CharField(max_length=80)  # of the config, and of the run
    config = models.TextField()  # TOML, as it was when it was asked for
    config_sha256 = models.CharField(max_length=64)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField()
    reason = models.TextField()
    # By no worker of ours: nobody here knows when it began or ended.
    elsewhere = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    sent_at = models.DateTimeField()  # the last message to a worker
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    progress = models.JSONField(default=dict)  # the last that its process said of it
    log = models.TextField(blank=True)  # for organisers
    failure = models.TextField(blank=True)  # for organisers
    seen_at = models.DateTimeField(null=True, blank=True)  # that it failed
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="trainings", null=True)
    record = models.JSONField(default=dict)  # hardware, versions, digests of the data, seconds
    card = models.TextField(blank=True)  # the model card, Markdown
    price = models.JSONField(default=dict)  # empty: no line of the table fitted the hardware

    objects = BaselineTrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "config_sha256"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_training_of_a_config_at_a_time",
                violation_error_message=_("This config is on its way for this task already."),
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_token=None, lease_until=None)),
                name="a_lease_while_training",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at=None)
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False)
                | Q(elsewhere=True),
                name="training_ended_in_an_end_state",
            ),
            models.CheckConstraint(
                condition=Q(elsewhere=False) | Q(state="done", started_at=None, ended_at=None),
                name="trained_elsewhere_at_an_unknown_time",
            ),
            models.CheckConstraint(
                condition=Q(state="done", run__isnull=False) | (~Q(state="done") & Q(run=None)),
                name="a_training_that_is_done_has_a_run",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="trained_with_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["state", "sent_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="training_unfinished",
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="training_only_forward",
                field="state",
                transitions=[
                    ("waiting", "running"),
                    ("waiting", "cancelled"),
                    ("running", "done"),
                    ("running", "failed"),
                    ("running", "cancelled"),
                ],
            ),
            # What it was asked to do stays as it was asked.
            pgtrigger.ReadOnly(
                name="training_asked_once",
                fields=[
                    *("task", "name", "config", "config_sha256"),
                    *("asked_by", "asked_at", "elsewhere"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.state}"

    def get_absolute_url(self) -> str:
        """Return its page, which is for organisers."""
        return reverse("organise-baseline", args=[self.task.slug, self.pk])

    @property
    def is_on_its_way(self) -> bool:
        return self.state in self.ON_THEIR_WAY


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class HardwarePrice(models.Model):
    """What an hour of some hardware costs a campaign, and what it cost when it was bought."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="prices")
    name = models.CharField(max_length=100)  # found in the name that the hardware has of itself
    eur_per_hour = models.DecimalField(max_digits=10, decimal_places=4)
    eur_bought = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="one_price_a_hardware"),
            models.CheckConstraint(
                condition=Q(eur_per_hour__gte=0) & (Q(eur_bought=None) | Q(eur_bought__gte=0)),
                name="no_price_below_nothing",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="priced_hardware_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
