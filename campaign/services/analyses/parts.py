"""Which parts of a test are hard: scores by the values of each column that a task shows."""

from collections.abc import Iterator, Mapping
from typing import Any

from campaign.reads.breakdowns import grouping_of
from campaign.reads.columns import KEYS
from campaign.reads.method_effects import NothingToSay
from campaign.reads.small_cells import withheld
from campaign.services.analyses.board import Board, best_of_each
from campaign.services.analyses.by_query import class_of, mean_by_query, part_of, plain, plain_gap
from scoring import Average, Grouping, Table, estimate, gap, metric_of_queries

_MOST = 12  # values of a column: those with most queries
_RARITY = "TrainImages"  # an analysis of its own


def by_part(board: Board) -> dict[str, Any]:
    """Return the scores of the parts of the test, and each against the rest.

    Of a column of classes.csv the classes are what chance draws, not their queries.

    Raises
    ------
    NothingToSay
        No column parts the test (``undivided``).
    """
    runs = best_of_each(board.runs)
    whole = mean_by_query(board, runs)
    parts = {
        grouping: own
        for grouping in _groupings(board)
        if len(own := _parts(grouping, board, whole)) > 1
    }
    if not parts:
        raise NothingToSay("undivided")
    n_together = sum(min(len(own), _MOST) for own in parts.values())
    return {
        "metric": str(metric_of_queries(board.metric)),
        "n_runs": len(runs),
        "value": whole.value,
        "columns": [
            {
                "column": grouping.column,
                "n_more": max(0, len(own) - _MOST),
                "values": list(
                    _values(
                        own,
                        whole,
                        clusters=class_of(board)
                        if _is_of_classes(board, grouping.column)
                        else None,
                        n_together=n_together,
                    )
                ),
            }
            for grouping, own in parts.items()
        ],
    }


def _groupings(board: Board) -> list[Grouping]:
    """Return the columns that a task shows, the organ first: it is what can be chosen in the field."""
    columns = {name for table in _tables(board) if table for name in table.columns} - KEYS
    found = [one for one in map(grouping_of, board.task.subsets) if one.column in columns]
    return sorted(
        (one for one in found if one.column != _RARITY),
        key=lambda one: one.column.casefold() != "organ",
    )


def _is_of_classes(board: Board, column: str) -> bool:
    """Tell whether a column is looked up in classes.csv, the last of the tables."""
    *others, _ = _tables(board)
    return not any(table and column in table.columns for table in others)


def _tables(board: Board) -> tuple[Table | None, ...]:
    public = board.truth.test_set
    return public.queries, public.media, board.truth.table, public.classes


_Parts = Mapping[str, Average]


def _parts(grouping: Grouping, board: Board, whole: Average) -> dict[str, Average]:
    """Return the parts of the test that a column makes and whose scores tell no label, the largest first.

    What every query has, such as either side of each leaf, is no part.
    """
    found = {
        value: part_of(whole, queries)
        for value, queries in grouping.queries_by_value(board.truth, "run").items()
    }
    hidden = withheld({(value,): len(own.units) for value, own in found.items() if own.units})
    shown = [
        (value, own)
        for value, own in found.items()
        if 0 < len(own.units) < len(whole.units) and (value,) not in hidden
    ]
    return dict(sorted(shown, key=lambda pair: -len(pair[1].units)))


def _values(
    parts: _Parts,
    whole: Average,
    *,
    clusters: Mapping[str, str] | None,
    n_together: int,
) -> Iterator[dict[str, Any]]:
    for value, own in list(parts.items())[:_MOST]:
        rest = part_of(whole, frozenset(whole.units) - frozenset(own.units))
        yield {
            "value": value,
            "n": len(own.units),
            "score": plain(estimate(own, clusters)),
            "gap": plain_gap(gap(own, rest, clusters), n_together),
        }
