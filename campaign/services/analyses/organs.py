"""Which images one needs: what image runs score by kinds of images, alone, in pairs and all together."""

from collections.abc import Sequence
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

_Counted = tuple[tuple[str, ...], Average]


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
    return by_combination(board, column, _kept(board, column))


def by_combination(
    board: Board, column: str, kept: Sequence[Sequence[Sequence[float]]]
) -> dict[str, Any]:
    """Return the same of what each image run scores in the queries of each combination."""
    combinations = combinations_of(board.truth.test_set, column)
    counted = _counted(board, combinations, kept)
    shown = [
        (one, own)
        for one, own in zip(combinations, counted, strict=True)
        if _is_large(len(one.queries.intersection(own.units)), len(own.units))
    ]
    return {
        "metric": str(metric_of_queries(board.metric)),
        "column": column,
        "n_runs": len(kept),
        "combinations": [_plain(one, own) for one, own in shown],
        "gains": _gains([(one.values, own) for one, own in shown]),
    }


def _kept(board: Board, column: str) -> list[list[list[float]]]:
    evaluations = image_runs(board)
    if not evaluations:
        raise NothingToSay("no_image_runs")
    rows = Breakdown.objects.filter(evaluation__in=evaluations, kind=kind_of(column))
    kept = [data for data in rows.order_by("pk").values_list("data", flat=True) if data]
    if not kept:
        raise NothingToSay("unread")
    return kept


def _counted(
    board: Board, combinations: Sequence[Combination], kept: Sequence[Sequence[Sequence[float]]]
) -> list[Average]:
    """Return the mean of each combination over all queries of the part; one without such an image counts 0."""
    metric = metric_of_queries(board.metric)
    [(_, trace)] = board.traces(board.runs[:1])  # any says which queries count
    units = average(trace, board.truth, metric).units
    inside = average(trace, board.truth, metric, within=board.within).units
    found = []
    for place, one in enumerate(combinations):
        values = np.zeros(len(units))
        values[[unit in one.queries for unit in units]] = np.mean([run[place] for run in kept], 0)
        found.append(part_of(average_of(units, values.tolist()), inside))
    return found


def _is_large(n: int, n_all: int) -> bool:
    """Tell whether neither the queries of a combination nor the others are so few that scores tell labels."""
    return n >= FEWEST and not 0 < n_all - n < FEWEST


def _plain(one: Combination, counted: Average) -> dict[str, Any]:
    left_out = part_of(counted, one.queries)
    return {
        "values": list(one.values),
        "n": len(left_out.units),
        "counted": plain(estimate(counted)),
        "left_out": plain(estimate(left_out)),
    }


def _gains(counted: Sequence[_Counted]) -> list[dict[str, Any]]:
    """Return the best pair against the best kind alone, and all images against the best pair.

    Where two kinds make the only pair, that is all images. The intervals hold for whichever is best.
    """
    by_size = {size: [pair for pair in counted if len(pair[0]) == size] for size in (0, 1, 2)}
    pairs = by_size[2] or by_size[0]
    compared = [(pairs, by_size[1])] + ([(by_size[0], by_size[2])] if by_size[2] else [])
    n_together = sum(len(one) * len(other) for one, other in compared)
    return [_gain(_best(one), _best(other), n_together) for one, other in compared if one and other]


def _best(counted: Sequence[_Counted]) -> _Counted:
    return max(counted, key=lambda pair: pair[1].value or 0.0)


def _gain(one: _Counted, other: _Counted, n_together: int) -> dict[str, Any]:
    return {
        "values": list(one[0]),
        "reference": list(other[0]),
        **plain_gap(gap(one[1], other[1]), n_together),
    }
