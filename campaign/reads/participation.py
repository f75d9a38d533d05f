"""Who takes part in a task, as its organisers see it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from campaign.models import Evaluation, Membership, Registration, Run, Task
from campaign.models.teams import RegistrationQuerySet
from campaign.reads.own_runs import ALIVE, Requirement, missing_fields, required_of
from campaign.reads.results import run_state

State = Registration.State


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


def participants(task: Task) -> list[Participant]:
    """Return the teams of a task, those waiting first; as many queries however many there are."""
    rows = _participants(task).in_force().order_by("accepted_at", "pk")
    found = {row.pk: Participant(row, list(row.team.memberships.all())) for row in rows}
    for registration_id, runs in _counting_runs(task).items():
        if registration_id in found:
            _add_runs(task, found[registration_id], runs)
    for participant in found.values():
        participant.required = required_of(task, participant.runs)
    return sorted(found.values(), key=lambda one: one.registration.state != State.PENDING)


def participant(registration: Registration) -> Participant:
    """Return one team of a task."""
    task = registration.task
    row = _participants(task).get(pk=registration.pk)
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


def registrations(task: Task) -> RegistrationQuerySet:
    """Return all registrations for a task, the organisers' own too, with their teams' members."""
    members = Membership.objects.select_related("user")
    return (
        Registration.objects.filter(task=task)
        .select_related("team", "task", "rules_version", "accepted_by")
        .prefetch_related(Prefetch("team__memberships", queryset=members))
    )


def _participants(task: Task) -> RegistrationQuerySet:
    merged = Registration.objects.select_related("team")
    return (
        registrations(task)
        .filter(team__organisers=False)
        .prefetch_related(Prefetch("merged", queryset=merged))
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
