"""What runs cost, beside what they score."""

from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Any

from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import Board, BoardRun
from scoring import estimate, gap, pareto_front

Description = Mapping[str, Any]

_LIFE_H = 3 * 365 * 24  # of hardware: it is written off over three years of use without a pause


def _training(description: Description) -> float | None:
    """Return what training uses up of the hardware, in euros: its price × the hours of training / its life."""
    price, hours = description.get("hardware_price_eur"), description.get("training_hours")
    return price * hours / _LIFE_H if price and hours else None


def _preparation(description: Description) -> float | None:
    return description.get("preparation_days") or None


def _answering(description: Description) -> float | None:
    """Return the minutes that a thousand images or recordings take."""
    speed = description.get("inference_per_minute")
    return 1_000 / speed if speed else None


COSTS: Mapping[str, Callable[[Description], float | None]] = {
    "training": _training,
    "preparation": _preparation,
    "answering": _answering,
}


def by_cost(board: Board) -> dict[str, Any]:
    """Return the runs by each of their costs, with the front of those that nobody beats at a lower one.

    Raises
    ------
    NothingToSay
        Not two descriptions name a cost (``unpriced``).
    """
    found = {name: _costed(board, cost) for name, cost in COSTS.items()}
    costs = {name: one for name, one in found.items() if len(one["runs"]) > 1}
    if not costs:
        raise NothingToSay("unpriced")
    named = {pk for one in costs.values() for pk in one["runs"]}
    return {"costs": costs, "runs": [run.pk for run in board.runs if run.pk in named]}


def _costed(board: Board, cost: Callable[[Description], float | None]) -> dict[str, Any]:
    """Return runs with a cost, the best first, the front among them, and which is as good for less."""
    runs = [run for run in board.runs if cost(run.description) and _score(board, run) is not None]
    costs = [cost(run.description) or 0.0 for run in runs]
    scores = [_score(board, run) or 0.0 for run in runs]
    rising = [score if board.metric.direction == "higher" else -score for score in scores]
    return {
        "runs": [run.pk for run in runs],
        "n_left_out": len(board.runs) - len(runs),
        "costs": costs,
        "scores": scores,
        "front": [runs[place].pk for place in pareto_front(costs, rising)],
        "as_good": _as_good(board, runs, costs),
        "of_the_best": _is_of_the_best(board, runs),
    }


def _score(board: Board, run: BoardRun) -> float | None:
    return board.averages[run.pk].value


def _as_good(board: Board, runs: list[BoardRun], costs: list[float]) -> dict[str, Any] | None:
    """Return the cheapest run that cannot be told from the best of these; None where that is the best itself."""
    if not runs:
        return None
    by_cost = sorted(range(len(runs)), key=costs.__getitem__)
    cheaper = takewhile(lambda place: costs[place] < costs[0], by_cost)
    alike = next((place for place in cheaper if _are_alike(board, runs[place], runs[0])), None)
    if alike is None:
        return None
    return {"run": runs[alike].pk, "best": runs[0].pk, "share": costs[alike] / costs[0]}


def _is_of_the_best(board: Board, runs: list[BoardRun]) -> bool:
    """Tell whether the best run of the board says its cost, and whether its score has an interval."""
    if runs[:1] != list(board.runs[:1]):
        return False
    return estimate(board.averages[runs[0].pk]).interval() is not None


def _are_alike(board: Board, run: BoardRun, best: BoardRun) -> bool:
    """Tell whether 0 is in the interval of a difference."""
    ends = gap(board.averages[run.pk], board.averages[best.pk]).interval()
    return ends is not None and ends[0] <= 0 <= ends[1]
