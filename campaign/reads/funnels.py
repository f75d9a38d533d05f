"""How many of those who registered for a task sent a run that counts: said alike wherever it is said."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from campaign.models import Campaign, Evaluation, Registration, Run, Task
from campaign.models.runs import RunQuerySet
from campaign.models.teams import RegistrationQuerySet

State = Registration.State


@dataclass(frozen=True)
class Funnel:
    """Teams that registered, those of them that have an accepted run, and these runs.

    A run is accepted that is active and scored. The organisers' own team, whose runs are baselines,
    takes no part in it, nor does one that they refused; two merged teams are one.
    """

    registered: int = 0
    waiting: int = 0  # of the registered, for approval
    refused: int = 0  # not among the registered
    submitted: int = 0
    runs: int = 0


def funnel(task: Task) -> Funnel:
    """Count the participants of a task and their runs."""
    return funnels([task])[task.pk]


def funnels(tasks: Iterable[Task]) -> defaultdict[int, Funnel]:
    """Count the participants of many tasks, by the task's id, with two questions for all of them."""
    pks = [task.pk for task in tasks]
    counts = {row.pop("task"): row for row in _teams(pks)}
    sent = {row.pop("registration__task"): row for row in _runs(pks)}
    found = {pk: Funnel(**counts[pk], **sent.get(pk, {})) for pk in counts}
    return defaultdict(Funnel, found)


def campaign_funnel(campaign: Campaign) -> Funnel:
    """Count the participants of all tasks of a campaign: a team counts once, however many it is in."""
    pks = list(campaign.tasks.values_list("pk", flat=True))
    teams = _registrations(pks).aggregate(
        registered=Count("team", filter=~Q(state=State.REFUSED), distinct=True),
        waiting=Count("team", filter=Q(state=State.PENDING), distinct=True),
        refused=Count("team", filter=Q(state=State.REFUSED), distinct=True),
    )
    in_force = Coalesce("registration__merged_into__team", "registration__team")
    sent = _accepted_runs(pks).aggregate(
        submitted=Count(in_force, distinct=True), runs=Count("pk", distinct=True)
    )
    return Funnel(**teams, **sent)


def _registrations(tasks: list[int]) -> RegistrationQuerySet:
    return Registration.objects.in_force().filter(task__in=tasks, team__organisers=False)


def _accepted_runs(tasks: list[int]) -> RunQuerySet:
    accepted = Run.objects.observation_runs().filter(
        registration__task__in=tasks,
        registration__team__organisers=False,
        standing=Run.Standing.ACTIVE,
        evaluations__is_current=True,
        evaluations__state=Evaluation.State.SCORED,
    )
    registered_as = Coalesce("registration__merged_into__state", "registration__state")
    return accepted.annotate(registered_as=registered_as).exclude(registered_as=State.REFUSED)


def _teams(tasks: list[int]) -> Any:
    return (
        _registrations(tasks)
        .order_by()  # an order of the model's would part what is counted together
        .values("task")
        .annotate(
            registered=Count("pk", filter=~Q(state=State.REFUSED)),
            waiting=Count("pk", filter=Q(state=State.PENDING)),
            refused=Count("pk", filter=Q(state=State.REFUSED)),
        )
    )


def _runs(tasks: list[int]) -> Any:
    in_force = Coalesce("registration__merged_into", "registration")
    return (
        _accepted_runs(tasks)
        .annotate(in_force=in_force)
        .order_by()
        .values("registration__task")
        .annotate(submitted=Count("in_force", distinct=True), runs=Count("pk"))
    )
