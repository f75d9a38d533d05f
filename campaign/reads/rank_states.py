"""How a leaderboard stood from a moment on, as its snapshots have kept it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from django.db.models import QuerySet

from campaign.models import RankSnapshot, Run, Task, TruthVersion
from campaign.models.results import Part


class RankedRun(NamedTuple):
    """A run in its place then; a baseline has no rank."""

    run_id: int
    rank: int | None
    evaluation_id: int  # whose scores counted


@dataclass(frozen=True)
class RankState:
    """The ranked runs of a part in their order, from a moment on until the next one.

    Attributes
    ----------
    truth
        The version that was in force.
    """

    taken_at: datetime
    truth: TruthVersion
    runs: tuple[RankedRun, ...]

    @classmethod
    def of(cls, snapshot: RankSnapshot, unseen: Collection[int]) -> Self:
        """Return what a snapshot says, without runs that are as if they had not been sent.

        That is what `withdrawn_unseen` means: who stood behind such a run moves up.
        """
        rows = [
            RankedRun(*row)
            for row in zip(snapshot.run_ids, snapshot.ranks, snapshot.evaluation_ids, strict=True)
        ]
        gone = [row.rank for row in rows if row.rank and row.run_id in unseen]
        kept = (row for row in rows if row.run_id not in unseen)
        runs = (
            row._replace(rank=row.rank and row.rank - _n_before(gone, row.rank)) for row in kept
        )
        return cls(snapshot.taken_at, snapshot.truth_version, tuple(runs))


def _n_before(ranks: list[int], rank: int) -> int:
    return sum(other < rank for other in ranks)


def snapshots_of(task: Task, part: Part) -> QuerySet[RankSnapshot]:
    """Return the snapshots of a part, the newest first; the caller has asked whether the part shows.

    Those by another split are left out: their parts had the same names and other queries.
    """
    return RankSnapshot.objects.filter(
        task=task, part=part, truth_version__split_column=task.split_column
    ).select_related("truth_version")


def unseen_runs(task: Task) -> set[int]:
    """Return the runs of a task that are as if they had not been sent."""
    unseen = Run.objects.filter(registration__task=task, withdrawn_unseen=True)
    return set(unseen.values_list("pk", flat=True))


def state_at(task: Task, part: Part, at: datetime) -> RankState | None:
    """Return how a part stood at a moment; None before the first snapshot."""
    snapshot = snapshots_of(task, part).filter(taken_at__lte=at).first()
    return RankState.of(snapshot, unseen_runs(task)) if snapshot else None


def newest_moment(task: Task, part: Part) -> datetime | None:
    """Return since when a part stands as it does now; None where it never had a ranked run."""
    return snapshots_of(task, part).values_list("taken_at", flat=True).first()


def first_moment(task: Task, part: Part) -> datetime | None:
    """Return when a part had its first ranked run."""
    return snapshots_of(task, part).values_list("taken_at", flat=True).last()
