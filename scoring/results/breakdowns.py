"""Scores by the values of a column, and by those of two: from a trace alone."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from scoring.metrics.averages import Average
from scoring.metrics.metric import Metric
from scoring.metrics.outcomes import Results, results_in
from scoring.records import dataclass
from scoring.results.scores import Score, average_in, scores_of
from scoring.traces.trace import Subset, Trace
from scoring.truth.ground_truth import GroundTruth
from scoring.truth.groupings import Grouping, cells_of


@dataclass(frozen=True)
class Cell:
    """The scores of the queries that have a value of each grouping.

    Attributes
    ----------
    values
        One for each grouping; empty for queries that say none.
    n_queries
        How many have them. A metric may be over fewer, or over other units: `Score.n`.
    scores
        One for each metric; a metric that is undefined here says why.
    """

    values: tuple[str, ...]
    n_queries: int
    scores: tuple[Score, ...]

    @property
    def name(self) -> str:
        """Return the values as one text, e.g. ``leaf + 10-49``."""
        return " + ".join(self.values)


@dataclass(frozen=True)
class Breakdown:
    """The scores of a run by a grouping, or by two: a cross table.

    Attributes
    ----------
    groupings
        One, or two.
    cells
        In the order of their values, the last grouping changing first.
    """

    groupings: tuple[Grouping, ...]
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """Return the groupings as one text, e.g. ``Organ+TrainImages=10,50``."""
        return "+".join(map(str, self.groupings))

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Return the scores by value and metric."""
        return {
            cell.name: {score.metric: score.to_json() for score in cell.scores}
            for cell in self.cells
        }


def breakdown(
    trace: Trace,
    truth: GroundTruth,
    metrics: Sequence[Metric],
    groupings: Sequence[Grouping],
    *,
    within: tuple[str, str] | None = None,
    intervals: bool = False,
) -> Breakdown:
    """Return the metrics of a run by the values of a column, or of two.

    A query whose images, or lines of truth, have several values counts for each of them.

    Parameters
    ----------
    trace, truth
        What `scoring.trace_run` left of the run, and the same ground truth.
    metrics
        What `scoring.parse_metric` returns.
    groupings
        What `scoring.parse_groupings` returns.
    within
        A column and its value: only the queries that have it, e.g. the public part of a split.
    intervals
        Whether to say how sure each score is.

    Raises
    ------
    WrongTrace
        When the trace is that of another ground truth.
    UnknownMetric
        When no table has a column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import RunRules, parse_groupings, parse_metric, read_ground_truth, trace_run
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> _, trace = trace_run(run, truth, RunRules("ranked"))
    >>> found = breakdown(trace, truth, [parse_metric("top_1")], parse_groupings("TrainImages=10,50"))
    >>> [(cell.name, cell.scores[0].value, cell.scores[0].n) for cell in found.cells]
    [('<10', None, 0), ('10-49', 0.9325, 400), ('50+', None, 0)]
    """
    cells = cell_averages(trace, truth, metrics, groupings, within=within)
    averages = [average for cell in cells for average in cell.averages]
    scores = iter(scores_of([*metrics] * len(cells), averages, truth.seed if intervals else None))
    found = (
        Cell(cell.values, cell.n_queries, tuple(islice(scores, len(metrics)))) for cell in cells
    )
    return Breakdown(tuple(groupings), tuple(found))


@dataclass(frozen=True)
class CellAverages:
    """A cell as `Cell` has it, with what its scores are the averages of."""

    values: tuple[str, ...]
    n_queries: int
    averages: tuple[Average, ...]


def cell_averages(
    trace: Trace,
    truth: GroundTruth,
    metrics: Sequence[Metric],
    groupings: Sequence[Grouping],
    *,
    within: tuple[str, str] | None = None,
) -> list[CellAverages]:
    """Return the cells of a table with one average for each metric; parameters as `breakdown`."""
    whole = _Whole(trace, truth, frozenset({within} if within else ()))
    columns = [grouping.column for grouping in groupings]
    return [
        CellAverages(
            values,
            whole.count(queries),
            tuple(
                average_in(
                    whole.part(metric, queries, zip(columns, values, strict=True)), metric, within
                )
                for metric in metrics
            ),
        )
        for values, queries in cells_of(groupings, truth, trace.kind).items()
    ]


class _Whole:
    """What a run made of all queries of a subset, to take the cells from."""

    def __init__(self, trace: Trace, truth: GroundTruth, subset: Subset) -> None:
        self._trace, self._truth, self._subset = trace, truth, subset
        self._places: dict[Subset, dict[str, int]] = {}

    def count(self, queries: frozenset[str]) -> int:
        """Return how many of some queries are in the subset."""
        return len(queries & self._of(self._subset).keys())

    def part(
        self, metric: Metric, queries: frozenset[str], values: Iterable[tuple[str, str]]
    ) -> Results:
        """Return what a metric is asked of: those of the queries that are in its own subset too."""
        subset = metric.subset | self._subset
        own = self._of(subset)
        places = sorted(own[query] for query in queries & own.keys())
        return Results(self._trace, self._truth, subset.union(values), places)

    def _of(self, subset: Subset) -> dict[str, int]:
        """Return the place of each query of a subset."""
        if subset not in self._places:
            results = results_in(self._trace, self._truth, subset)
            queries = results.queries(results.places)
            self._places[subset] = dict(zip(queries, results.places, strict=True))
        return self._places[subset]
