"""What several runs make of each query on average: what analyses by content compare."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import Board, BoardRun
from scoring import Average, Estimate, average_of, mean_average

CONFIDENCE = 0.99  # of findings, as by method: tasks are many


def mean_by_query(board: Board, runs: Iterable[BoardRun]) -> Average:
    """Return what runs make of each query of the board's part, on average.

    Raises
    ------
    NothingToSay
        Their metric says nothing of single queries (``no_queries``).
    """
    found = [board.by_query[run.pk] for run in runs]
    queries = set(board.truth.relevant)
    if any(own.value is None or not queries.issuperset(own.units) for own in found):
        raise NothingToSay("no_queries")
    return mean_average(found)


def part_of(whole: Average, units: Iterable[str]) -> Average:
    """Return what an average is over some of its units."""
    wanted = frozenset(units)
    pairs = [pair for pair in zip(whole.units, whole.values, strict=True) if pair[0] in wanted]
    return average_of([unit for unit, _ in pairs], [value for _, value in pairs])


def plain(
    found: Estimate, n_together: int = 1, confidence: float = 0.95
) -> dict[str, float | None]:
    """Return an estimate with its interval as plain data."""
    low, high = found.interval(n_together, confidence) or (None, None)
    return {"value": found.value, "low": low, "high": high}


def plain_gap(found: Estimate, n_together: int) -> dict[str, float | None]:
    """Return a gap as plain data, its interval wide enough to tell a finding among so many gaps."""
    return plain(found, n_together, CONFIDENCE)


def class_of(board: Board) -> Mapping[str, str]:
    """Return the class of each query, by which columns of classes.csv go: its first foreground one."""
    return board.truth.first_class


def column_of_classes(board: Board, name: str) -> Mapping[str, str]:
    """Return a column of classes.csv by class; empty where there is none."""
    table = board.truth.test_set.classes
    columns: Mapping[str, Sequence[Any]] = table.columns if table else {}
    return dict(zip(columns.get("ClassId", ()), columns.get(name, ()), strict=False))
