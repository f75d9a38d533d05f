"""Where a viewer stands in a task, and what there is to do next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from campaign.models import Phase, Registration, RulesVersion, Task
from campaign.reads.runs import Quota, quota_left
from campaign.reads.timelines import Event, task_timeline
from campaign.reads.visibility import Viewer, organises, sees_scores


@dataclass(frozen=True)
class Standing:
    """Where the viewer stands in a task; None where it does not apply.

    `newer_rules` are those in force, where the team accepted older ones.
    """

    registration: Registration | None
    quota: Quota | None
    newer_rules: RulesVersion | None = None


@dataclass(frozen=True)
class TaskHead:
    """What stands around every tab of a task, as this viewer sees it.

    `action` is what there is to do now: register, submit, results, leaderboard, or empty. `organises` tells
    whether the hidden side of the task is this viewer's business.
    """

    timeline: list[Event]
    submission: Phase
    standing: Standing
    action: str
    organises: bool


def standing(*, task: Task, viewer: Viewer, now: datetime) -> Standing:
    """Return the viewer's registration for a task and what is left of its quota.

    Organisers stand there with their own team, which sends the baselines.
    """
    if not viewer.is_authenticated:
        return Standing(None, None)
    organised = Q(team__organisers=True, task__in=Task.objects.acted_for_by(viewer))
    registration = (
        Registration.objects.filter(Q(team__members=viewer) | organised, task=task)
        .order_by("team__organisers")  # who takes part with a team stands there with that
        .select_related("team", "rules_version")
        .first()
    )
    if registration is None:
        return Standing(None, None)
    registration.task = task  # read with its phases already
    return Standing(registration, quota_left(registration, now), _newer_rules(task, registration))


def _newer_rules(task: Task, registration: Registration) -> RulesVersion | None:
    rules = task.rules_in_force
    known = rules == registration.rules_version or registration.team.organisers  # who wrote them
    return None if known else rules


def task_head(*, task: Task, viewer: Viewer, now: datetime) -> TaskHead:
    """Return the calendar of a task, where the viewer stands in it and what is to be done next."""
    stands = standing(task=task, viewer=viewer, now=now)
    return TaskHead(
        timeline=task_timeline(task, now),
        submission=task.phase(Phase.Kind.SUBMISSION),
        standing=stands,
        action=_action(task, stands, viewer, now),
        organises=organises(task, viewer),
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
    if task.phase(Phase.Kind.RESULTS).has_opened(now):
        return "results"
    return "leaderboard" if sees_scores(task, viewer, now) else ""


def _will_take_runs(task: Task, now: datetime) -> bool:
    phases = (task.phase(kind) for kind in (Phase.Kind.SUBMISSION, Phase.Kind.POST_CAMPAIGN))
    return any(not phase.never and not phase.has_closed(now) for phase in phases)
