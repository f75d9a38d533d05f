"""All runs of a task as its organisers see them: where each stands, and what needs a person."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from campaign.models import Evaluation, Run, Score, Task

PAGE_SIZE = 50
State = Evaluation.State

_NEAR_CHANCE = Q(near_chance=True)  # annotated below, as the states are
_LATE = Q(late=True)
_ACCEPTED = ~Q(accepted_in_time_reason="")


@dataclass(frozen=True)
class Filters:
    """Which runs are asked for; empty means all.

    `state` is one of an evaluation, `standing` one of a run, `timing` is in_time, late or accepted.
    """

    state: str = ""
    standing: str = ""
    timing: str = ""
    near_chance: bool = False
    text: str = ""  # in the name of the team or of the run


@dataclass(frozen=True)
class ModeratedRun:
    """A run with what organisers need to judge it; `failures` are for their eyes only."""

    run: Run
    state: State
    image_state: State | None
    failures: list[str]
    near_chance: bool
    seen: bool

    @property
    def waits(self) -> bool:
        """Tell whether it stands on the list of what needs attention, or would if it counted."""
        return (self.failed or self.near_chance) and not self.seen

    @property
    def failed(self) -> bool:
        return State.FAILED in {self.state, self.image_state}

    @property
    def accepted(self) -> bool:
        return self.run.late and not self.run.counts_as_late


@dataclass(frozen=True)
class ModeratedRuns:
    """A page of a task's runs, and how many of all its runs have failed."""

    rows: list[ModeratedRun]
    page: Page[Run]
    n_failed: int


def moderated_runs(*, task: Task, filters: Filters, page: int = 1) -> ModeratedRuns:
    """Return a page of the runs of a task, the newest first; for its organisers only."""
    runs = _annotated(task)
    failed = runs.filter(_failed())
    found = Paginator(_filtered(runs, filters), PAGE_SIZE).get_page(page)
    return ModeratedRuns([_row(run) for run in found], found, failed.count())


def moderated_run(*, task: Task, pk: int) -> ModeratedRun | None:
    """Return one run of a task, for its organisers only; None where the task has no such run."""
    run = _annotated(task).filter(pk=pk).first()
    return _row(run) if run else None


def _annotated(task: Task) -> QuerySet[Run]:
    own = Evaluation.objects.filter(run=OuterRef("pk"), is_current=True)
    images = Evaluation.objects.filter(run__image_run_of=OuterRef("pk"), is_current=True)
    warned = Score.objects.filter(
        evaluation__run=OuterRef("pk"),
        evaluation__is_current=True,
        part=task.final,  # as for the list of what needs attention
        warnings__contains=[{"kind": "near_chance"}],
    )
    return (
        Run.objects.observation_runs()
        .filter(registration__task=task)
        .select_related("registration__task", "registration__team", "submitted_by")
        .annotate(
            state=Subquery(own.values("state")),
            failure=Subquery(own.values("failure")),
            image_state=Subquery(images.values("state")),
            image_failure=Subquery(images.values("failure")),
            near_chance=Exists(warned),
            evaluation=Subquery(own.values("pk")),
        )
        .order_by("-received_at", "-pk")
    )


def _row(run: Any) -> ModeratedRun:
    return ModeratedRun(
        run=run,
        state=State(run.state),
        image_state=State(run.image_state) if run.image_state else None,
        failures=[text for text in (run.failure, run.image_failure) if text],
        near_chance=run.near_chance,
        seen=run.seen_evaluation == run.evaluation,
    )


def _failed(state: str = State.FAILED) -> Q:
    return Q(state=state) | Q(image_state=state)


def _filtered(runs: QuerySet[Run], filters: Filters) -> QuerySet[Run]:
    if filters.state:
        runs = runs.filter(_failed(filters.state))
    if filters.standing:
        runs = runs.filter(standing=filters.standing)
    if filters.timing:
        runs = runs.filter(_TIMINGS[filters.timing])
    if filters.near_chance:
        runs = runs.filter(_NEAR_CHANCE)
    if text := filters.text.strip():
        runs = runs.filter(Q(name__icontains=text) | Q(registration__team__name__icontains=text))
    return runs


_TIMINGS = {
    "in_time": ~_LATE,
    "late": _LATE & ~_ACCEPTED,
    "accepted": _LATE & _ACCEPTED,
}
