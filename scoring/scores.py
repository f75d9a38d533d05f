"""From a trace to scores: every metric on every subset, without reading the run again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scoring.ground_truth import GroundTruth
from scoring.metrics import Metric
from scoring.problems import shown
from scoring.statistics import Outcome
from scoring.subsets import queries_in
from scoring.trace import Trace, WrongTrace


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
        How many units (queries, or classes) the average is over.
    reason
        Why it is undefined; None where it is not.
    low, high
        The interval; None where there is none.
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
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def score(
    trace: Trace, truth: GroundTruth, metric: Metric, *, within: tuple[str, str] | None = None
) -> Score:
    """Return one metric of a run.

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
    outcomes: Sequence[Outcome] = outcomes_of(trace, truth)
    own = (metric.column, metric.value) if metric.column and metric.value is not None else None
    for column, value in filter(None, (own, within)):
        inside = queries_in(truth, trace.kind, column, value)
        outcomes = [outcome for outcome in outcomes if outcome.query in inside]
        if not outcomes:
            return Score(str(metric), None, 0, f"no query has {shown(f'{column}={value}')}")
    average = metric.average(outcomes)
    return Score(
        metric=str(metric),
        value=average.value,
        n=len(average.units),
        reason=average.reason,
        n_left_out=average.n_left_out,
    )


@lru_cache(maxsize=8)  # many metrics are asked of one trace
def outcomes_of(trace: Trace, truth: GroundTruth) -> tuple[Outcome, ...]:
    """Return what a run made of each judged query, in canonical order."""
    judged = truth.judged(trace.kind)
    if trace.judged != judged.digest:
        raise WrongTrace("the trace is that of another ground truth; read the run again")
    return tuple(
        Outcome(
            query=query,
            foreground=relevant.foreground,
            background=relevant.background,
            foreground_positions=tuple(trace.positions[start : start + len(relevant.foreground)]),
            background_positions=tuple(trace.positions[start + len(relevant.foreground) : end]),
            n_predictions=n_predictions,
        )
        for query, relevant, start, end, n_predictions in zip(
            judged.queries,
            judged.relevant,
            judged.pair_starts,
            judged.pair_starts[1:],
            trace.n_predictions,
            strict=False,  # one start more than queries: the end of the last
        )
    )
