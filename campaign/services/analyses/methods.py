"""What one choice of method is worth: one analysis for each thing that descriptions say.

The intervals of all of them hold together, in 99 of 100 tasks: were no choice worth anything, one task in a
hundred would show a finding.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any

from campaign.reads.factors import FACTORS, Factor, level_in
from campaign.services.analyses.board import Board, BoardRun, NothingToSay
from scoring import Contrast, MethodRun, contrast, deviations

_CONFIDENCE = 0.99

_Said = Mapping[int, tuple[str, ...]]


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


def _said(board: Board, factor: Factor) -> _Said:
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
    others = _others(board, factor)
    pairs = factor.pairs([own for own in said.values() if own])
    found = (contrast(list(_sides(board, said, others, pair)), *pair) for pair in pairs)
    return [one for one in found if one]


def _others(board: Board, factor: Factor) -> dict[int, tuple[float, ...]]:
    """Return what else the description of each run says, as numbers."""
    runs = _compared(board)
    descriptions = [run.description for run in runs]
    columns = [
        column
        for other in FACTORS.values()
        if other is not factor
        for column in other.columns(descriptions, board.tags)
    ]
    rows = zip(*columns, strict=True) if columns else repeat(())
    return {run.pk: row for run, row in zip(runs, rows, strict=False)}


def _sides(
    board: Board, said: _Said, others: Mapping[int, tuple[float, ...]], pair: tuple[str, str]
) -> Iterator[MethodRun]:
    """Yield the runs on either side of a comparison."""
    for run in _compared(board):
        level = level_in(said[run.pk], pair) if said[run.pk] else None
        average = board.averages[run.pk]
        if level is not None and average.value is not None:
            yield MethodRun(
                team=str(run.team),
                level=level,
                value=average.value,
                others=others[run.pk],
                deviations=deviations(average),
            )


def _levels(board: Board, factor: Factor, said: _Said) -> list[dict[str, Any]]:
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
    low, high = one.interval(n_contrasts, _CONFIDENCE) or (None, None)
    return {
        "level": one.level,
        "reference": one.reference,
        "value": one.value,
        "low": low,
        "high": high,
        "over": one.over,
        "adjusted": one.adjusted,
        "n_teams": one.n_teams,
        "n_runs": one.n_runs,
        "n_reference": one.n_reference,
    }
