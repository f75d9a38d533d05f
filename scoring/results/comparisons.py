"""Two runs beside each other: what one is better by, on the whole and where, from their traces alone."""

from collections.abc import Sequence

from scoring.metrics.averages import Average
from scoring.metrics.metric import Metric
from scoring.records import dataclass
from scoring.results.breakdowns import cell_averages
from scoring.results.scores import average
from scoring.traces.trace import Trace
from scoring.truth.ground_truth import GroundTruth
from scoring.truth.groupings import Grouping
from scoring.uncertainty.differences import Difference, compare_each


@dataclass(frozen=True)
class Pair:
    """A metric of two runs.

    Attributes
    ----------
    metric
        Its canonical name.
    one, other
        The value of each run; None where it is undefined.
    n
        How many units (queries, classes, authors ...) it is over.
    difference
        What the one is more by than the other; None where there is no paired test. Its corrected
        p-value is that among all pairs it was asked for with.
    """

    metric: str
    one: float | None
    other: float | None
    n: int
    difference: Difference | None


@dataclass(frozen=True)
class PairedCell:
    """A metric of two runs on the queries that have a value; ``n_queries`` of them."""

    values: tuple[str, ...]
    n_queries: int
    pair: Pair


def compare_scores(
    one: Trace,
    other: Trace,
    truth: GroundTruth,
    metrics: Sequence[Metric],
    *,
    within: tuple[str, str] | None = None,
) -> list[Pair]:
    """Return several metrics of two runs, each with its difference.

    Parameters
    ----------
    one, other, truth
        What `scoring.trace_run` left of the runs, and the same ground truth.
    metrics
        What `scoring.parse_metric` returns.
    within
        A column and its value: only the queries that have it, e.g. the public part of a split.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import RunRules, parse_metric, read_ground_truth, trace_run
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> runs = Path("fixtures/practice/leaves-practice.runs")
    >>> names = ("frozen_160.csv.gz", "frozen_224_1_shot.csv.gz")
    >>> one, other = (trace_run(runs / name, truth, RunRules("ranked"))[1] for name in names)
    >>> [pair] = compare_scores(one, other, truth, [parse_metric("top_1")])
    >>> round(pair.difference.value, 4) == round(pair.one - pair.other, 4)
    True
    """
    averages = [
        (average(one, truth, metric, within=within), average(other, truth, metric, within=within))
        for metric in metrics
    ]
    return _pairs(metrics, averages, truth.seed)


def compare_cells(
    one: Trace,
    other: Trace,
    truth: GroundTruth,
    metric: Metric,
    groupings: Sequence[Grouping],
    *,
    within: tuple[str, str] | None = None,
) -> list[PairedCell]:
    """Return a metric of two runs by the values of a column, or of two: where they differ.

    Parameters are those of `compare_scores` and of `breakdown`.
    """
    cells = [
        cell_averages(trace, truth, [metric], groupings, within=within) for trace in (one, other)
    ]
    averages = [
        (a, b)
        for left, right in zip(*cells, strict=True)
        for a, b in [(left.averages[0], right.averages[0])]
    ]
    pairs = _pairs([metric] * len(averages), averages, truth.seed)
    return [
        PairedCell(cell.values, cell.n_queries, pair)
        for cell, pair in zip(cells[0], pairs, strict=True)
    ]


def _pairs(
    metrics: Sequence[Metric], averages: Sequence[tuple[Average, Average]], seed: int
) -> list[Pair]:
    return [
        Pair(str(metric), one.value, other.value, len(one.units or other.units), difference)
        for metric, (one, other), difference in zip(
            metrics, averages, compare_each(averages, seed), strict=True
        )
    ]
