"""From the statistics of queries to one number, and what that is the average of."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.problems import shown
from scoring.statistics import Outcome, Statistic


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


def median(values: Sequence[float]) -> float:
    """Return the middle value, or the mean of the two in the middle.

    Examples
    --------
    >>> median([3, 1, 2]), median([1, 2, 3, math.inf])
    (2, 2.5)
    """
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


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
