"""What the pages of campaigns and tasks say."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from campaign.models import Campaign, Evaluation, Phase, Registration, Run, Task
from campaign.reads.runs import Quota, quota_left
from campaign.reads.timelines import Event, task_timeline
from campaign.reads.visibility import Viewer, sees_scores


@dataclass(frozen=True)
class TaskCard:
    """A task as one row of a list."""

    task: Task
    submission: Phase
    open: bool
    n_teams: int
    n_runs: int


@dataclass(frozen=True)
class Standing:
    """Where the viewer stands in a task; None where it does not apply."""

    registration: Registration | None
    quota: Quota | None


@dataclass(frozen=True)
class TaskHead:
    """What stands around every tab of a task, as this viewer sees it.

    `action` is what there is to do now: register, submit, results, or empty.
    """

    timeline: list[Event]
    submission: Phase
    standing: Standing
    action: str


def task_cards(tasks: QuerySet[Task], now: datetime) -> list[TaskCard]:
    """Return tasks with the number of teams and of accepted runs, open ones first."""
    accepted = Q(
        registrations__runs__image_run_of=None,
        registrations__runs__standing=Run.Standing.ACTIVE,
        registrations__runs__evaluations__is_current=True,
        registrations__runs__evaluations__state=Evaluation.State.SCORED,
    )
    counted = (
        tasks.select_related("campaign", "current_truth")
        .prefetch_related("phases")
        .annotate(
            n_teams=Count(
                "registrations", filter=Q(registrations__team__organisers=False), distinct=True
            ),
            n_runs=Count("registrations__runs", filter=accepted, distinct=True),
        )
    )
    cards = [
        TaskCard(
            task=task,
            submission=(submission := task.phase(Phase.Kind.SUBMISSION)),
            open=submission.is_open(now),
            n_teams=task.n_teams,
            n_runs=task.n_runs,
        )
        for task in counted
    ]
    return sorted(cards, key=lambda card: not card.open)


def campaigns() -> QuerySet[Campaign]:
    """Return the campaigns with their tasks."""
    tasks = Task.objects.select_related("current_truth").prefetch_related("phases")
    return Campaign.objects.prefetch_related(Prefetch("tasks", queryset=tasks))


def standing(*, task: Task, viewer: Viewer, now: datetime) -> Standing:
    """Return the viewer's registration for a task and what is left of its quota."""
    if not viewer.is_authenticated:
        return Standing(None, None)
    registration = (
        Registration.objects.filter(task=task, team__members=viewer)
        .select_related("team", "task", "rules_version")
        .first()
    )
    return Standing(registration, quota_left(registration, now) if registration else None)


def task_head(*, task: Task, viewer: Viewer, now: datetime) -> TaskHead:
    """Return the calendar of a task, where the viewer stands in it and what is to be done next."""
    stands = standing(task=task, viewer=viewer, now=now)
    return TaskHead(
        timeline=task_timeline(task, now),
        submission=task.phase(Phase.Kind.SUBMISSION),
        standing=stands,
        action=_action(task, stands, viewer, now),
    )


def _action(task: Task, stands: Standing, viewer: Viewer, now: datetime) -> str:
    if stands.registration:
        approved = stands.registration.state == Registration.State.APPROVED
        takes_runs = any(
            task.phase(kind).is_open(now)
            for kind in (Phase.Kind.SUBMISSION, Phase.Kind.POST_CAMPAIGN)
        )
        if approved and takes_runs:
            return "submit"
    elif task.phase(Phase.Kind.REGISTRATION).is_open(now) and _will_take_runs(task, now):
        return "register"
    return "results" if sees_scores(task, viewer, now) else ""


def _will_take_runs(task: Task, now: datetime) -> bool:
    phases = (task.phase(kind) for kind in (Phase.Kind.SUBMISSION, Phase.Kind.POST_CAMPAIGN))
    return any(not phase.never and not phase.has_closed(now) for phase in phases)
