"""From the statistics of queries to one number, and what that is the average of."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from scoring.metrics.outcomes import Results
from scoring.metrics.statistics import Statistic
from scoring.records import dataclass
from scoring.truth.subsets import groups_of

Key = TypeVar("Key")
NO_CLASS = "no query has a relevant class"
NO_FOREGROUND = "no query has a foreground class"
NO_LABEL = "no query has one right class"
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
        places, values = statistic(results, k)
        n_left_out = len(results) - len(values)
        if not values:
            return Average(None, n_left_out=n_left_out, reason=reason)
        return Average(
            mean(values),
            results.queries(places),
            tuple(values),
            n_left_out=n_left_out,
            has_interval=has_interval,
        )

    return average


def over_classes(statistic: Statistic) -> Averaging:
    """Return the mean over classes of the mean over the class's queries.

    A query belongs to its foreground class; with several it would belong to several, and the
    average is undefined. Classes without a query do not count. At a level it is genera, or families.
    """

    def average(results: Results, k: int) -> Average:
        if max(results.part(results.judged.pairs.n_foreground), default=0) > 1:
            return Average(None, reason=SEVERAL_CLASSES)  # which one is hidden
        places, values = statistic(results, k)
        names = results.first_labels(places)
        return mean_of(means(zip(names, values, strict=True)), len(results) - len(values))

    return average


def over_authors(statistic: Statistic) -> Averaging:
    """Return the mean over authors of means over their plants, of means over a plant's images.

    Without images a plant is a query. A query without an author belongs to the author ``unknown``.
    """

    def average(results: Results, k: int) -> Average:
        if not results.has_column("Author"):
            return Average(None, reason="no table has the column 'Author'")
        places, values = statistic(results, k)
        authors = groups_of(results.truth, results.kind, "Author")
        queries, plants = results.judged.queries, results.judged.owners
        by_plant = means(
            ((author, plants[place]), value)
            for place, value in zip(places, values, strict=True)
            for author in authors[queries[place]]
        )
        by_author = means((author, value) for (author, _), value in by_plant.items())
        return mean_of(by_author, len(results) - len(values))

    return average


def median_over_queries(statistic: Statistic) -> Averaging:
    """Return the median over the queries on which a statistic is defined."""

    def average(results: Results, k: int) -> Average:
        places, values = statistic(results, k)
        value = median(values) if values else None
        reason = None if values else NO_FOREGROUND
        if value is not None and math.isinf(value):
            value, reason = None, "for half of the queries no relevant class was found"
        return Average(
            value,
            results.queries(places),
            tuple(values),
            n_left_out=len(results) - len(values),
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
