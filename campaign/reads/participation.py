"""Who takes part in a task: its registrations for the organisers, the funnel for everybody."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Coalesce

from campaign.models import Evaluation, Membership, Registration, Run, Task
from campaign.models.teams import RegistrationQuerySet
from campaign.reads.own_runs import ALIVE, Requirement, missing_fields, required_of
from campaign.reads.results import run_state

State = Registration.State


@dataclass(frozen=True)
class Funnel:
    """Teams that registered, those of them that have an accepted run, and these runs."""

    registered: int
    waiting: int  # of the registered, for approval
    refused: int  # not among the registered
    submitted: int
    runs: int


@dataclass
class Participant:
    """A registration as the organisers see it; the runs of a team merged into it count for it."""

    registration: Registration
    members: list[Membership]
    runs: list[Run] = field(default_factory=list)  # that count, by what became of them
    incomplete: list[Run] = field(default_factory=list)  # whose description lacks a required field
    required: list[Requirement] = field(default_factory=list)
    earlier_acceptances: list[Any] = field(default_factory=list)  # events: of older rules

    @property
    def misses_runs(self) -> bool:
        return not all(required.met for required in self.required)


def funnel(task: Task) -> Funnel:
    """Count the participants of a task. Baselines are none, and two merged teams are one."""
    teams = Registration.objects.in_force().filter(task=task, team__organisers=False)
    counts = teams.aggregate(
        registered=Count("pk", filter=~Q(state=State.REFUSED)),
        waiting=Count("pk", filter=Q(state=State.PENDING)),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
    )
    runs = Run.objects.observation_runs().filter(
        registration__task=task,
        registration__team__organisers=False,
        standing=Run.Standing.ACTIVE,
        evaluations__is_current=True,
        evaluations__state=Evaluation.State.SCORED,
    )
    sent = runs.aggregate(
        submitted=Count(Coalesce("registration__merged_into", "registration"), distinct=True),
        runs=Count("pk"),
    )
    return Funnel(**counts, **sent)


def participants(task: Task) -> list[Participant]:
    """Return the teams of a task, those waiting first; as many queries however many there are."""
    registrations = _registrations(task)
    found = {
        row.pk: Participant(row, list(row.team.memberships.all()))
        for row in registrations.in_force().order_by("accepted_at", "pk")
    }
    for registration_id, runs in _counting_runs(task).items():
        if registration_id in found:
            _add_runs(task, found[registration_id], runs)
    for participant in found.values():
        participant.required = required_of(task, participant.runs)
    return sorted(found.values(), key=lambda one: one.registration.state != State.PENDING)


def participant(registration: Registration) -> Participant:
    """Return one team of a task."""
    task = registration.task
    row = _registrations(task).get(pk=registration.pk)
    one = Participant(row, list(row.team.memberships.all()))
    _add_runs(task, one, _counting_runs(task).get(row.pk, []))
    one.required = required_of(task, one.runs)
    one.earlier_acceptances = _earlier_acceptances(row)
    return one


def _earlier_acceptances(registration: Registration) -> list[Any]:
    """Return the events of a registration under older rules, the last of each version."""
    events: Any = registration.events  # type: ignore[attr-defined]  # made by pghistory
    older = events.exclude(rules_version=registration.rules_version)
    by_version = older.order_by("-rules_version__number", "-pgh_id")
    return list(by_version.distinct("rules_version__number").select_related("rules_version"))


def _add_runs(task: Task, participant: Participant, runs: list[Run]) -> None:
    participant.runs = runs
    participant.incomplete = [run for run in runs if missing_fields(task, run)]


def _registrations(task: Task) -> RegistrationQuerySet:
    members = Membership.objects.select_related("user")
    return (
        Registration.objects.filter(task=task, team__organisers=False)
        .select_related("team", "task", "rules_version", "accepted_by")
        .prefetch_related(
            Prefetch("team__memberships", queryset=members),
            Prefetch("merged", queryset=Registration.objects.select_related("team")),
        )
    )


def _counting_runs(task: Task) -> dict[int, list[Run]]:
    """Return the runs that are alive, by the registration they count for."""
    current = Evaluation.objects.filter(is_current=True).only("run_id", "state")
    runs = (
        Run.objects.observation_runs()
        .filter(registration__task=task, registration__team__organisers=False)
        .select_related("registration__team")
        .prefetch_related(Prefetch("evaluations", queryset=current))
        .order_by("registration", "number")
    )
    found: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        (evaluation,) = run.evaluations.all()
        if run_state(run, evaluation) in ALIVE:
            registration = run.registration
            found[registration.merged_into_id or registration.pk].append(run)
    return found
