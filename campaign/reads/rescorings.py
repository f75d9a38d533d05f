"""Re-scorings: how far one is, and what it would change. For organisers only: every number here is hidden.

The views that show this are found by organisers alone (`campaign.views.organise.organiser_view`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from campaign.models import Evaluation, LeaderboardRow, Rescoring, Run, Score, TruthVersion
from campaign.models.results import Part
from campaign.reads.placings import Place, places_by

State = Evaluation.State


@dataclass(frozen=True)
class Progress:
    """How far a re-scoring is."""

    n_runs: int
    n_scored: int
    n_failed: int
    left: timedelta | None  # None: nothing is finished yet, or nothing is left

    @property
    def n_finished(self) -> int:
        return self.n_scored + self.n_failed

    @property
    def n_left(self) -> int:
        return self.n_runs - self.n_finished

    @property
    def seen(self) -> str:
        """Return what to compare a later answer with."""
        return f"{self.n_runs}-{self.n_scored}-{self.n_failed}"


def progress_of(rescoring: Rescoring, now: datetime) -> Progress:
    """Return how far a re-scoring is; the time left is by the pace since it began."""
    counts = rescoring.evaluations.aggregate(
        scored=Count("pk", filter=Q(state=State.SCORED)),
        failed=Count("pk", filter=Q(state__in=[State.FAILED, State.REJECTED])),
        asked=Count("pk"),
        since=Count("pk", filter=Q(finished_at__gt=rescoring.started_at)),
        last=Max("finished_at", filter=Q(finished_at__gt=rescoring.started_at)),
    )
    scored = Evaluation.objects.filter(
        run__registration__task=rescoring.task_id, is_current=True, state=State.SCORED
    )
    unasked = scored.exclude(run__in=rescoring.evaluations.values("run")).count()
    n_runs = counts["asked"] + (unasked if rescoring.is_open else 0)
    n_left = n_runs - counts["scored"] - counts["failed"]
    pace = (now - rescoring.started_at) / counts["since"] if counts["since"] else None
    left = n_left * pace if pace is not None and n_left else None
    return Progress(n_runs, counts["scored"], counts["failed"], left)


# ---------------------------------------------------------------- old against new
@dataclass(frozen=True)
class Moved:
    """One metric of one run by both versions; None is undefined, or not asked by that version."""

    metric: str
    before: float | None
    after: float | None

    @property
    def by(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class ComparedRun:
    """A run by both versions."""

    run: Run
    before: Place | None
    after: Place | None
    scores: list[Moved]
    state: str  # of its new evaluation

    @property
    def up(self) -> int:
        """Return how many ranks it wins; 0 without a rank on both sides."""
        if not (self.before and self.after and self.before.rank and self.after.rank):
            return 0
        return self.before.rank - self.after.rank

    @property
    def moves(self) -> bool:
        """Tell whether its rank changes, or it wins or loses one."""
        return (self.before and self.before.rank) != (self.after and self.after.rank)


@dataclass(frozen=True)
class Comparison:
    """All runs of a task by the version in force and by the one that waits, in the new order."""

    part: Part
    metrics: list[str]
    runs: list[ComparedRun] = field(default_factory=list)

    @property
    def n_moving(self) -> int:
        return sum(run.moves for run in self.runs)

    @property
    def changes(self) -> list[tuple[str, float, float]]:
        """Return of each metric that changes and both versions have by how much, least and most."""
        found = []
        for place, name in enumerate(self.metrics):
            by = [run.scores[place].by for run in self.runs]
            known = [one for one in by if one is not None]
            if any(known):
                found.append((name, min(known), max(known)))
        return found


def comparison(rescoring: Rescoring, part: Part) -> Comparison:
    """Compare all runs on one part of the test, in a fixed number of queries.

    Once the version is in force, the old scores are those of the version it replaced.
    """
    old, new = rescoring.replaces, rescoring.truth_version
    metrics = [*new.metrics, *(name for name in old.metrics if name not in new.metrics)]
    task = rescoring.task
    runs = Run.objects.observation_runs().filter(registration__task=task)
    states = dict(rescoring.evaluations.values_list("run", "state"))
    shown = runs.filter(pk__in=states, withdrawn_unseen=False)
    before, after = _scores(old, part), _scores(new, part)
    places = _places(rescoring, part), places_by(task, new, part)
    compared = [
        ComparedRun(
            run,
            places[0].get(run.pk),
            places[1].get(run.pk),
            [
                Moved(name, before.get((run.pk, name)), after.get((run.pk, name)))
                for name in metrics
            ],
            states[run.pk],
        )
        for run in shown.select_related("registration__team")
    ]
    return Comparison(part, metrics, sorted(compared, key=_new_order))


def _new_order(compared: ComparedRun) -> tuple[float, int]:
    return (compared.after.position if compared.after else float("inf"), compared.run.pk)


def _scores(truth: TruthVersion, part: Part) -> Mapping[tuple[int, str], float | None]:
    evaluations = Evaluation.objects.newest_by(truth).filter(state=State.SCORED)
    found = Score.objects.filter(evaluation__in=evaluations, part=part)
    return {
        (run_id, metric): value
        for run_id, metric, value in found.values_list("evaluation__run", "metric", "value")
    }


def _places(rescoring: Rescoring, part: Part) -> dict[int, Any]:
    """Return where the runs stand, or stood: what an ended re-scoring replaced is placed again."""
    if rescoring.state == Rescoring.State.SWITCHED:
        return places_by(rescoring.task, rescoring.replaces, part)
    rows = LeaderboardRow.objects.filter(task=rescoring.task, part=part)
    return {row.run_id: Place(row.rank, row.position, row.section) for row in rows}
