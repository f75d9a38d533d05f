"""Tasks and all that an organiser writes down about them."""

from datetime import datetime

import pghistory
import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaign.models.accounts import User
from campaign.models.campaigns import Campaign, CampaignRole, in_language
from scoring import RunRules


class TaskQuerySet(models.QuerySet["Task"]):
    def organised_by(self, user: User | AnonymousUser) -> "TaskQuerySet":
        """Return the tasks whose hidden side this user may see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self if user.is_staff else self.filter(campaign__roles__user=user)

    def acted_for_by(self, user: User | AnonymousUser) -> "TaskQuerySet":
        """Return the tasks that this user may change too: whoever only looks on may not."""
        if isinstance(user, AnonymousUser):
            return self.none()
        roles = CampaignRole.objects.filter(user=user).exclude(name=CampaignRole.Name.VIEWER)
        return self if user.is_staff else self.filter(campaign__roles__in=roles)


@pghistory.track()
class Task(models.Model):
    """One evaluation task: run format, limits, visibility; its truth comes in versions."""

    class Visibility(models.TextChoices):
        NEVER = "never", _("hidden until results open")
        LIVE = "live", _("live")

    class Final(models.TextChoices):
        """What ranks of a split test when results open."""

        ALL = "all", _("all queries")
        PRIVATE = "private", _("private part")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tasks")
    slug = models.SlugField(max_length=100, unique=True)
    titles = models.JSONField(default=dict)
    questions = models.JSONField(default=dict)
    overview = models.TextField(blank=True)  # Markdown
    shape = models.CharField(max_length=10)
    run_rules_json = models.JSONField(db_column="run_rules")
    subsets = models.JSONField(default=list)
    runs_per_team = models.PositiveSmallIntegerField(null=True, blank=True)
    runs_per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.NEVER)
    truth_released = models.BooleanField(default=False)
    final = models.CharField(max_length=10, choices=Final, default=Final.ALL)
    approval = models.BooleanField(default=False)
    required_description = models.JSONField(default=list)
    required_runs = models.JSONField(default=list)
    generated = models.BooleanField(default=False)  # queries and ground truth are generated
    current_truth = models.OneToOneField(
        "campaign.TruthVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shape__in=["ranked", "segment", "set", "label"]),
                name="task_shape_known",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["never", "live"]), name="task_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(final__in=["all", "private"]), name="task_final_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.slug])

    @property
    def title(self) -> str:
        return in_language(self.titles)

    @property
    def question(self) -> str:
        return in_language(self.questions)

    @property
    def run_rules(self) -> RunRules:
        return RunRules.from_json(self.run_rules_json)

    @property
    def ranks_classes(self) -> bool:
        """Tell whether runs put classes in an order, and not into sets."""
        return self.shape in {"ranked", "segment"}

    @property
    def metrics(self) -> list[str]:
        """Return the metrics of the truth in force; the first ranks."""
        return self.current_truth.metrics if self.current_truth else []

    @property
    def split_column(self) -> str:
        """Return the column that splits the truth in force; empty where none does."""
        return self.current_truth.split_column if self.current_truth else ""

    @property
    def rules_in_force(self) -> "RulesVersion | None":
        """Return the newest version of the rules: the one that is accepted now."""
        return self.rules_versions.first()

    def phase(self, kind: str) -> "Phase":
        """Return a phase; one that is not written down is open for ever or never opens."""
        for phase in self.phases.all():  # all(): served from the prefetch where there is one
            if phase.kind == kind:
                return phase
        return Phase(task=self, kind=kind, never=kind in Phase.NEVER_UNLESS_WRITTEN)


@pghistory.track()
class Phase(models.Model):
    """A stretch of time of a task, from `opens_at` until just before `closes_at`."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("registration")
        TRAINING_DATA = "training_data", _("training data")
        TEST_DATA = "test_data", _("test data")
        SUBMISSION = "submission", _("submission")
        RESULTS = "results", _("results")
        POST_CAMPAIGN = "post_campaign", _("post-campaign")

    NEVER_UNLESS_WRITTEN = frozenset({Kind.SUBMISSION, Kind.RESULTS, Kind.POST_CAMPAIGN})

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=15, choices=Kind)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    never = models.BooleanField(default=False)

    class Meta:
        ordering = [F("opens_at").asc(nulls_first=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "kind"], name="one_phase_of_a_kind"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="phase_opens_before_it_closes",
                violation_error_message=_("A phase must open before it closes."),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "registration",
                        "training_data",
                        "test_data",
                        "submission",
                        "results",
                        "post_campaign",
                    ]
                ),
                name="phase_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} · {self.kind}"

    def has_opened(self, now: datetime) -> bool:
        return not self.never and (self.opens_at is None or self.opens_at <= now)

    def has_closed(self, now: datetime) -> bool:
        return self.closes_at is not None and self.closes_at <= now

    def is_open(self, now: datetime) -> bool:
        return self.has_opened(now) and not self.has_closed(now)


class PhaseChange(models.Model):
    """A phase moved while the task was running, and why: everybody may read it."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="phase_changes")
    kind = models.CharField(max_length=15, choices=Phase.Kind)
    opened_at = models.DateTimeField(null=True)  # before
    closed_at = models.DateTimeField(null=True)
    was_never = models.BooleanField(default=False)
    opens_at = models.DateTimeField(null=True)  # from then on
    closes_at = models.DateTimeField(null=True)
    never = models.BooleanField(default=False)
    reason = models.TextField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="phase_moved_with_a_reason"),
        ]
        triggers = [pgtrigger.ReadOnly(name="phase_change_never_changed")]

    def __str__(self) -> str:
        return f"{self.task_id} · {self.kind} at {self.changed_at:%Y-%m-%d}"


@pghistory.track()
class RulesVersion(models.Model):
    """The rules of a task as a team accepted them; a new text is a new version."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="rules_versions")
    number = models.PositiveIntegerField()
    text = models.TextField()  # Markdown
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="rules_number_used_once")
        ]
        triggers = [pgtrigger.ReadOnly(name="rules_never_changed")]

    def __str__(self) -> str:
        return f"{self.task} · rules {self.number}"


@pghistory.track(exclude=["folder"])
class TruthVersion(models.Model):
    """Classes, queries, media, ground truth, its split and metric list, together and never changed.

    The tables lie as files in private storage under `folder`; no URL serves them.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="truth_versions")
    number = models.PositiveIntegerField()
    folder = models.CharField(max_length=200, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)  # of the canonical ground truth
    files_digest = models.CharField(max_length=64, editable=False)  # of all its files
    metrics = models.JSONField(default=list)
    split_column = models.TextField(blank=True)  # of the ground truth; empty: no split
    n_queries = models.PositiveIntegerField()
    n_classes = models.PositiveIntegerField()
    n_media = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="truth_number_used_once")
        ]
        triggers = [pgtrigger.ReadOnly(name="truth_never_changed", exclude=["note"])]

    def __str__(self) -> str:
        return f"{self.task_id} · truth {self.number}"
