"""Whether runs are good on rare species too: scores by how many training images a class has."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from campaign.reads.board_filters import TRAINING_DATA, training_group
from campaign.reads.method_effects import NothingToSay
from campaign.reads.small_cells import FEWEST
from campaign.services.analyses.board import Board, BoardRun, best_of_each
from campaign.services.analyses.by_query import (
    class_of,
    column_of_classes,
    mean_by_query,
    plain,
    plain_gap,
)
from scoring import Average, average_of, estimate, gap, log_bands, metric_of_queries

EVERY = "all"
_Band = tuple[int, int]


def by_rarity(board: Board) -> dict[str, Any]:
    """Return scores by training images of the class, for each kind of training data.

    Every class counts the same, whatever its queries; intervals are over classes.

    Raises
    ------
    NothingToSay
        No class says how many training images it has (``no_training_images``), or too few differ in it
        (``one_band``).
    """
    images = _training_images(board)
    if not images:
        raise NothingToSay("no_training_images")
    runs = _runs_by_group(board)
    classes = {
        group: _by_class(mean_by_query(board, own), class_of(board), images)
        for group, own in runs.items()
    }
    # So a band has as many queries as it takes to hide what a single one is.
    bands = log_bands([images[name] for name in classes[EVERY].units], least=FEWEST)
    if len(bands) < 2:
        raise NothingToSay("one_band")
    return {
        "metric": str(metric_of_queries(board.metric)),
        "n_runs": len(runs[EVERY]),
        "bands": bands,
        "n_classes": [len(own.units) for own in _banded(classes[EVERY], bands, images)],
        "groups": [
            {
                "group": group,
                "n_runs": len(runs[group]),
                **_of_group(_banded(own, bands, images), own, len(classes)),
            }
            for group, own in classes.items()
        ],
    }


def _training_images(board: Board) -> dict[str, int]:
    column = column_of_classes(board, "TrainImages")
    return {name: int(n) for name, n in column.items() if n.isascii() and n.isdigit()}


def _runs_by_group(board: Board) -> dict[str, list[BoardRun]]:
    """Return the best run of each team, of all and of those that learned from each kind of data."""
    of_kind = {
        group: [run for run in board.runs if training_group(run.description) == group]
        for group in TRAINING_DATA
    }
    if board.official:
        of_kind = {
            group: [run for run in own if not run.baseline] for group, own in of_kind.items()
        }
    groups = {group: best_of_each(own) for group, own in of_kind.items() if own}
    return {EVERY: best_of_each(board.runs), **groups}


def _by_class(
    by_query: Average, class_of_query: Mapping[str, str], images: Mapping[str, int]
) -> Average:
    """Return the mean of the queries of each class, weighed by how many they are."""
    values: dict[str, list[float]] = defaultdict(list)
    for query, value in zip(by_query.units, by_query.values, strict=True):
        if class_of_query.get(query) in images:
            values[class_of_query[query]].append(value)
    names = sorted(values)
    n = sum(map(len, values.values()))
    return Average(
        sum(map(sum, values.values())) / n if n else None,
        tuple(names),
        tuple(sum(values[name]) / len(values[name]) for name in names),
        tuple(float(len(values[name])) for name in names),
    )


def _banded(by_class: Average, bands: Sequence[_Band], images: Mapping[str, int]) -> list[Average]:
    """Return of each band the plain mean over its classes."""
    rows = list(zip(by_class.units, by_class.values, strict=True))
    inside = [[row for row in rows if low <= images[row[0]] < end] for low, end in bands]
    return [average_of([name for name, _ in own], [value for _, value in own]) for own in inside]


def _of_group(bands: Sequence[Average], by_class: Average, n_groups: int) -> dict[str, Any]:
    """Return what a group of runs scores: by band, rare against common, and each class alike against each query."""
    alike = average_of(by_class.units, by_class.values)
    return {
        "bands": [plain(estimate(band)) for band in bands],
        "rare": plain_gap(gap(bands[0], bands[-1]), n_groups),
        "by_query": plain(estimate(by_class)),
        "by_class": plain(estimate(alike)),
        "price": plain_gap(gap(alike, by_class), n_groups),
    }
