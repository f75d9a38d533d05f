"""The metrics: one table of records, each with a pure function.

A metric is a statistic of one query, averaged in one way, on one subset. A statistic is None where it
is not defined for a query; such a query is left out of the average.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, NamedTuple

from scoring.nearest import did_you_mean
from scoring.problems import shown

Direction = Literal["higher", "lower"]

_MAX_NAME = 200
_CUTOFF = re.compile(r"_([1-9][0-9]{0,8})$")


class UnknownMetric(ValueError):
    """A name that is no metric's, or one that does not fit its task; the text says what would be right."""


class Outcome(NamedTuple):
    """What a run made of one query.

    Attributes
    ----------
    query
        Its id.
    foreground, background
        Its relevant classes.
    foreground_positions, background_positions
        The position of each of them in the run's answer; 0 for one that was not found.
    n_predictions
        How many classes were answered.
    """

    query: str
    foreground: tuple[str, ...]
    background: tuple[str, ...]
    foreground_positions: tuple[int, ...]
    background_positions: tuple[int, ...]
    n_predictions: int


Statistic = Callable[[Outcome, int], float | None]


# ---------------------------------------------------------------- statistics of one query
def reciprocal_rank(outcome: Outcome, _: int = 0) -> float | None:
    r"""Return 1 / position of the first relevant class, 0 where none was found.

    .. math:: RR(q) = 1 / \min_{c \in F_q} pos_q(c)

    Undefined without a foreground class.
    """
    if not outcome.foreground:
        return None
    return 1 / first if (first := _first(outcome.foreground_positions)) else 0.0


def hit(outcome: Outcome, k: int) -> float | None:
    """Return 1 when a relevant class stands at position k or before, else 0.

    Undefined without a foreground class.
    """
    if not outcome.foreground:
        return None
    return float(0 < _first(outcome.foreground_positions) <= k)


def average_precision(outcome: Outcome, _: int = 0) -> float | None:
    r"""Return the average precision over all relevant classes, background included.

    .. math:: AP(q) = \frac{1}{|R_q|} \sum_{c \in R_q \text{ found}} \frac{|\{c' \in R_q: pos_q(c') \le pos_q(c)\}|}{pos_q(c)}

    Undefined without a relevant class.
    """
    return _average_precision(outcome.foreground_positions + outcome.background_positions)


def average_precision_foreground(outcome: Outcome, _: int = 0) -> float | None:
    """Return the average precision over the foreground classes alone.

    Background classes count as wrong ones that keep their place. Undefined without a foreground
    class.
    """
    return _average_precision(outcome.foreground_positions)


def is_answered(outcome: Outcome, _: int = 0) -> float:
    """Return 1 when the query has a prediction, else 0; defined for every query."""
    return float(outcome.n_predictions > 0)


def first_position(outcome: Outcome, _: int = 0) -> float | None:
    """Return the position of the first relevant class, infinite where none was found.

    Undefined without a foreground class.
    """
    if not outcome.foreground:
        return None
    return float(_first(outcome.foreground_positions) or math.inf)


def _first(positions: Sequence[int]) -> int:
    return min((position for position in positions if position), default=0)


def _average_precision(positions: Sequence[int]) -> float | None:
    if not positions:
        return None
    found = sorted(position for position in positions if position)
    precisions = [place / position for place, position in enumerate(found, start=1)]
    return math.fsum(precisions) / len(positions)


# ---------------------------------------------------------------- averages
@dataclass(frozen=True)
class Average:
    """An average and what it is over; `value` is None where it is undefined, `reason` says why.

    Attributes
    ----------
    units
        The values averaged, by unit (query or class), in query order: what intervals resample.
    n_left_out
        Queries on which the statistic is not defined.
    """

    value: float | None
    units: Mapping[str, float] = field(default_factory=dict)
    n_left_out: int = 0
    reason: str | None = None


def over_queries(outcomes: Sequence[Outcome], statistic: Statistic, k: int) -> Average:
    """Return the mean over the queries on which the statistic is defined."""
    units = _defined(outcomes, statistic, k)
    return _average(units, mean, outcomes)


def over_classes(outcomes: Sequence[Outcome], statistic: Statistic, k: int) -> Average:
    """Return the mean over classes of the mean over the class's queries.

    A query belongs to its foreground class; with several it would belong to several, and the
    average is undefined. Classes without a query do not count.
    """
    values = _defined(outcomes, statistic, k)
    by_class: dict[str, list[float]] = {}
    for outcome in outcomes:
        if len(outcome.foreground) > 1:
            return Average(None, reason=f"the query {shown(outcome.query)} has several classes")
        if outcome.query in values:
            by_class.setdefault(outcome.foreground[0], []).append(values[outcome.query])
    units = {name: mean(by_class[name]) for name in sorted(by_class)}
    return _average(units, mean, outcomes, n_left_out=len(outcomes) - len(values))


def median_over_queries(outcomes: Sequence[Outcome], statistic: Statistic, k: int) -> Average:
    """Return the median over the queries on which the statistic is defined."""
    return _average(_defined(outcomes, statistic, k), median, outcomes)


def mean(values: Sequence[float]) -> float:
    """Return the mean of an exact sum: the order of the values never shows in the last digit."""
    return math.fsum(values) / len(values)


def _defined(outcomes: Sequence[Outcome], statistic: Statistic, k: int) -> dict[str, float]:
    values = ((outcome.query, statistic(outcome, k)) for outcome in outcomes)
    return {query: value for query, value in values if value is not None}


def _average(
    units: Mapping[str, float],
    reduce: Callable[[Sequence[float]], float],
    outcomes: Sequence[Outcome],
    n_left_out: int | None = None,
) -> Average:
    n_left_out = len(outcomes) - len(units) if n_left_out is None else n_left_out
    if not units:
        return Average(None, {}, n_left_out, "no query has a relevant class")
    value = reduce(list(units.values()))
    if math.isinf(value):
        return Average(
            None, units, n_left_out, "for half of the queries no relevant class was found"
        )
    return Average(value, units, n_left_out)


# ---------------------------------------------------------------- the table
@dataclass(frozen=True)
class MetricRecord:
    """One metric, or one family of metrics with a cut-off ``k`` in the name.

    Attributes
    ----------
    name
        As it is written; ``_k`` stands for ``_1``, ``_2`` and so on.
    definition
        In one sentence.
    direction
        Whether ``higher`` or ``lower`` is better.
    range
        The smallest and the greatest value.
    reference
        Where it comes from.
    undefined
        When it has no value.
    statistic, average
        The function of one query, and the one over all of them.
    """

    name: str
    definition: str
    direction: Direction
    range: tuple[float, float]
    reference: str
    undefined: str
    statistic: Statistic
    average: Callable[[Sequence[Outcome], Statistic, int], Average]

    @property
    def has_cutoff(self) -> bool:
        """Return whether the name ends in a number."""
        return self.name.endswith("_k")


_NO_FOREGROUND = "no query has a foreground class"
_SEVERAL = f"a query has several foreground classes, or {_NO_FOREGROUND}"

METRICS: Mapping[str, MetricRecord] = {
    record.name: record
    for record in (
        MetricRecord(
            name="mrr",
            definition="mean of 1 / position of the first relevant class",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2017",
            undefined=_NO_FOREGROUND,
            statistic=reciprocal_rank,
            average=over_queries,
        ),
        MetricRecord(
            name="top_k",
            definition="share of queries with a relevant class at position k or before",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2017",
            undefined=_NO_FOREGROUND,
            statistic=hit,
            average=over_queries,
        ),
        MetricRecord(
            name="map",
            definition="mean of the average precision over all relevant classes",
            direction="higher",
            range=(0, 1),
            reference="BirdCLEF 2014-2017",
            undefined="no query has a relevant class",
            statistic=average_precision,
            average=over_queries,
        ),
        MetricRecord(
            name="map_foreground",
            definition="mean of the average precision over the foreground classes",
            direction="higher",
            range=(0, 1),
            reference="BirdCLEF 2014-2017",
            undefined=_NO_FOREGROUND,
            statistic=average_precision_foreground,
            average=over_queries,
        ),
        MetricRecord(
            name="macro_mrr",
            definition="mean over classes of the mean of 1 / position over the class's queries",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2022 (MA-MRR)",
            undefined=_SEVERAL,
            statistic=reciprocal_rank,
            average=over_classes,
        ),
        MetricRecord(
            name="macro_top_k",
            definition="mean over classes of the share of the class's queries answered right by position k",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2022 (MA-MRR), with the cut-off of top_k",
            undefined=_SEVERAL,
            statistic=hit,
            average=over_classes,
        ),
        MetricRecord(
            name="coverage",
            definition="share of queries that have a prediction",
            direction="higher",
            range=(0, 1),
            reference="descriptive",
            undefined="never",
            statistic=is_answered,
            average=over_queries,
        ),
        MetricRecord(
            name="median_position",
            definition="median position of the first relevant class, infinite where it is not found",
            direction="lower",
            range=(1, math.inf),
            reference="descriptive",
            undefined=f"the median is infinite, or {_NO_FOREGROUND}",
            statistic=first_position,
            average=median_over_queries,
        ),
    )
}


@dataclass(frozen=True)
class Metric:
    """A metric of the table, with its cut-off and its subset.

    Attributes
    ----------
    record
        The line of the table.
    k
        The cut-off; 0 for a metric that has none.
    column, value
        The subset; None for all queries.
    """

    record: MetricRecord
    k: int = 0
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        return self.name if self.column is None else f"{self.name}@{self.column}={self.value}"

    @property
    def name(self) -> str:
        """Return the name without the subset, e.g. ``top_5``."""
        return f"{self.record.name[:-1]}{self.k}" if self.record.has_cutoff else self.record.name

    @property
    def direction(self) -> Direction:
        """Return whether higher or lower is better."""
        return self.record.direction

    def average(self, outcomes: Sequence[Outcome]) -> Average:
        """Return the metric over some queries."""
        return self.record.average(outcomes, self.record.statistic, self.k)


def parse_metric(text: str) -> Metric:
    """Return the metric of a name such as ``mrr``, ``top_5`` or ``top_1@Domain=photo``.

    Raises
    ------
    UnknownMetric
        When no metric has this name.

    Examples
    --------
    >>> metric = parse_metric("top_5@Organ=leaf")
    >>> metric.name, metric.direction, metric.column, metric.value
    ('top_5', 'higher', 'Organ', 'leaf')
    >>> str(metric)
    'top_5@Organ=leaf'
    """
    if len(text) > _MAX_NAME:
        raise UnknownMetric(f"the metric {shown(text)} is longer than {_MAX_NAME} characters")
    name, at, subset = text.partition("@")
    column, equals, value = subset.partition("=")
    if at and not (column and equals and value):
        raise UnknownMetric(
            f"the subset of {shown(text)} is not whole; right is metric@Column=value, "
            f"e.g. top_1@Domain=photo"
        )
    record, k = _find(name)
    return Metric(record, k, column, value) if at else Metric(record, k)


def _find(name: str) -> tuple[MetricRecord, int]:
    if name in METRICS and not METRICS[name].has_cutoff:
        return METRICS[name], 0
    cutoff = _CUTOFF.search(name)
    if cutoff and (family := f"{name[: cutoff.start()]}_k") in METRICS:
        return METRICS[family], int(cutoff[1])
    examples = [n.replace("_k", "_1") for n in METRICS]
    hint = (
        did_you_mean(name, examples) or f"; there are {', '.join(METRICS)} (k is a number, e.g. 5)"
    )
    raise UnknownMetric(f"no metric is called {shown(name)}{hint}")
