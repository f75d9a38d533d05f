"""Which images one needs: what image runs score by kinds of images, alone, in pairs and all together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from campaign.models import Breakdown
from campaign.reads.method_effects import NothingToSay
from campaign.reads.small_cells import FEWEST
from campaign.services.analyses.board import Board
from campaign.services.analyses.by_query import part_of, plain, plain_gap
from campaign.services.analyses.image_runs import image_runs, kind_of, kinds_column
from scoring import (
    Average,
    Combination,
    average,
    average_of,
    combinations_of,
    estimate,
    gap,
    metric_of_queries,
)

_Values = Sequence[Sequence[float] | None]
"""What an image run scores by each combination; None of those whose images it does not answer."""


@dataclass(frozen=True, eq=False)
class _Counted:
    """What a combination scores over all queries of the part, on average over some image runs."""

    combination: Combination
    n_runs: int
    average: Average


def by_organ(board: Board) -> dict[str, Any]:
    """Return what each combination scores, on average over the image runs, and what the best pair is worth.

    Raises
    ------
    NothingToSay
        No image is told from another (``no_kinds``), no run has an image run (``no_image_runs``), or
        none of them is read yet (``unread``).
    """
    column = kinds_column(board.task, board.truth_version)
    if column is None:
        raise NothingToSay("no_kinds")
    evaluations = image_runs(board)
    if not evaluations:
        raise NothingToSay("no_image_runs")
    rows = Breakdown.objects.filter(evaluation__in=evaluations, kind=kind_of(column))
    read = list(rows.order_by("pk").values_list("data", flat=True))
    kept = [data for data in read if data]
    if not kept:
        raise NothingToSay("unread")
    return by_combination(board, column, kept, n_unread=len(evaluations) - len(read))


def by_combination(
    board: Board, column: str, kept: Sequence[_Values], n_unread: int = 0
) -> dict[str, Any]:
    """Return the same of what each image run scores in the queries of each combination.

    A run counts for a combination whose images it answers. Gains are over the runs that answer images of
    every kind: else one run more would be taken for better images.
    """
    counted = _counted(board, column, kept)
    complete = [run for run in kept if None not in run]
    return {
        "metric": str(metric_of_queries(board.metric)),
        "column": column,
        "n_runs": len(kept),
        "n_complete": len(complete),
        "n_unread": n_unread,
        "combinations": [_plain(one) for one in counted],
        "gains": _gains(_counted(board, column, complete)),
    }


def _counted(board: Board, column: str, kept: Sequence[_Values]) -> list[_Counted]:
    """Return the combinations that any run answers and that are large enough to be shown."""
    metric = metric_of_queries(board.metric)
    [(_, trace)] = board.traces(board.runs[:1])  # any says which queries count
    units = average(trace, board.truth, metric).units
    inside = average(trace, board.truth, metric, within=board.within).units
    found = []
    for place, one in enumerate(combinations_of(board.truth.test_set, column)):
        values = [own for run in kept if (own := run[place]) is not None]
        if values and _is_large(len(one.queries.intersection(inside)), len(inside)):
            found.append(_Counted(one, len(values), part_of(_mean(units, one, values), inside)))
    return found


def _mean(units: Sequence[str], one: Combination, values: Sequence[Sequence[float]]) -> Average:
    """Return the mean over all queries; one without such an image counts 0."""
    found = np.zeros(len(units))
    found[[unit in one.queries for unit in units]] = np.mean(values, 0)
    return average_of(units, found.tolist())


def _is_large(n: int, n_all: int) -> bool:
    """Tell whether neither the queries of a combination nor the others are so few that scores tell labels."""
    return n >= FEWEST and not 0 < n_all - n < FEWEST


def _plain(one: _Counted) -> dict[str, Any]:
    left_out = part_of(one.average, one.combination.queries)
    return {
        "values": list(one.combination.values),
        "n": len(left_out.units),
        "n_runs": one.n_runs,
        "counted": plain(estimate(one.average)),
        "left_out": plain(estimate(left_out)),
    }


def _gains(counted: Sequence[_Counted]) -> list[dict[str, Any]]:
    """Return the best pair against the best kind alone, and all images against the best pair.

    Where two kinds make the only pair, that is all images. The intervals hold for whichever is best.
    """
    by_size = {
        size: [one for one in counted if len(one.combination.values) == size] for size in (0, 1, 2)
    }
    pairs = by_size[2] or by_size[0]
    compared = [(pairs, by_size[1])] + ([(by_size[0], by_size[2])] if by_size[2] else [])
    n_together = sum(len(one) * len(other) for one, other in compared)
    return [_gain(_best(one), _best(other), n_together) for one, other in compared if one and other]


def _best(counted: Sequence[_Counted]) -> _Counted:
    return max(counted, key=lambda one: one.average.value or 0.0)


def _gain(one: _Counted, other: _Counted, n_together: int) -> dict[str, Any]:
    return {
        "values": list(one.combination.values),
        "reference": list(other.combination.values),
        **plain_gap(gap(one.average, other.average), n_together),
    }
