"""What of a task waits for its organisers. The questions are as many, however many tasks are asked of."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from campaign.models import (
    Announcement,
    BaselineTraining,
    Evaluation,
    Phase,
    Registration,
    Rescoring,
    Run,
    Score,
    Task,
    TruthVersion,
)

DEADLINE_NEAR = timedelta(days=7)
WAITING_LONG = timedelta(minutes=5)

State = Evaluation.State


@dataclass(frozen=True)
class Concern:
    """One thing that waits: its kind, how many there are, and since or until when."""

    kind: str
    n: int = 1
    when: datetime | None = None


@dataclass(frozen=True)
class Queue:
    """The runs of a task that wait to be scored, and since when the oldest does."""

    n: int
    oldest: datetime | None


_Found = Iterator[tuple[int, Concern]]  # with the task it is about


def concerns(tasks: Iterable[Task], now: datetime) -> dict[int, list[Concern]]:
    """Return what waits, by task: what hurts runs first, then what people wait for.

    Parameters
    ----------
    tasks
        With their phases at hand.
    """
    by_pk = {task.pk: task for task in tasks}
    found: dict[int, list[Concern]] = {pk: [] for pk in by_pk}
    for find in _FINDERS:
        for pk, concern in find(by_pk, now):
            found[pk].append(concern)
    return found


def queue_of(task: Task) -> Queue:
    """Return how many runs of a task wait to be scored now."""
    queued = Evaluation.objects.filter(
        run__registration__task=task, is_current=True, state=State.QUEUED
    )
    return Queue(**queued.aggregate(n=Count("pk"), oldest=Min("queued_at")))


# ---------------------------------------------------------------- each kind, in one question
def _runs(tasks: dict[int, Task], now: datetime) -> _Found:
    """Return failed runs, and queued ones where they wait long or the deadline has passed."""
    stuck = Evaluation.objects.filter(
        is_current=True,
        state__in=[State.FAILED, State.QUEUED, State.SCORING],
        run__registration__task__in=tasks,
        run__standing=Run.Standing.ACTIVE,
    ).exclude(state=State.FAILED, run__seen_evaluation=F("pk"))
    counted = stuck.values("state", task=F("run__registration__task")).annotate(
        n=Count("pk"), n_in_time=Count("pk", filter=Q(run__late=False)), oldest=Min("queued_at")
    )
    for row in counted.order_by("state"):  # failed, queued, scoring
        if row["state"] == State.FAILED:
            yield row["task"], Concern("failed", row["n"], row["oldest"])
        elif row["state"] == State.QUEUED:
            yield from _queued(tasks[row["task"]], row["n"], row["n_in_time"], row["oldest"], now)


def _queued(task: Task, n: int, n_in_time: int, oldest: datetime, now: datetime) -> _Found:
    submission = task.phase(Phase.Kind.SUBMISSION)
    if n_in_time and submission.has_closed(now):
        yield task.pk, Concern("unscored_at_deadline", n_in_time, submission.closes_at)
    elif oldest < now - WAITING_LONG:
        yield task.pk, Concern("waiting", n, oldest)


def _registrations(tasks: dict[int, Task], now: datetime) -> _Found:
    pending = Registration.objects.filter(task__in=tasks, state=Registration.State.PENDING)
    counted = pending.order_by().values("task").annotate(n=Count("pk"), oldest=Min("accepted_at"))
    for row in counted:
        yield row["task"], Concern("registrations", row["n"], row["oldest"])


def _near_chance(tasks: dict[int, Task], now: datetime) -> _Found:
    """Return runs whose final score is near chance, while their teams can still send better ones.

    Organisers see the final part at once, so this tells them nothing that is hidden from them.
    """
    alive = [pk for pk, task in tasks.items() if not _results_open(task, now)]
    counted = (
        Score.objects.filter(
            warnings__contains=[{"kind": "near_chance"}],
            part=F("evaluation__run__registration__task__final"),
            evaluation__is_current=True,
            evaluation__run__standing=Run.Standing.ACTIVE,
            evaluation__run__registration__task__in=alive,
        )
        .exclude(evaluation__run__seen_evaluation=F("evaluation"))
        .values(task=F("evaluation__run__registration__task"))
        .annotate(n=Count("evaluation__run", distinct=True))
    )
    for row in counted:
        yield row["task"], Concern("near_chance", row["n"])


def _results_open(task: Task, now: datetime) -> bool:
    return task.phase(Phase.Kind.RESULTS).has_opened(now)


def _rescorings(tasks: dict[int, Task], now: datetime) -> _Found:
    """Return re-scorings that wait for a decision; those with failed runs want another first."""
    failed = Evaluation.objects.filter(
        truth_version=OuterRef("truth_version"), is_current=False, state=State.FAILED
    )
    ready = Rescoring.objects.filter(task__in=tasks, state=Rescoring.State.READY)
    found = ready.annotate(any_failed=Exists(failed))
    for task_id, when, any_failed in found.values_list("task", "started_at", "any_failed"):
        if any_failed:
            yield task_id, Concern("rescoring_failed", when=when)
        else:
            yield task_id, Concern("rescoring", when=when)


def _truths(tasks: dict[int, Task], now: datetime) -> _Found:
    """Return versions newer than the one in force of which nobody has decided anything."""
    decided = Rescoring.objects.filter(task__in=tasks).values("truth_version")
    waiting = (
        TruthVersion.objects.filter(task__in=tasks, number__gt=F("task__current_truth__number"))
        .exclude(pk__in=decided)
        .order_by()
        .values("task")
        .annotate(n=Count("pk"), oldest=Min("created_at"))
    )
    for row in waiting:
        yield row["task"], Concern("truth", row["n"], row["oldest"])


def _baselines(tasks: dict[int, Task], now: datetime) -> _Found:
    """Return baselines that failed, until somebody has seen it or the same config is tried again."""
    again = BaselineTraining.objects.filter(
        task=OuterRef("task"), name=OuterRef("name"), pk__gt=OuterRef("pk")
    )
    failed = BaselineTraining.objects.filter(
        ~Exists(again), task__in=tasks, state=BaselineTraining.State.FAILED, seen_at=None
    )
    counted = failed.order_by().values("task").annotate(n=Count("pk"), oldest=Min("ended_at"))
    for row in counted:
        yield row["task"], Concern("baselines", row["n"], row["oldest"])


def _deadline(tasks: dict[int, Task], now: datetime) -> _Found:
    for task in tasks.values():
        closes = task.phase(Phase.Kind.SUBMISSION).closes_at
        if closes and now < closes <= now + DEADLINE_NEAR:
            yield task.pk, Concern("deadline", when=closes)


def _announcements(tasks: dict[int, Task], now: datetime) -> _Found:
    mailing = Announcement.objects.unfinished().filter(task__in=tasks)
    counted = mailing.order_by().values("task").annotate(n=Count("pk"), oldest=Min("created_at"))
    for row in counted:
        yield row["task"], Concern("mailing", row["n"], row["oldest"])


_FINDERS: tuple[Callable[[dict[int, Task], datetime], _Found], ...] = (
    _runs,
    _registrations,
    _rescorings,
    _truths,
    _near_chance,
    _baselines,
    _deadline,
    _announcements,
)
