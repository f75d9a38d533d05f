r"""Means over the units of a test and the gaps between them, however the units overlap.

An average moves by :math:`v_u / N` when its unit :math:`u` counts once more, with :math:`v_u` its deviation
(`scoring.deviations`). So the error of an average, and of the gap between two, is

.. math::
    s^2 = \sum_c \Bigl( \sqrt{\tfrac{C_1}{C_1 - 1}} \sum_{u \in c} \frac{v_{1u}}{N_1}
                      - \sqrt{\tfrac{C_2}{C_2 - 1}} \sum_{u \in c} \frac{v_{2u}}{N_2} \Bigr)^2

over the clusters :math:`c`, which are the units themselves unless one says what puts them together (Liang
and Zeger 1986, *Biometrika* 73, 13-22). Over the same units that is the paired test, over different ones
Welch's. Intervals are Student's with the fewer clusters less one as degrees of freedom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from scoring.analyses.contrasts import deviations
from scoring.metrics.averages import Average, mean
from scoring.uncertainty.bootstrap import LEAST_UNITS
from scoring.uncertainty.exact_sums import Vector
from scoring.uncertainty.students_t import interval_around


@dataclass(frozen=True)
class Estimate:
    """A mean or a gap between two, with its error.

    Attributes
    ----------
    value
        What it is on this test.
    error
        Its standard error; None where there are too few units to tell.
    df
        Degrees of freedom of that.
    """

    value: float
    error: float | None
    df: int = 0

    def interval(self, n_together: int = 1, confidence: float = 0.95) -> tuple[float, float] | None:
        """Return an interval that holds together with those of others (Bonferroni).

        Parameters
        ----------
        n_together
            How many are looked at together, this one among them.
        confidence
            In which share of such families all intervals hold.
        """
        if self.error is None:
            return None
        return interval_around(self.value, self.error, self.df, n_together, confidence)


def estimate(average: Average, clusters: Mapping[str, str] | None = None) -> Estimate:
    """Return an average with its error.

    Parameters
    ----------
    average
        It has a value.
    clusters
        What puts units together, e.g. the class of each query; None where each stands for itself.

    Examples
    --------
    >>> found = estimate(Average(0.5, tuple("abcdefghij"), (0.0, 1.0) * 5))
    >>> round(found.error, 3), [round(end, 3) for end in found.interval()]
    (0.167, [0.123, 0.877])
    """
    assert average.value is not None
    own = _influence(average, clusters)
    if own is None:
        return Estimate(average.value, None)
    return Estimate(average.value, sqrt(own.by_cluster @ own.by_cluster), own.df)


def gap(one: Average, other: Average, clusters: Mapping[str, str] | None = None) -> Estimate:
    """Return how much higher one average is than another; parameters are those of `estimate`.

    Examples
    --------
    >>> one = Average(0.5, tuple("abcdefghij"), (0.0, 1.0) * 5)
    >>> other = Average(0.4, tuple("abcdefghij"), (0.0, 1.0) * 4 + (0.0, 0.0))
    >>> found = gap(one, other)
    >>> round(found.value, 3), round(found.error, 3)
    (0.1, 0.1)
    """
    assert one.value is not None
    assert other.value is not None
    value = one.value - other.value
    first, second = _influence(one, clusters), _influence(other, clusters)
    if first is None or second is None:
        return Estimate(value, None)
    total = _difference(first, second)
    return Estimate(value, sqrt(total @ total), min(first.df, second.df))


def mean_average(averages: Sequence[Average]) -> Average:
    """Return what several runs make of each unit on average; all are over the same units.

    Raises
    ------
    ValueError
        When they are not.

    Examples
    --------
    >>> mean_average([Average(1.0, ("a",), (1.0,)), Average(0.5, ("a",), (0.5,))]).values
    (0.75,)
    """
    units = averages[0].units
    if any(own.units != units for own in averages):
        raise ValueError("a mean over runs needs averages over the same units")
    values = np.mean([own.values for own in averages], axis=0)
    return average_of(units, values.tolist())


def average_of(units: Sequence[str], values: Sequence[float]) -> Average:
    """Return the plain mean over units as an average."""
    return Average(mean(values) if values else None, tuple(units), tuple(values))


@dataclass(frozen=True, eq=False)
class _Influence:
    """What each cluster adds to an average; clusters are sorted."""

    clusters: tuple[str, ...]
    by_cluster: Vector

    @property
    def df(self) -> int:
        return len(self.clusters) - 1


def _influence(average: Average, clusters: Mapping[str, str] | None) -> _Influence | None:
    own = deviations(average)
    if own is None:
        return None
    names, sums = average.units, own
    if clusters is not None:
        of_units = np.array([clusters[unit] for unit in average.units])
        found, codes = np.unique(of_units, return_inverse=True)
        names, sums = tuple(found.tolist()), np.bincount(codes, weights=own).astype(float)
    n = len(names)
    if n < LEAST_UNITS:
        return None
    return _Influence(names, sums / len(own) * sqrt(n / (n - 1)))


def _difference(one: _Influence, other: _Influence) -> Vector:
    """Return what each cluster adds to a gap."""
    if one.clusters == other.clusters:
        return one.by_cluster - other.by_cluster
    names = np.union1d(one.clusters, other.clusters)
    total = np.zeros(len(names))
    total[np.searchsorted(names, one.clusters)] += one.by_cluster
    total[np.searchsorted(names, other.clusters)] -= other.by_cluster
    return total
