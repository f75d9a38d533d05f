"""From a trace to scores: every metric on every subset, without reading the run again."""

from collections.abc import Sequence
from typing import Any

from scoring.metrics.averages import Average
from scoring.metrics.metric import Metric
from scoring.metrics.outcomes import Results, results_in
from scoring.problems import shown
from scoring.records import dataclass, replace
from scoring.traces.trace import Trace
from scoring.truth.ground_truth import GroundTruth


@dataclass(frozen=True)
class Score:
    """One metric of one run.

    Attributes
    ----------
    metric
        Its canonical name.
    value
        None where it is undefined.
    n
        How many units (queries, classes, authors ...) the average is over.
    reason
        Why it is undefined; None where it is not.
    low, high
        The 95 % interval; None where there is none, or none was asked for.
    n_left_out
        Queries on which the statistic is not defined, e.g. without a relevant class.
    """

    metric: str
    value: float | None
    n: int
    reason: str | None = None
    low: float | None = None
    high: float | None = None
    n_left_out: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return what the command line and the API say of a score."""
        found = {"value": self.value, "low": self.low, "high": self.high, "n": self.n}
        return found if self.reason is None else found | {"reason": self.reason}


def score(
    trace: Trace, truth: GroundTruth, metric: Metric, *, within: tuple[str, str] | None = None
) -> Score:
    """Return one metric of a run, without its interval.

    Parameters
    ----------
    trace
        What `scoring.trace_run` left of the run.
    truth
        The same ground truth.
    metric
        What `scoring.parse_metric` returns.
    within
        A column and its value: only the queries that have it, e.g. the public part of a split.

    Raises
    ------
    WrongTrace
        When the trace is that of another ground truth.
    UnknownMetric
        When the metric's subset names a column that there is not.
    """
    return _score(metric, average(trace, truth, metric, within=within))


def score_all(
    trace: Trace,
    truth: GroundTruth,
    metrics: Sequence[Metric],
    *,
    within: tuple[str, str] | None = None,
    intervals: bool = True,
) -> list[Score]:
    """Return several metrics of a run, each with its interval.

    Parameters and errors are those of `score`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import RunRules, parse_metric, read_ground_truth, trace_run
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> _, trace = trace_run(run, truth, RunRules("ranked"))
    >>> [found] = score_all(trace, truth, [parse_metric("top_1")])
    >>> found.low, found.value, found.high
    (0.9075, 0.9325, 0.955)
    """
    averages = [average(trace, truth, metric, within=within) for metric in metrics]
    return scores_of(metrics, averages, truth.seed if intervals else None)


def average(
    trace: Trace, truth: GroundTruth, metric: Metric, *, within: tuple[str, str] | None = None
) -> Average:
    """Return one metric of a run as what it is the average of; parameters and errors as `score`."""
    subset = metric.subset | (frozenset({within}) if within else frozenset())
    return average_in(results_in(trace, truth, subset), metric, within)


def average_in(results: Results, metric: Metric, within: tuple[str, str] | None = None) -> Average:
    """Return one metric over the queries of a subset; what `within` says may be hidden: none names it."""
    if results.subset and not results.places:
        named = sorted(pair for pair in results.subset if pair != within)
        wanted = " and ".join(f"{column}={value}" for column, value in named)
        part = "no query of this part" if within else "no query"
        return Average(
            None, reason=f"{part} has {shown(wanted)}" if named else "this part has no query"
        )
    return metric.average(results)


def scores_of(
    metrics: Sequence[Metric], averages: Sequence[Average], seed: int | None
) -> list[Score]:
    """Return the scores that averages are; with a seed, each with its interval."""
    scores = [_score(metric, own) for metric, own in zip(metrics, averages, strict=True)]
    if seed is None:
        return scores
    from scoring.uncertainty.bootstrap import intervals  # noqa: PLC0415  # loads numpy

    found = intervals(averages, seed)
    return [
        replace(own, low=both[0], high=both[1]) if both else own
        for own, both in zip(scores, found, strict=True)
    ]


def _score(metric: Metric, own: Average) -> Score:
    return Score(
        metric=str(metric),
        value=own.value,
        n=len(own.units),
        reason=own.reason,
        n_left_out=own.n_left_out,
    )
