"""What the pages of campaigns and tasks say."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from campaign.models import Campaign, Evaluation, Phase, Run, Task


@dataclass(frozen=True)
class TaskCard:
    """A task as one row of a list."""

    task: Task
    submission: Phase
    open: bool
    n_teams: int
    n_runs: int


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
