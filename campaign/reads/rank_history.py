"""How the ranks of a leaderboard moved: its states, and a line for each run that is followed."""

from dataclasses import dataclass
from datetime import datetime

from campaign.models import Run, Task
from campaign.models.results import Part
from campaign.reads.rank_states import RankState, snapshots_of, unseen_runs
from campaign.reads.visibility import Viewer, visible_part

MOST_STATES = 200  # more steps than a hand can tell apart on a slider
MOST_RUNS = 12


@dataclass(frozen=True)
class RankLine:
    """A run that is followed, with its rank in each state; None while it had none."""

    run: Run
    ranks: list[int | None]
    own: bool

    @property
    def last(self) -> int | None:
        """Return its rank in the newest state in which it had one."""
        return next(filter(None, reversed(self.ranks)), None)


@dataclass(frozen=True)
class RankHistory:
    """The states of a part, the oldest first.

    Attributes
    ----------
    part
        None when no score shows to this viewer yet: then there is nothing else.
    n_states
        How many there are; of more than `MOST_STATES` some are left out, never the first and the last.
    """

    task: Task
    part: Part | None
    states: list[RankState]
    n_states: int

    @property
    def thinned(self) -> bool:
        return self.n_states > len(self.states)


def rank_history(*, task: Task, viewer: Viewer, now: datetime) -> RankHistory:
    """Return how a task's leaderboard stood at one moment after another, as far as it shows now."""
    part = visible_part(task, viewer, now)
    if part is None:
        return RankHistory(task, None, [], 0)
    snapshots = snapshots_of(task, part)
    every = list(snapshots.values_list("pk", flat=True))[::-1]
    chosen = snapshots.filter(pk__in=_thinned(every)).order_by("pk")
    unseen = unseen_runs(task)
    states = [RankState.of(snapshot, unseen) for snapshot in chosen]
    return RankHistory(task, part, states, len(every))


def _thinned(keys: list[int]) -> list[int]:
    """Return at most `MOST_STATES`, evenly, the first and the last among them."""
    if len(keys) <= MOST_STATES:
        return keys
    return [keys[step * (len(keys) - 1) // (MOST_STATES - 1)] for step in range(MOST_STATES)]


def rank_lines(history: RankHistory, viewer: Viewer) -> list[RankLine]:
    """Return the lines of the runs that are first at the end, and of the viewer's own team's."""
    ranks = [{row.run_id: row.rank for row in state.runs} for state in history.states]
    if not ranks:
        return []
    own = set(
        Run.objects.of_teams_of(viewer)
        .filter(registration__task=history.task)
        .values_list("pk", flat=True)
    )
    first = [pk for pk, rank in ranks[-1].items() if rank][:MOST_RUNS]
    ever = {pk for places in ranks for pk, rank in places.items() if rank}
    followed = dict.fromkeys([*first, *sorted(own & ever)])
    runs = Run.objects.select_related("registration__team").in_bulk(list(followed))
    return [RankLine(runs[pk], [places.get(pk) for places in ranks], pk in own) for pk in followed]
