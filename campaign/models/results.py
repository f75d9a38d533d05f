"""Evaluations of runs, their traces, scores and the stored leaderboard."""

from datetime import datetime

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from campaign.models.accounts import User
from campaign.models.runs import Run
from campaign.models.tasks import Task, TruthVersion


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def waiting(self, *, unsent_since: datetime) -> "EvaluationQuerySet":
        """Return the queued ones whose message is old enough to be thought lost."""
        return self.filter(state=Evaluation.State.QUEUED, sent_at__lt=unsent_since)

    def abandoned(self, now: datetime) -> "EvaluationQuerySet":
        """Return the ones whose worker stopped renewing its lease."""
        return self.filter(state=Evaluation.State.SCORING, lease_until__lt=now)

    def newest_by(self, truth: TruthVersion) -> "EvaluationQuerySet":
        """Return of each run the newest one by a truth version, whichever scorer made it."""
        later = Evaluation.objects.filter(
            run=OuterRef("run"), truth_version=truth, pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(later), truth_version=truth)

    def unfinished(self) -> "EvaluationQuerySet":
        return self.filter(state__in=[Evaluation.State.QUEUED, Evaluation.State.SCORING])


# All else that becomes of an evaluation is the platform's doing, and in its row.
@pghistory.track(
    pghistory.UpdateEvent(
        "queued again", condition=pghistory.Q(old__state="failed", new__state="queued")
    ),
    fields=["run", "truth_version"],
    model_name="EvaluationEvent",
)
class Evaluation(models.Model):
    """The scoring of one run with one truth version and one scorer version."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SCORING = "scoring", _("scoring")
        SCORED = "scored", _("scored")
        REJECTED = "rejected", _("rejected")
        FAILED = "failed", _("failed")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="evaluations")
    truth_version = models.ForeignKey(TruthVersion, on_delete=models.PROTECT, related_name="+")
    scorer_version = models.CharField(max_length=20)
    is_current = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    report = models.JSONField(default=dict)  # what scoring said of the file
    timings = models.JSONField(default=dict)  # seconds, by step
    failure = models.TextField(blank=True)  # for organisers; never shown to a team

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "truth_version", "scorer_version"], name="evaluated_once"
            ),
            models.UniqueConstraint(
                fields=["run"], condition=Q(is_current=True), name="one_current_evaluation"
            ),
            models.CheckConstraint(
                condition=Q(state="scoring", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="scoring") & Q(lease_token=None, lease_until=None)),
                name="a_lease_while_scoring",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "scoring"], finished_at=None)
                | Q(state__in=["scored", "rejected", "failed"], finished_at__isnull=False),
                name="finished_in_an_end_state",
            ),
            models.CheckConstraint(
                condition=Q(state="rejected") | Q(problems=[]), name="problems_reject"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "sent_at"],
                condition=Q(state__in=["queued", "scoring"]),
                name="evaluation_unfinished",
            )
        ]
        triggers = [
            # Only forward; what is scored or rejected is frozen; a failed one is queued by hand.
            pgtrigger.FSM(
                name="evaluation_only_forward",
                field="state",
                transitions=[
                    ("queued", "scoring"),
                    ("queued", "failed"),
                    ("scoring", "scored"),
                    ("scoring", "rejected"),
                    ("scoring", "failed"),
                    ("failed", "queued"),
                ],
            ),
            # A re-scoring is another row; all it may change here is which of them counts.
            pgtrigger.Protect(
                name="evaluation_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('scored', 'rejected') AND"
                    " to_jsonb(OLD) - 'is_current' IS DISTINCT FROM to_jsonb(NEW) - 'is_current'"
                ),
            ),
            pgtrigger.Protect(name="evaluation_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.run} · {self.state}"


class RescoringQuerySet(models.QuerySet["Rescoring"]):
    def open(self) -> "RescoringQuerySet":
        """Return the ones that are neither in force nor discarded: at most one of a task."""
        return self.filter(state__in=[Rescoring.State.RUNNING, Rescoring.State.READY])


@pghistory.track()
class Rescoring(models.Model):
    """All runs of a task evaluated by another truth version, until it is put in force or not.

    Its evaluations are those of the truth version that are not current.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        READY = "ready", _("ready")
        SWITCHED = "switched", _("in force")
        DISCARDED = "discarded", _("discarded")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="rescorings")
    truth_version = models.ForeignKey(TruthVersion, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey(TruthVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    reason = models.TextField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    started_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RescoringQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(state__in=["running", "ready"]),
                name="one_open_rescoring_a_task",
                violation_error_message=_("Another re-scoring of this task is not ended yet."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "ready"], ended_at=None)
                | Q(state__in=["switched", "discarded"], ended_at__isnull=False),
                name="rescoring_ended_in_an_end_state",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rescored_with_a_reason"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="rescoring_only_forward",
                field="state",
                transitions=[
                    ("running", "ready"),
                    ("ready", "running"),  # a run came in, or a failed one was queued again
                    ("ready", "switched"),
                    ("running", "discarded"),
                    ("ready", "discarded"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} by truth {self.truth_version_id} · {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in {Rescoring.State.RUNNING, Rescoring.State.READY}

    @property
    def evaluations(self) -> EvaluationQuerySet:
        """Return the newest evaluation of each run by its truth version."""
        return Evaluation.objects.newest_by(self.truth_version)


class Trace(models.Model):
    """The product of a scoring (scoring.Trace), as bytes, in one transaction with the scores."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.CASCADE, related_name="trace")
    data = models.BinaryField()

    class Meta:
        triggers = [pgtrigger.ReadOnly(name="trace_never_changed")]

    def __str__(self) -> str:
        return f"trace of {self.evaluation_id}"


class Part(models.TextChoices):
    """The part of the test a score is on."""

    ALL = "all", _("all queries")
    PUBLIC = "public", _("public part")
    PRIVATE = "private", _("private part")


class Score(models.Model):
    """One metric on one subset of one evaluation. A null value is undefined, with its reason.

    Only `campaign.reads` may show one: visibility is decided there.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="scores")
    metric = models.CharField(max_length=200)  # as written in the task: `top_1@Domain=x`
    part = models.CharField(max_length=10, choices=Part, default=Part.ALL)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveIntegerField()  # units the mean is over
    reason = models.CharField(max_length=200, blank=True)  # why it is undefined
    warnings = models.JSONField(default=list)  # what needed the truth: it shows with the score

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "metric", "part"], name="scored_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(reason=""), name="undefined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(low=None, high=None)
                | Q(value__isnull=False, low__isnull=False, high__isnull=False),
                name="an_interval_has_two_ends",
            ),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="score_part_known"),
        ]
        triggers = [pgtrigger.ReadOnly(name="score_never_changed")]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}"


class Breakdown(models.Model):
    """A run's scores in finer parts, made from its trace when somebody first asked.

    Only what `campaign.reads` let through may be asked for.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="breakdowns")
    part = models.CharField(max_length=10, choices=Part)
    kind = models.TextField()  # by which columns, by class ...: of campaign.reads.breakdowns
    data = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "part", "kind"], name="broken_down_once"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="breakdown_part_known"),
        ]
        triggers = [pgtrigger.ReadOnly(name="breakdown_never_changed")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.evaluation_id}"


class LeaderboardRow(models.Model):
    """A run's stored place in a part's leaderboard; pages read it, only a recording writes it."""

    class Section(models.IntegerChoices):
        RANKED = 0, _("ranked")  # official runs, and baselines in their place
        LATE = 1, _("late")
        UNRANKED = 2, _("unranked")  # withdrawn, disqualified, undefined, description incomplete

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="leaderboard")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="leaderboard_rows")
    part = models.CharField(max_length=10, choices=Part, default=Part.ALL)
    section = models.PositiveSmallIntegerField(choices=Section)
    rank = models.PositiveIntegerField(null=True)  # ties share one; a baseline has none
    position = models.PositiveIntegerField()  # order of the rows, from 1
    best_of_team = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "part"], name="one_row_a_run"),
            models.CheckConstraint(
                condition=Q(section=0) | Q(rank=None), name="only_ranked_runs_have_a_rank"
            ),
            models.CheckConstraint(
                condition=Q(section=0) | Q(best_of_team=False), name="only_ranked_runs_are_best"
            ),
            models.CheckConstraint(
                condition=Q(part__in=Part.values), name="leaderboard_part_known"
            ),
        ]
        indexes = [models.Index(fields=["task", "part", "position"], name="leaderboard_order")]

    def __str__(self) -> str:
        return f"{self.run_id} at {self.position}"


class FinalPackageQuerySet(models.QuerySet["FinalPackage"]):
    def lost(self, now: datetime, *, unsent_since: datetime) -> "FinalPackageQuerySet":
        """Return the queued ones that no worker makes, their message old enough to be lost."""
        idle = Q(lease_until=None) | Q(lease_until__lt=now)
        sent = Q(sent_at=None) | Q(sent_at__lt=unsent_since)
        return self.filter(idle, sent, state=FinalPackage.State.QUEUED)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["key", "sent_at", "attempts", "lease_until"],
)
class FinalPackage(models.Model):
    """What organisers take along of a task as one zip, made by a job; of each kind the newest is kept."""

    class Kind(models.TextChoices):
        FINAL = "final", _("final package")  # truth, accepted runs, scores, traces
        OVERVIEW = "overview", _("overview kit")  # what the overview paper is written from

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        MADE = "made", _("made")
        FAILED = "failed", _("failed")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="final_packages")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FINAL)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # the last message to a worker
    attempts = models.PositiveSmallIntegerField(default=0)  # each has a lease of its own
    lease_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=255, blank=True, editable=False)  # in private storage
    size = models.PositiveBigIntegerField(default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    failure = models.TextField(blank=True)  # for organisers

    objects = FinalPackageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="made") & ~Q(key="") & Q(made_at__isnull=False))
                | (~Q(state="made") & Q(key="")),
                name="a_made_package_has_a_file",
            ),
            models.UniqueConstraint(
                fields=["task", "kind"],
                condition=Q(state="queued"),
                name="one_package_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["final", "overview"]), name="package_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} · {self.state}"
