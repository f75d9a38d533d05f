"""What runs score together: each two of the best, and the best of up to four, found one by one.

The runs are the best of each team, those of the first six teams: 22 fusions at most. A set of k runs is the
best one of k - 1 with whichever run makes it best (greedy forward selection; Caruana et al. 2004, "Ensemble
selection from libraries of models", ICML). It is chosen among several by the same test that it is scored
with, so a gain counts as one only where Holm's correction over all fusions that were looked at leaves it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from campaign.clock import now
from campaign.models import RunSet
from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import Board, BoardRun
from campaign.services.analyses.fusions import best_of, method_of
from campaign.services.analyses.run_sets import send_for_next, want_fusions
from scoring import Average, average, holm, intervals, parse_metric

MOST_RUNS, MOST_FUSED = 6, 4
_FIRST_RIGHT = parse_metric("top_1")
Members = tuple[int, ...]  # evaluations


def complementarity(board: Board) -> dict[str, Any]:
    """Return what fusions of the best runs score, as far as they are made; the others are asked for.

    Raises
    ------
    NothingToSay
        Runs of this task cannot be fused (``unranked``), or there are no two (``one_run``).
    """
    if not board.task.ranks_classes:
        raise NothingToSay("unranked")
    best = _best_of_teams(board)
    run_of = {run.evaluation: run.pk for run in best}
    if len(run_of) < 2:
        raise NothingToSay("one_run")
    alone = {run.evaluation: board.averages[run.pk] for run in best}
    fusions = _Fusions(board, run_of)
    pairs = list(combinations(run_of, 2))
    fusions.want(pairs)
    steps = _steps(alone, fusions)
    fusions.correct()
    send_for_next()
    return {
        "runs": list(run_of.values()),
        "alone": _alone(board, run_of, alone),
        "pairs": fusions.told(pairs),
        "steps": fusions.told(steps),
        "method": method_of(board.task.run_rules.scores),
        "n_fusions": fusions.n_made,
        "n_failed": fusions.n_failed,
        "waits": fusions.waits,
        "right": _right(board, best),
    }


def _best_of_teams(board: Board) -> list[BoardRun]:
    """Return the best run of each of the first teams; where fewer than two have one, baselines beside it."""
    best = [run for run in board.official if run.best_of_team]
    if len(best) < 2:
        best = [run for run in board.runs if run.best_of_team or run.baseline]
    return best[:MOST_RUNS]


def _steps(alone: Mapping[int, Average], fusions: "_Fusions") -> list[Members]:
    """Return the best set of two runs, of three ..., as far as all that could follow are made."""
    best = best_of(alone, rising=fusions.rising)
    found: list[Members] = [(best,)] if best else []
    while found and len(found[-1]) < min(MOST_FUSED, len(alone)):
        following = [(*found[-1], own) for own in alone if own not in found[-1]]
        fusions.want(following)
        step = fusions.best(following)
        if step is None:
            break
        found.append(step)
    return found[1:]


def _alone(
    board: Board, run_of: Mapping[int, int], alone: Mapping[int, Average]
) -> list[dict[str, Any]]:
    found = intervals(list(alone.values()), board.truth.seed)
    return [
        {"run": run_of[own], "value": one.value, **_ends(interval)}
        for (own, one), interval in zip(alone.items(), found, strict=True)
    ]


def _right(board: Board, runs: Sequence[BoardRun]) -> dict[str, Any]:
    """Return the share of queries that any run has right at the first position, and that of the best one."""
    first = [
        average(trace, board.truth, _FIRST_RIGHT, within=board.within)
        for _run, trace in board.traces(runs)
    ]
    units = first[0].units
    any_right = tuple(map(max, *(one.values for one in first)))
    share = sum(any_right) / len(units) if units else None
    [interval] = intervals([Average(share, units, any_right)], board.truth.seed)
    best = max((one.value for one in first if one.value is not None), default=None)
    return {"any": share, **_ends(interval), "best": best, "n_queries": len(units)}


def _ends(interval: tuple[float, float] | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"low": low, "high": high}


class _Fusions:
    """The fusions of a board's runs: those that are wanted, and what is made of them."""

    def __init__(self, board: Board, run_of: Mapping[int, int]) -> None:
        self.rising = board.metric.direction == "higher"
        self._board, self._run_of, self._now = board, run_of, now()
        self._rows: dict[frozenset[int], RunSet] = {}
        self._adjusted: dict[frozenset[int], float] = {}

    def want(self, sets: Iterable[Members]) -> None:
        """Have sets of runs fused that are not yet."""
        rows = want_fusions(self._board.task, sets, self._now)
        self._rows |= {frozenset(row.evaluations): row for row in rows}

    def best(self, sets: Iterable[Members]) -> Members | None:
        """Return the set that scores best; None while one of them is to be made."""
        if not {frozenset(own) for own in sets}.isdisjoint(self._waiting):
            return None
        values = {own: value for own in sets if (value := self._score(own)["value"]) is not None}
        return (max if self.rising else min)(values, key=values.__getitem__, default=None)

    def correct(self) -> None:
        """Correct the p-values of gains over all that are made."""
        gains = {own: self._score(own)["gain"] for own in self._rows}
        p_values = {own: gain["p"] for own, gain in gains.items() if gain}
        self._adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))

    def told(self, sets: Iterable[Members]) -> list[dict[str, Any]]:
        """Return what is made of some sets; ``gain`` is over the run that is best alone."""
        return [self._plain(own) for own in sets if self._score(own)["value"] is not None]

    @property
    def waits(self) -> list[int]:
        """Return which are still to be made."""
        return sorted(self._rows[own].pk for own in self._waiting)

    @property
    def n_made(self) -> int:
        return sum(row.made_at is not None for row in self._rows.values())

    @property
    def n_failed(self) -> int:
        return len(self._rows) - self.n_made - len(self._waiting)

    @property
    def _waiting(self) -> set[frozenset[int]]:
        rows = self._rows.items()
        return {own for own, r in rows if not r.made_at and not r.is_given_up(self._now)}

    def _score(self, members: Iterable[int]) -> dict[str, Any]:
        row = self._rows[frozenset(members)]
        scores: dict[str, dict[str, Any]] = row.data["scores"] if row.data else {}
        return scores.get(self._board.part, {"value": None, "gain": None})

    def _plain(self, members: Members) -> dict[str, Any]:
        score = self._score(members)
        gain = score["gain"] and score["gain"] | {"adjusted": self._adjusted[frozenset(members)]}
        return {
            "runs": [self._run_of[own] for own in members],
            **{name: score[name] for name in ("value", "low", "high")},
            "best": self._run_of[score["best"]],
            "gain": gain,
        }
