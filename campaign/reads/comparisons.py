"""Who of a leaderboard cannot be told from the leader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings

from campaign.models import Comparison, ComparisonFamily, Task
from campaign.models.results import Part

GroupState = Literal["alone", "waiting", "failed", "too_many", "no_test", "tested"]
LEVEL, MOST = ComparisonFamily.LEVEL, ComparisonFamily.MOST


@dataclass(frozen=True)
class AgainstLeader:
    """A run's score minus the leader's, with its interval; `adjusted` is p by Holm over the board."""

    difference: float
    low: float
    high: float
    p: float
    adjusted: float

    @property
    def can_be_told(self) -> bool:
        return self.adjusted < LEVEL


@dataclass(frozen=True)
class LeaderGroup:
    """The leader of a board, and how the runs of a page compare with it.

    Attributes
    ----------
    state
        ``alone``: there is nobody else; ``waiting``: a worker is still to test them; ``failed``: it could not;
        ``too_many``: the test could tell none of so many; ``no_test``: the metric has none.
    leader
        The leading run; None where no run is ranked.
    n_alike
        How many of `n_others` cannot be told from it.
    """

    state: GroupState
    metric: str = ""
    leader: int | None = None
    n_others: int = 0
    n_alike: int | None = None
    by_run: Mapping[int, AgainstLeader] = field(default_factory=dict)

    def holds(self, run_id: int) -> bool:
        """Tell whether a run is the leader of others, or cannot be told from it."""
        if self.state != "tested":
            return False
        against = self.by_run.get(run_id)
        return run_id == self.leader or (against is not None and not against.can_be_told)


NOBODY = LeaderGroup("alone")


def leader_group(task: Task, part: Part, run_ids: Iterable[int]) -> LeaderGroup:
    """Return the leader of a board and the tests of some runs, in two queries at most.

    The caller has asked whether scores on the part show.
    """
    family = ComparisonFamily.objects.filter(task=task, part=part).select_related("leader").first()
    if family is None:
        return NOBODY
    state = _state(family)
    return LeaderGroup(
        state=state,
        metric=family.metric,
        leader=family.leader.run_id,
        n_others=family.n_others,
        n_alike=family.n_alike,
        by_run=_tests(family, run_ids) if state == "tested" else {},
    )


def _state(family: ComparisonFamily) -> GroupState:
    if family.made_at is None:
        return "failed" if family.attempts >= settings.SCORING_MAX_ATTEMPTS else "waiting"
    if not family.n_others:
        return "alone"
    if family.n_others > MOST:
        return "too_many"
    return "no_test" if family.n_alike is None else "tested"


def _tests(family: ComparisonFamily, run_ids: Iterable[int]) -> dict[int, AgainstLeader]:
    found = Comparison.objects.filter(
        leader=family.leader_id,
        metric=family.metric,
        part=family.part,
        other__run__in=list(run_ids),
        other__in=family.others,
        adjusted__isnull=False,
    )
    columns = ("other__run_id", "difference", "low", "high", "p", "adjusted")
    return {run_id: AgainstLeader(*test) for run_id, *test in found.values_list(*columns)}
