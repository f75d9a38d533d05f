"""What one choice of method is worth among the runs of a board."""

from typing import Any

from campaign.reads.factors import Factor
from campaign.reads.method_effects import DescribedRun, MethodEffects
from campaign.services.analyses.board import Board, once_a_board
from scoring import deviations


def by_method(board: Board, factor: Factor) -> dict[str, Any]:
    """Return the scores of runs by one thing that their descriptions say, and what its levels are worth.

    Raises
    ------
    NothingToSay
        As `MethodEffects.of`.
    """
    return _effects(board).of(factor)


@once_a_board
def _effects(board: Board) -> MethodEffects:
    """Return the runs of participants; where there are none, the baselines."""
    averages = {run: board.averages[run.pk] for run in board.official or board.runs}
    runs = [
        DescribedRun(run.pk, str(run.team), run.description, average.value, deviations(average))
        for run, average in averages.items()
        if average.value is not None
    ]
    return MethodEffects(runs, board.tags)
