"""What the pages of campaigns and tasks say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, QuerySet

from campaign.models import Campaign, LeaderboardRow, Phase, Score, Task
from campaign.reads.funnels import Funnel, funnels
from campaign.reads.visibility import visible_part


@dataclass(frozen=True)
class Best:
    """The score that leads a leaderboard, as everybody may see it."""

    value: float
    baseline: bool
    generated: bool


@dataclass(frozen=True)
class TaskCard:
    """A task as one row of a list.

    `state` is open, to_come, late (only late runs are taken), closed, or never. `best` is None
    where no score shows to everybody yet; `scores_show` tells hidden ones from none.
    """

    task: Task
    submission: Phase
    state: str
    funnel: Funnel
    scores_show: bool
    best: Best | None

    @property
    def open(self) -> bool:
        return self.state == "open"

    @property
    def metric(self) -> str:
        """Return the metric that ranks; empty where there is no truth yet."""
        return next(iter(self.task.metrics), "")


@dataclass(frozen=True)
class CampaignCard:
    """A campaign with its tasks, open ones first."""

    campaign: Campaign
    tasks: list[TaskCard]


def task_cards(tasks: QuerySet[Task], now: datetime) -> list[TaskCard]:
    """Return tasks with their participants in numbers, open ones first."""
    found = (
        tasks.select_related("campaign", "current_truth")
        .prefetch_related("phases")
        .order_by("campaign", "position", "slug")
    )
    counted = funnels(found)
    best = _best(found, now)
    cards = [
        TaskCard(
            task=task,
            submission=task.phase(Phase.Kind.SUBMISSION),
            state=_state(task, now),
            funnel=counted[task.pk],
            scores_show=visible_part(task, AnonymousUser(), now) is not None,
            best=best.get(task.pk),
        )
        for task in found
    ]
    return sorted(cards, key=lambda card: not card.open)


def campaign_cards(cards: Iterable[TaskCard]) -> list[CampaignCard]:
    """Return all campaigns, each with those of the cards that are its tasks."""
    by_campaign: dict[int, list[TaskCard]] = {}
    for card in cards:
        by_campaign.setdefault(card.task.campaign_id, []).append(card)
    return [CampaignCard(row, by_campaign.get(row.pk, [])) for row in Campaign.objects.all()]


def other_campaigns(campaign: Campaign) -> QuerySet[Campaign]:
    """Return the campaigns beside one, each with how many tasks it has."""
    return Campaign.objects.exclude(pk=campaign.pk).annotate(n_tasks=Count("tasks"))


def campaigns() -> QuerySet[Campaign]:
    """Return the campaigns with their tasks."""
    tasks = Task.objects.select_related("current_truth").prefetch_related("phases")
    return Campaign.objects.prefetch_related(Prefetch("tasks", queryset=tasks))


def _state(task: Task, now: datetime) -> str:
    submission = task.phase(Phase.Kind.SUBMISSION)
    if submission.is_open(now):
        return "open"
    if task.phase(Phase.Kind.POST_CAMPAIGN).is_open(now):
        return "late"
    if submission.never:
        return "never"
    return "closed" if submission.has_closed(now) else "to_come"


def _best(tasks: Iterable[Task], now: datetime) -> dict[int, Best]:
    """Return what leads each leaderboard, in one question for all tasks."""
    parts = {task.pk: visible_part(task, AnonymousUser(), now) for task in tasks}
    metrics = {task.pk: next(iter(task.metrics), "") for task in tasks}
    leading = Score.objects.filter(
        evaluation__is_current=True,
        evaluation__run__leaderboard_rows__task__in=[pk for pk, part in parts.items() if part],
        evaluation__run__leaderboard_rows__position=1,
        evaluation__run__leaderboard_rows__section=LeaderboardRow.Section.RANKED,
        evaluation__run__leaderboard_rows__part=F("part"),
    ).select_related("evaluation__run__registration__team")
    best = {}
    for score in leading:
        run = score.evaluation.run
        task_pk = run.registration.task_id
        leads = (score.part, score.metric) == (parts[task_pk], metrics[task_pk])
        if leads and score.value is not None:
            best[task_pk] = Best(score.value, run.registration.team.organisers, run.generated)
    return best
