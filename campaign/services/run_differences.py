"""Two runs beside each other, from their traces: what `campaign.reads.run_differences` puts into words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from campaign.reads.breakdowns import Question
from campaign.reads.run_differences import MOST_CLASSES
from campaign.services.class_names import names_of
from scoring import (
    GroundTruth,
    Pair,
    Trace,
    average,
    class_results,
    compare_cells,
    compare_scores,
    parse_metric,
)

Within = tuple[str, str] | None
Traces = tuple[Trace, Trace]
_Row = tuple[str, int, float, float]  # a class, its queries, the figure of either run


def _scores(
    question: Question, traces: Traces, truth: GroundTruth, within: Within
) -> list[dict[str, Any]]:
    """Return every metric of the leaderboard."""
    metrics = [parse_metric(name) for name in question.evaluation.truth_version.metrics]
    return [_plain(pair) for pair in compare_scores(*traces, truth, metrics, within=within)]


def _plain(pair: Pair) -> dict[str, Any]:
    return {
        "metric": pair.metric,
        "one": pair.one,
        "other": pair.other,
        "n": pair.n,
        "difference": pair.difference.to_json() if pair.difference else None,
    }


def _by_column(
    question: Question, traces: Traces, truth: GroundTruth, within: Within
) -> list[dict[str, Any]]:
    """Return the first metric by the values of a column."""
    [metric] = question.metrics
    cells = compare_cells(*traces, truth, metric, question.groupings, within=within)
    return [
        {"value": cell.values[0], "n": cell.n_queries, "score": _plain(cell.pair)}
        for cell in cells
        if cell.n_queries
    ]


def _queries(
    question: Question, traces: Traces, truth: GroundTruth, within: Within
) -> dict[str, Any]:
    """Return in how many queries both, one, the other and neither answers, and has its first answer right."""
    ranks = traces[0].shape in {"ranked", "segment"}
    return {
        "answered": _counted(traces, truth, "coverage", within),
        "right": _counted(traces, truth, "top_1", within) if ranks else None,
    }


def _counted(traces: Traces, truth: GroundTruth, metric: str, within: Within) -> list[int]:
    one, other = (
        average(trace, truth, parse_metric(metric), within=within).values for trace in traces
    )
    pairs = [(bool(a), bool(b)) for a, b in zip(one, other, strict=True)]
    kinds = ((True, True), (True, False), (False, True), (False, False))
    return [pairs.count(kind) for kind in kinds]


def _classes(
    question: Question, traces: Traces, truth: GroundTruth, within: Within
) -> dict[str, Any]:
    """Return the classes that add most to the difference of the first figure, on either side."""
    one, other = (
        {own.name: own for own in class_results(trace, truth, within=within)} for trace in traces
    )
    figure = next(iter(next(iter(one.values())).figures)) if one else ""
    rows: list[_Row] = []
    for name in sorted(one.keys() & other.keys()):
        mine, theirs = one[name].figures[figure], other[name].figures[figure]
        if mine is not None and theirs is not None:
            rows.append((name, one[name].n, mine, theirs))
    better = _most([row for row in rows if row[2] > row[3]])
    worse = _most([row for row in rows if row[2] < row[3]])
    return {
        "figure": figure,
        "better": better,
        "worse": worse,
        "n_equal": sum(row[2] == row[3] for row in rows),
        "names": names_of(truth, [*better, *worse], 0),
    }


def _most(rows: Sequence[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: (-row[1] * abs(row[2] - row[3]), row[0]))[:MOST_CLASSES]


_Comparer = Callable[[Question, Traces, GroundTruth, Within], Any]
COMPARERS: Mapping[str, _Comparer] = {
    "scores": _scores,
    "by": _by_column,
    "queries": _queries,
    "classes": _classes,
}
