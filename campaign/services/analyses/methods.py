"""What one choice of method is worth: one analysis for each thing that descriptions say.

The intervals of all of them hold together: were no choice worth anything, a task in twenty would show a
finding.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from campaign.reads.factors import FACTORS, Factor, level_in
from campaign.services.analyses.board import Board, BoardRun, NothingToSay
from scoring import Contrast, MethodRun, contrast, deviations


def by_method(board: Board, factor: Factor) -> dict[str, Any]:
    """Return the scores of runs by one thing that their descriptions say, and what its levels are worth.

    Raises
    ------
    NothingToSay
        No description says anything of it (``unsaid``), or all that do say the same (``alike``).
    """
    said = _said(board, factor)
    if not any(said.values()):
        raise NothingToSay("unsaid")
    found = _contrasts(board)
    own = found[factor.name]
    if not own:
        raise NothingToSay("alike")
    n_contrasts = sum(map(len, found.values()))
    return {
        "levels": _levels(board, factor, said),
        "contrasts": [_plain(one, n_contrasts) for one in own],
        "n_contrasts": n_contrasts,
        "n_silent": sum(not own for own in said.values()),
        "runs": [pk for pk, own in said.items() if own],
    }


def _said(board: Board, factor: Factor) -> dict[int, tuple[str, ...]]:
    """Return what the description of each participant's run says of a factor."""
    return {
        run.pk: tuple(sorted(factor.says(run.description, board.tags))) for run in _compared(board)
    }


def _compared(board: Board) -> list[BoardRun]:
    """Return the runs of participants; where there are none, the baselines."""
    runs = board.official or list(board.runs)
    return [run for run in runs if board.averages[run.pk].value is not None]


@lru_cache(maxsize=1)  # one analysis after the other asks for them
def _contrasts(board: Board) -> dict[str, list[Contrast]]:
    return {name: _of_factor(board, factor) for name, factor in FACTORS.items()}


def _of_factor(board: Board, factor: Factor) -> list[Contrast]:
    said = _said(board, factor)
    pairs = factor.pairs([own for own in said.values() if own])
    found = (contrast(_sides(board, said, pair), *pair) for pair in pairs)
    return [one for one in found if one]


def _sides(
    board: Board, said: dict[int, tuple[str, ...]], pair: tuple[str, str]
) -> Sequence[MethodRun]:
    sides = []
    for run in _compared(board):
        level = level_in(said[run.pk], pair) if said[run.pk] else None
        average = board.averages[run.pk]
        if level is not None and average.value is not None:
            sides.append(MethodRun(str(run.team), level, average.value, deviations(average)))
    return sides


def _levels(board: Board, factor: Factor, said: dict[int, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Return each level with the scores of its runs."""
    names = factor.levels or sorted({name for own in said.values() for name in own})
    found = (
        {
            "level": name,
            "runs": [pk for pk, own in said.items() if name in own],
            "scores": [board.averages[pk].value for pk, own in said.items() if name in own],
        }
        for name in names
    )
    return [level for level in found if level["runs"]]


def _plain(one: Contrast, n_contrasts: int) -> dict[str, Any]:
    low, high = one.interval(n_contrasts) or (None, None)
    return {
        "level": one.level,
        "reference": one.reference,
        "value": one.value,
        "low": low,
        "high": high,
        "over": one.over,
        "n_teams": one.n_teams,
        "n_runs": one.n_runs,
        "n_reference": one.n_reference,
    }
