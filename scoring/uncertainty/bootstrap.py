"""How sure a score is: percentile bootstrap over the units of its average.

What is drawn depends on the seed and the number of units only, never on the runs that are scored
together, and every sum is exact: an interval is the same on a laptop and on the platform, alone and in
a table, to the last bit.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from scoring.metrics.averages import Average
from scoring.uncertainty.draws import Numbers, draw_counts
from scoring.uncertainty.exact_sums import Vector, exact_sums

Interval = tuple[float, float]

LEAST_UNITS = 10
_PERCENTILES = (2.5, 97.5)


def intervals(averages: Sequence[Average], seed: int) -> list[Interval | None]:
    r"""Return the 95 % percentile bootstrap interval of each average.

    The units are drawn with replacement, as many as there are, 10,000 times; the interval goes from
    the 2.5th to the 97.5th percentile of what the average then is (Efron and Tibshirani 1993, *An
    Introduction to the Bootstrap*, chapter 13):

    .. math:: \theta^*_r = s \frac{\sum_i c_{ri} w_i v_i}{\sum_i c_{ri} w_i}

    with :math:`c_{ri}` how often unit i was drawn in resample r. A resample whose weights add up to 0
    is left out.

    Parameters
    ----------
    averages
        Those with as many units as others share their draws.
    seed
        That of the ground truth, `GroundTruth.seed`.

    Returns
    -------
    list
        None for an average without a value, with fewer than 10 units, or that is no mean of its units.

    Examples
    --------
    >>> units = tuple("abcdefghij")
    >>> answers = Average(0.8, units, (1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0))
    >>> intervals([answers, Average(None), Average(0.5, ("a", "b"), (0.0, 1.0))], seed=1)
    [(0.5, 1.0), None, None]
    """
    found = resampled(averages, seed)
    return [None if figures is None else interval_of(figures) for figures in found]


def has_interval(average: Average) -> bool:
    """Tell whether resampling says anything of an average."""
    return (
        average.has_interval
        and average.value is not None
        and len(average.units) >= LEAST_UNITS
        and (average.weights is None or any(average.weights))
    )


def resampled(averages: Sequence[Average], seed: int) -> list[Vector | None]:
    """Return what each average is in every resample; None for one without an interval."""
    found: list[Vector | None] = [None] * len(averages)
    places_by_size: dict[int, list[int]] = {}
    for place, average in enumerate(averages):
        if has_interval(average):
            places_by_size.setdefault(len(average.units), []).append(place)
    for places in places_by_size.values():
        figures = _resampled_alike([averages[place] for place in places], seed)
        for place, own in zip(places, figures, strict=True):
            found[place] = own
    return found


def interval_of(figures: Vector) -> Interval:
    """Return where the middle 95 % of figures lie."""
    low, high = np.percentile(figures, _PERCENTILES, method="linear")
    return float(low), float(high)


def _resampled_alike(averages: Sequence[Average], seed: int) -> Iterator[Vector]:
    """Yield the figures of averages that have as many units as each other."""
    n = len(averages[0].units)
    columns, codes = _distinct([column for average in averages for column in _columns(average)])
    sums = iter(exact_sums(draw_counts(codes, seed), columns, n))
    for average in averages:
        total = next(sums)
        if average.weights is None:
            yield total / (n / average.scale)  # a sum, whose scale is n, stays the sum it is
        else:
            weight = next(sums)
            yield total[weight > 0] / (weight[weight > 0] / average.scale)


def _columns(average: Average) -> Iterator[Vector]:
    """Yield what is summed up over the units drawn."""
    values = np.array(average.values, float)
    if average.weights is None:
        yield values
    else:
        weights = np.array(average.weights, float)
        yield values * weights
        yield weights


def _distinct(columns: Sequence[Vector]) -> tuple[list[Vector], Numbers]:
    """Return columns with each row only once, and of each of their rows which of these it is.

    The metrics of a run come from few positions: thousands of queries have a hundred different rows.
    """
    table = np.column_stack(columns)
    rows = table.view(
        np.dtype((np.void, table.strides[0]))
    ).ravel()  # as bytes, to compare them whole
    _, places, codes = np.unique(rows, return_index=True, return_inverse=True)
    return list(table[places].T), codes.astype(np.int32)
