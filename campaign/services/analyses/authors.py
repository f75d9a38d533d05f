"""Whether a score depends on who took the pictures."""

from typing import Any

from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import Board, best_of_each
from campaign.services.analyses.by_query import CONFIDENCE, mean_by_query, part_of
from scoring import (
    Grouping,
    Histogram,
    UnknownMetric,
    group_histogram,
    group_spread,
    metric_of_queries,
)

COLUMN = "Author"
_LEAST = (5, 2)  # queries of an author whose mean is drawn: of few, chance spreads it


def by_author(board: Board) -> dict[str, Any]:
    """Return how far the scores of authors lie apart beyond chance, and how many authors have which.

    Raises
    ------
    NothingToSay
        Queries have no author (``no_authors``), or too few authors have several queries (``few_authors``).
    """
    author_of = _author_of(board)
    if not author_of:
        raise NothingToSay("no_authors")
    runs = best_of_each(board.runs)
    by_query = part_of(mean_by_query(board, runs), author_of)
    spread = group_spread(by_query, author_of, board.truth.seed, confidence=CONFIDENCE)
    drawn = (
        (least, group_histogram(by_query, author_of, board.truth.seed, least=least))
        for least in _LEAST
    )
    least, histogram = next((pair for pair in drawn if pair[1]), (0, None))
    if spread is None or histogram is None:
        raise NothingToSay("few_authors")
    own = {
        "column": COLUMN,
        "n_authors": spread.n_groups,
        "n_queries": spread.n_units,
        "spread": {"value": spread.value, "low": spread.low, "high": spread.high},
        "least": least,
        "histogram": _plain(histogram),
    }
    return {
        "metric": str(metric_of_queries(board.metric)),
        "n_runs": len(runs),
        "columns": [own],
    }


def _author_of(board: Board) -> dict[str, str]:
    """Return the author of each query; of several, the first by name."""
    try:
        queries = Grouping(COLUMN).queries_by_value(board.truth, "run")
    except UnknownMetric:
        return {}
    named = sorted((name, own) for name, own in queries.items() if name)
    return {query: name for name, own in reversed(named) for query in own}


def _plain(histogram: Histogram) -> dict[str, list[float]]:
    return {
        "edges": list(histogram.edges),
        "counts": list(histogram.counts),
        "expected": list(histogram.expected),
        "low": list(histogram.low),
        "high": list(histogram.high),
    }
