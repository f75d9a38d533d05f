r"""How much a score depends on a group of queries, such as those of one author, beyond chance.

With :math:`n_g` queries in group :math:`g`, :math:`N` in all and :math:`G` groups, the variance between
groups is estimated as analysis of variance does (Searle, Casella and McCulloch 1992, *Variance
Components*, chapter 3), so that it is 0 on average where groups are drawn by chance:

.. math::
    \hat\sigma^2 = \frac{MSB - MSW}{n_0} \qquad
    n_0 = \frac{1}{G - 1} \Bigl( N - \sum_g n_g^2 / N \Bigr)

Its interval resamples the groups, each with all its queries (Field and Welsh 2007, *JRSS B* 69, 369-390).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import copysign, sqrt

import numpy as np
from numpy.typing import NDArray

from scoring.metrics.averages import Average
from scoring.uncertainty.bootstrap import LEAST_UNITS
from scoring.uncertainty.draws import draw_counts
from scoring.uncertainty.exact_sums import Vector, exact_sums

_SHUFFLES = 1_000
_BINS = 10


@dataclass(frozen=True)
class Spread:
    """How far the scores of groups lie apart, beyond what chance makes of groups of their sizes.

    Attributes
    ----------
    value, low, high
        The standard deviation between groups, with its interval. Negative where groups are more
        alike than chance makes them; it is told from chance where `low` is positive.
    n_groups, n_units
        What it is over.
    """

    value: float
    low: float
    high: float
    n_groups: int
    n_units: int


@dataclass(frozen=True)
class Histogram:
    """How many groups have which mean, and how many would have it by chance.

    Attributes
    ----------
    edges
        Of the bins: one more than there are bins.
    counts
        Groups in each bin.
    expected, low, high
        The same where units are dealt to the groups by chance: the mean, and where 95 % of the deals lie.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    expected: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def group_spread(
    average: Average, group_of: Mapping[str, str], seed: int, *, confidence: float = 0.95
) -> Spread | None:
    """Return how far the means of groups of units lie apart, beyond chance.

    Parameters
    ----------
    average
        A plain mean over its units.
    group_of
        The group of each unit.
    seed
        That of the ground truth, `GroundTruth.seed`.
    confidence
        Of the interval.

    Returns
    -------
    spread
        None where there are fewer than ten groups, or fewer than ten of several units.

    Examples
    --------
    >>> units = tuple(map(str, range(60)))
    >>> halves = Average(0.5, units, (0.0,) * 30 + (1.0,) * 30)
    >>> found = group_spread(halves, {unit: str(int(unit) // 3) for unit in units}, seed=1)
    >>> round(found.value, 3), found.n_groups
    (0.513, 20)
    """
    values, codes = _coded(average, group_of)
    sizes = np.bincount(codes).astype(float)
    if np.count_nonzero(sizes > 1) < LEAST_UNITS:
        return None
    sums = np.bincount(codes, values)
    columns = [sizes, sums, np.bincount(codes, values**2), sums**2 / sizes, sizes**2]
    places = np.arange(len(sizes), dtype=np.int32)
    drawn = exact_sums(draw_counts(places, seed), columns, len(sizes))
    ends = (50 * (1 - confidence), 50 * (1 + confidence))
    low, high = np.percentile(_variance(len(sizes), drawn), ends)
    [value] = _variance(len(sizes), [np.array([column.sum()]) for column in columns])
    return Spread(_root(value), _root(low), _root(high), len(sizes), len(values))


def group_histogram(
    average: Average, group_of: Mapping[str, str], seed: int, *, least: int
) -> Histogram | None:
    """Return how many groups have which mean; parameters as `group_spread`.

    Parameters
    ----------
    least
        Groups of fewer units do not count: chance alone spreads their means.

    Returns
    -------
    histogram
        None where there are fewer than ten groups of so many units, or all units have one value.

    Examples
    --------
    >>> units = tuple(map(str, range(60)))
    >>> halves = Average(0.5, units, (0.0,) * 30 + (1.0,) * 30)
    >>> group_of = {unit: str(int(unit) // 3) for unit in units}
    >>> group_histogram(halves, group_of, seed=1, least=3).counts
    (10, 0, 0, 0, 0, 0, 0, 0, 0, 10)
    """
    values, codes = _coded(average, group_of)
    sizes = np.bincount(codes)
    counted = sizes >= least
    if np.count_nonzero(counted) < LEAST_UNITS or values.min() == values.max():
        return None
    edges = np.linspace(values.min(), values.max(), _BINS + 1)
    generator = np.random.Generator(np.random.PCG64(seed))

    def counts(dealt: Vector) -> NDArray[np.int64]:
        means = np.bincount(codes, dealt)[counted] / sizes[counted]
        found: NDArray[np.int64] = np.histogram(means.clip(edges[0], edges[-1]), edges)[0]
        return found

    by_chance = np.array([counts(generator.permutation(values)) for _ in range(_SHUFFLES)])
    low, high = np.percentile(by_chance, (2.5, 97.5), axis=0)
    return Histogram(
        tuple(edges.tolist()),
        tuple(counts(values).tolist()),
        tuple(by_chance.mean(axis=0).tolist()),
        tuple(low.tolist()),
        tuple(high.tolist()),
    )


def _coded(average: Average, group_of: Mapping[str, str]) -> tuple[Vector, NDArray[np.intp]]:
    """Return the values, and the number of the group of each."""
    groups = np.array([group_of[unit] for unit in average.units])
    return np.array(average.values, float), np.unique(groups, return_inverse=True)[1]


def _variance(n_groups: int, sums: list[Vector]) -> Vector:
    """Return the variance between groups, from sums over the groups drawn, one for each draw."""
    n, total, squares, between, squared_sizes = sums
    of_mean = total**2 / n
    between_groups = (between - of_mean) / (n_groups - 1)
    within = (squares - between) / np.maximum(n - n_groups, 1)
    found: Vector = (between_groups - within) * (n_groups - 1) / (n - squared_sizes / n)
    return found


def _root(variance: float) -> float:
    """Return the standard deviation, with the sign of the variance."""
    return copysign(sqrt(abs(variance)), variance)
