"""From the statistics of queries to one number, and what that is the average of."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scoring.metrics.outcomes import Outcome, Results
from scoring.metrics.statistics import Statistic
from scoring.truth.subsets import groups_of

Key = TypeVar("Key")
NO_CLASS = "no query has a relevant class"
NO_FOREGROUND = "no query has a foreground class"
SEVERAL_CLASSES = "a query has several foreground classes"


@dataclass(frozen=True)
class Average:
    """An average and what it is over: ``scale * sum(w * v) / sum(w)`` over its units.

    Attributes
    ----------
    value
        None where it is undefined; `reason` says why.
    units
        The outermost units of the averaging (queries, classes, authors, transects), sorted: what
        intervals resample.
    values
        One for each unit.
    weights
        One for each unit; None where all weigh alike.
    scale
        1, except for a sum: then the number of units.
    n_left_out
        Queries on which the statistic is not defined.
    reason
        Why it is undefined.
    has_interval
        False for what is no mean of its units, such as a median.
    """

    value: float | None
    units: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] | None = None
    scale: float = 1.0
    n_left_out: int = 0
    reason: str | None = None
    has_interval: bool = True


Averaging = Callable[[Results, int], Average]
"""From what a run made of some queries, and a cut-off, to one number."""


def over_queries(
    statistic: Statistic, *, has_interval: bool = True, reason: str = NO_FOREGROUND
) -> Averaging:
    """Return the mean over the queries on which a statistic is defined; `reason` if it is on none."""

    def average(results: Results, k: int) -> Average:
        values = _defined(results.outcomes, statistic, k)
        n_left_out = len(results.outcomes) - len(values)
        return mean_of(values, n_left_out, has_interval=has_interval, reason=reason)

    return average


def over_classes(statistic: Statistic) -> Averaging:
    """Return the mean over classes of the mean over the class's queries.

    A query belongs to its foreground class; with several it would belong to several, and the
    average is undefined. Classes without a query do not count.
    """

    def average(results: Results, k: int) -> Average:
        if any(len(outcome.foreground) > 1 for outcome in results.outcomes):
            return Average(None, reason=SEVERAL_CLASSES)  # which one is hidden
        values = _defined(results.outcomes, statistic, k)
        pairs = ((o.foreground[0], values[o.query]) for o in results.outcomes if o.query in values)
        return mean_of(means(pairs), len(results.outcomes) - len(values))

    return average


def over_authors(statistic: Statistic) -> Averaging:
    """Return the mean over authors of means over their plants, of means over a plant's images.

    Without images a plant is a query. A query without an author belongs to the author ``unknown``.
    """

    def average(results: Results, k: int) -> Average:
        if not results.has_column("Author"):
            return Average(None, reason="no table has the column 'Author'")
        values = _defined(results.outcomes, statistic, k)
        authors = groups_of(results.truth, results.kind, "Author")
        plants = {outcome.query: outcome.owner for outcome in results.outcomes}
        by_plant = means(((a, plants[q]), v) for q, v in values.items() for a in authors[q])
        by_author = means((author, value) for (author, _), value in by_plant.items())
        return mean_of(by_author, len(results.outcomes) - len(values))

    return average


def median_over_queries(statistic: Statistic) -> Averaging:
    """Return the median over the queries on which a statistic is defined."""

    def average(results: Results, k: int) -> Average:
        values = _defined(results.outcomes, statistic, k)
        n_left_out = len(results.outcomes) - len(values)
        value = median(list(values.values())) if values else None
        reason = None if values else NO_FOREGROUND
        if value is not None and math.isinf(value):
            value, reason = None, "for half of the queries no relevant class was found"
        return Average(
            value,
            tuple(values),
            tuple(values.values()),
            n_left_out=n_left_out,
            reason=reason,
            has_interval=False,
        )

    return average


def mean_of(
    values: Mapping[str, float],
    n_left_out: int = 0,
    *,
    has_interval: bool = True,
    reason: str = NO_FOREGROUND,
) -> Average:
    """Return the mean over units; `reason` says why there may be none."""
    units = tuple(sorted(values))
    if not units:
        return Average(None, n_left_out=n_left_out, reason=reason)
    ordered = tuple(values[unit] for unit in units)
    return Average(mean(ordered), units, ordered, n_left_out=n_left_out, has_interval=has_interval)


def means(pairs: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """Return the mean of the values of each key.

    Examples
    --------
    >>> means([("a", 1.0), ("b", 0.5), ("a", 0.0)])
    {'a': 0.5, 'b': 0.5}
    """
    values: dict[Key, list[float]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return {key: mean(own) for key, own in values.items()}


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
