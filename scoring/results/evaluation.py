"""From a run file to all that is said of it: report, scores, breakdowns, warnings."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.metrics.metric import Metric, parse_metric
from scoring.problems import Problem, said
from scoring.records import dataclass
from scoring.results.scores import Score, score, score_all
from scoring.run_files.report import RunReport
from scoring.run_rules import Kind, RunRules
from scoring.traces.trace import Subset, Trace
from scoring.traces.tracing import trace_run
from scoring.truth.ground_truth import GroundTruth
from scoring.truth.subsets import has_column, n_without, values_of
from scoring.version import SCORER_VERSION

if TYPE_CHECKING:
    from scoring.results.breakdowns import Breakdown
    from scoring.truth.groupings import Grouping

_QUERIES_OF_NOBODY = (
    "queries without an Author: %(n)s; s_score counts them as those of one author, 'unknown'"
)
_IMAGES_OF_NOBODY = (
    "images without an Author: %(n)s; s_score counts them as those of one author, 'unknown'"
)
_MAX_RANKED_CELLS = 50
"""For how many cells of a table `cmap` ranks its class columns anew."""


@dataclass(frozen=True, eq=False)
class RunEvaluation:
    """All that is said of a run file.

    Attributes
    ----------
    report
        The judgement on the file.
    trace
        What it is computed from; None for an invalid file, of which only the report says anything.
    n_queries
        Queries (images, for an image run) of the ground truth.
    coverage
        The share of them that have a prediction; None where there is none.
    scores
        One for each metric.
    by
        One for each grouping.
    warnings
        Those of the report, and those that need the truth.
    """

    report: RunReport
    trace: Trace | None = None
    n_queries: int = 0
    coverage: float | None = None
    scores: tuple[Score, ...] = ()
    by: "tuple[Breakdown, ...]" = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def valid(self) -> bool:
        """Return whether the file could be scored."""
        return self.report.valid

    def to_json(self) -> dict[str, Any]:
        """Return what `clefboard score --json` says."""
        if not self.valid:
            return {"problems": [problem.to_json() for problem in self.report.problems]}
        return {
            "scorer": SCORER_VERSION,
            "n_queries": self.n_queries,
            "coverage": self.coverage,
            "metrics": {own.metric: own.to_json() for own in self.scores},
            "by": {table.name: table.to_json() for table in self.by},
            "warnings": [warning.to_json() for warning in self.warnings],
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return the scores as flat rows, e.g. for `pandas.DataFrame`.

        The columns are metric, column, value, score, low, high and n; column and value are None for
        all queries.
        """
        found = [_row(own, None, None) for own in self.scores]
        for table in self.by:
            found += [
                _row(own, table.name, cell.name) for cell in table.cells for own in cell.scores
            ]
        return found


def evaluate_run(
    path: Path,
    truth: GroundTruth,
    rules: RunRules,
    metrics: Sequence[Metric | str],
    *,
    kind: Kind = "run",
    by: Sequence[str] = (),
    intervals: bool = False,
) -> RunEvaluation:
    """Read a run file, and say all there is to say of it.

    Parameters
    ----------
    path
        The file, plain or packed.
    truth, rules
        The task.
    metrics
        Names such as ``mrr`` or ``top_1@Organ=leaf``, or what `scoring.parse_metric` returns; the
        first one is the primary one.
    kind
        ``run``, or ``image_run`` for one that answers images.
    by
        Columns whose values are scored each: ``Organ``, ``TrainImages=10,50,200`` (bands),
        ``Organ+TrainImages=10,50,200`` (both crossed).
    intervals
        Whether to say how sure each score is. Then there is a warning, too, where the primary metric
        is not told from chance.

    Raises
    ------
    UnknownMetric, WrongGrouping
        Before the file is read.

    Examples
    --------
    >>> from scoring import read_ground_truth
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> found = evaluate_run(run, truth, RunRules("ranked"), ["mrr", "top_1"], intervals=True)
    >>> found.to_json()["metrics"]["top_1"]
    {'value': 0.9325, 'low': 0.9075, 'high': 0.955, 'n': 400}
    >>> found.rows()[1]["score"]
    0.9325
    """
    wanted = [parse_metric(metric) if isinstance(metric, str) else metric for metric in metrics]
    groupings = _groupings(by)
    _need_columns(truth, kind, wanted, groupings)
    report, trace = trace_run(
        path,
        truth,
        rules,
        kind=kind,
        metrics=wanted,
        parts=_parts(truth, kind, groupings),
        chance=intervals,
    )
    if trace is None:
        return RunEvaluation(report)
    scores = score_all(trace, truth, wanted, intervals=intervals)
    tables = _tables(trace, truth, wanted, groupings, intervals=intervals)
    chance = near_chance(trace, truth, wanted[0], scores[0]) if wanted else None
    authors = without_author(truth, kind) if any(_is_by_author(own) for own in wanted) else None
    return RunEvaluation(
        report=report,
        trace=trace,
        n_queries=len(truth.judged(kind).queries),
        coverage=score(trace, truth, parse_metric("coverage")).value,
        scores=tuple(scores),
        by=tables,
        warnings=(*report.warnings, *filter(None, (chance, authors))),
    )


def near_chance(
    trace: Trace,
    truth: GroundTruth,
    metric: Metric,
    found: Score,
    *,
    within: tuple[str, str] | None = None,
) -> Problem | None:
    """Return a warning where a score is not told from what the file scores with its classes permuted.

    Parameters
    ----------
    trace, truth
        What `scoring.trace_run` left of the run, and the same ground truth.
    metric
        The primary metric.
    found
        Its score, with the interval.
    within
        A column and its value, where it was asked of these queries only.

    Returns
    -------
    warning
        None where the interval is clear of chance, where there is no interval, and where chance was
        not counted: without a list of classes, or when the file was read for other things.
    """
    if found.value is None or found.low is None or found.high is None:
        return None
    if metric.level:  # of genera no chance was counted
        return None
    from scoring.traces.chance import by_chance  # noqa: PLC0415  # few are asked how sure they are

    permuted = by_chance(trace, truth)
    if permuted is None:
        return None
    chance = score(permuted, truth, metric, within=within).value
    if chance is None or not found.low <= chance <= found.high:
        return None
    return Problem(
        "near_chance",
        said(
            "%(metric)s is %(value)s (%(low)s to %(high)s), and with the classes permuted the same "
            "file scores %(chance)s: are the ids of classes and queries right?",
            metric=found.metric,
            value=found.value,
            low=found.low,
            high=found.high,
            chance=chance,
        ),
    )


def without_author(truth: GroundTruth, kind: Kind = "run") -> Problem | None:
    """Return a warning where queries have no author: `s_score` takes them as those of one author."""
    if not has_column(truth, kind, "Author") or not (n := n_without(truth, kind, "Author")):
        return None
    template = _IMAGES_OF_NOBODY if kind == "image_run" else _QUERIES_OF_NOBODY
    return Problem("unknown_author", said(template, n=n), count=n)


def _is_by_author(metric: Metric) -> bool:
    return metric.record.needs_column == "Author"


def _need_columns(
    truth: GroundTruth,
    kind: Kind,
    metrics: Sequence[Metric],
    groupings: "Sequence[Sequence[Grouping]]",
) -> None:
    """Look up every column once: a large file is not read for a name that is mistyped."""
    for grouping in (grouping for own in groupings for grouping in own):
        values_of(truth, kind, grouping.column)
    for metric in metrics:
        if metric.column is not None:
            values_of(truth, kind, metric.column)


def _groupings(texts: Sequence[str]) -> "list[tuple[Grouping, ...]]":
    if not texts:
        return []
    from scoring.truth.groupings import parse_groupings  # noqa: PLC0415  # most runs are scored whole

    return list(map(parse_groupings, texts))


def _parts(
    truth: GroundTruth, kind: Kind, groupings: "Sequence[Sequence[Grouping]]"
) -> list[Subset]:
    """Return the cells of tables, on which `cmap` has to be counted while the file is read."""
    if not groupings:
        return []
    from scoring.truth.groupings import cells_of  # noqa: PLC0415  # as above

    parts: list[Subset] = []
    for own in groupings:
        columns = [grouping.column for grouping in own]
        cells = cells_of(own, truth, kind)
        if len(cells) <= _MAX_RANKED_CELLS:
            parts += [frozenset(zip(columns, values, strict=True)) for values in cells]
    return parts


def _tables(
    trace: Trace,
    truth: GroundTruth,
    metrics: Sequence[Metric],
    groupings: "Sequence[Sequence[Grouping]]",
    *,
    intervals: bool,
) -> "tuple[Breakdown, ...]":
    if not groupings:
        return ()
    from scoring.results.breakdowns import breakdown  # noqa: PLC0415  # as above

    return tuple(breakdown(trace, truth, metrics, own, intervals=intervals) for own in groupings)


def _row(own: Score, column: str | None, value: str | None) -> dict[str, Any]:
    return {
        "metric": own.metric,
        "column": column,
        "value": value,
        "score": own.value,
        "low": own.low,
        "high": own.high,
        "n": own.n,
    }
