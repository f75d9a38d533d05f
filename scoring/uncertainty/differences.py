"""Whether two runs differ: sign flips of the differences of the same units, Holm's correction.

Like intervals, differences are the same on a laptop and on the platform, and between two runs alone
and in a table, to the last bit.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations

import numpy as np

from scoring.metrics.averages import Average
from scoring.uncertainty.bootstrap import has_interval, interval_of, resampled
from scoring.uncertainty.draws import N_RESAMPLES, block_sizes
from scoring.uncertainty.exact_sums import Matrix, Vector, exact_sums

MAX_RUNS = 50
_LEAST_P = 1 / (1 + N_RESAMPLES)
_NOISE = 2.0**-40  # of the values compared: that much is rounding, not a difference
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
_SIGNS: Matrix = 1 - 2 * _BITS.astype(np.float64)  # of each octet, that of its first bit first


@dataclass(frozen=True)
class Difference:
    """What one run is better or worse by than another, with the same metric on the same units.

    Attributes
    ----------
    value
        The one run's score minus the other's.
    low, high
        Its interval.
    p
        The two-sided p-value of the paired test.
    adjusted
        The same after Holm's correction over the family it was tested in.
    """

    value: float
    low: float
    high: float
    p: float
    adjusted: float

    def to_json(self) -> dict[str, float]:
        """Return what the command line and the API say of a difference."""
        return asdict(self)


def compare(one: Average, other: Average, seed: int) -> Difference | None:
    r"""Return the difference between two runs, its interval and the p-value of a paired test.

    If the runs were equally good, the sign of each unit's difference would be chance. So 10,000 times
    each sign is drawn anew, and p is how often the sum is as far from 0 as it is, counting it as one
    of them (Fisher 1935; Phipson and Smyth 2010 for the 1):

    .. math:: p = \frac{1 + \#\{f : |\sum_i \epsilon_{fi} d_i| \ge |\sum_i d_i|\}}{1 + 10\,000}

    The interval is that of `intervals`, with the same draws for both runs.

    Parameters
    ----------
    one, other
        The same metric of two runs: averages over the same units.
    seed
        That of the ground truth, `GroundTruth.seed`.

    Returns
    -------
    difference
        None where one of them has no interval, or where units weigh differently (`f1_micro`).

    Raises
    ------
    ValueError
        When the units are not the same.

    Examples
    --------
    >>> units = tuple("abcdefghij")
    >>> one, other = Average(1.0, units, (1.0,) * 10), Average(0.8, units, (1.0, 0.0) + (0.8,) * 8)
    >>> difference = compare(one, other, seed=1)
    >>> round(difference.value, 3), round(difference.p, 3)
    (0.2, 0.004)
    """
    return _differences([one, other], [(0, 1)], seed)[0]


def compare_each(pairs: Sequence[tuple[Average, Average]], seed: int) -> list[Difference | None]:
    """Return what `compare` does of each of some pairs, with Holm's correction over all of them.

    Resamples and flips are drawn once for all pairs over the same units: several metrics of two runs
    take little longer than one.

    Parameters
    ----------
    pairs
        Of each the same metric of two runs; other pairs may be over other units.
    seed
        That of the ground truth, `GroundTruth.seed`.

    Raises
    ------
    ValueError
        When the units of a pair are not the same.
    """
    found: list[Difference | None] = [None] * len(pairs)
    places_by_units: dict[tuple[str, ...], list[int]] = {}
    for place, pair in enumerate(pairs):
        if all(map(_is_tested, pair)):
            places_by_units.setdefault(pair[0].units, []).append(place)
    for places in places_by_units.values():
        runs = _runs([average for place in places for average in pairs[place]], seed)
        for at, place in enumerate(places):
            found[place] = _difference(runs[2 * at], runs[2 * at + 1])
    return _adjusted(found)


def against_first(averages: Sequence[Average], seed: int) -> list[Difference | None]:
    """Return how each run but the first differs from the first, with Holm's correction.

    Parameters
    ----------
    averages
        One a run, the best first: that of the leaderboard.
    seed
        That of the ground truth, `GroundTruth.seed`.

    Returns
    -------
    list
        One for each run after the first, its score minus that of the first. With 10,000 flips no
        p-value is below 1/10,001, so among more than 500 runs none is below 0.05 once corrected.

    Raises
    ------
    ValueError
        When the units are not the same.
    """
    return _differences(averages, [(place, 0) for place in range(1, len(averages))], seed)


def all_pairs(averages: Sequence[Average], seed: int) -> dict[tuple[int, int], Difference | None]:
    r"""Return the differences of all pairs of runs, with Holm's correction over all of them.

    Fifty runs make 1,225 pairs, and no p-value that 10,000 flips can give is below 0.05 after such a
    correction. So where no flip is as far from 0, p is what all flips there are cannot exceed, if that is
    less (Hoeffding 1963, *Journal of the American Statistical Association* 58, 13-30):

    .. math:: p \le 2 \exp\left(-\frac{(\sum_i d_i)^2}{2 \sum_i d_i^2}\right)

    Parameters
    ----------
    averages
        One a run, at most 50.
    seed
        That of the ground truth, `GroundTruth.seed`.

    Returns
    -------
    dict
        By the places of two runs, the smaller place first.

    Raises
    ------
    ValueError
        When there are more than 50, or when the units are not the same.
    """
    if len(averages) > MAX_RUNS:
        raise ValueError(
            f"{len(averages)} runs make {len(averages) * (len(averages) - 1) // 2} pairs; "
            f"choose at most {MAX_RUNS} runs"
        )
    runs = _runs(averages, seed)
    pairs = list(combinations(range(len(averages)), 2))
    found = [
        _bounded(runs[one], runs[other]) if one in runs and other in runs else None
        for one, other in pairs
    ]
    return dict(zip(pairs, _adjusted(found), strict=True))


def holm(p_values: Sequence[float]) -> list[float]:
    r"""Return p-values corrected for being the smallest of a family.

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min(1, (m - j + 1)\, p_{(j)})

    Below 0.05 any of them is wrong in at most 5 % of families, whatever they have to do with each
    other (Holm 1979, *Scandinavian Journal of Statistics* 6, 65-70).

    Examples
    --------
    >>> holm([0.03, 0.01, 0.02])
    [0.04, 0.03, 0.04]
    """
    adjusted = [0.0] * len(p_values)
    reached = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = reached
    return adjusted


@dataclass(frozen=True, eq=False)
class _Run:
    """One run, and what chance makes of it.

    Attributes
    ----------
    value
        Its score.
    values
        What it scores on each unit.
    total, noise
        The sum of these, and how far from it rounding may be.
    figures
        Its score in every resample.
    flipped
        Their sum with the signs of every flip.
    """

    value: float
    values: Vector
    total: float
    noise: float
    figures: Vector
    flipped: Vector


def _differences(
    averages: Sequence[Average], pairs: Sequence[tuple[int, int]], seed: int
) -> list[Difference | None]:
    """Return the difference of each pair of places; the family is all of them."""
    runs = _runs(averages, seed)
    found = [
        _difference(runs[one], runs[other]) if one in runs and other in runs else None
        for one, other in pairs
    ]
    return _adjusted(found)


def _adjusted(found: Sequence[Difference | None]) -> list[Difference | None]:
    adjusted = iter(holm([difference.p for difference in found if difference]))
    return [difference and replace(difference, adjusted=next(adjusted)) for difference in found]


def _is_tested(average: Average) -> bool:
    return has_interval(average) and average.weights is None


def _runs(averages: Sequence[Average], seed: int) -> dict[int, _Run]:
    """Return what chance makes of the runs that can be tested, by place."""
    tested = {p: a for p, a in enumerate(averages) if _is_tested(a)}
    if not tested:
        return {}
    own = list(tested.values())
    units = own[0].units
    if any(average.units != units for average in own):
        raise ValueError(
            "a paired test needs the same units in all runs; right are averages of one metric on "
            "one subset of one ground truth"
        )
    values = [np.array(average.values, float) for average in own]
    flipped = exact_sums(_draw_signs(len(units), seed), values, len(units))
    rows = zip(tested, own, values, resampled(own, seed), flipped, strict=True)
    return {place: _run(a, row, figures, flips) for place, a, row, figures, flips in rows}


def _run(average: Average, values: Vector, figures: Vector | None, flipped: Vector) -> _Run:
    assert average.value is not None  # it has an interval
    assert figures is not None
    noise = _NOISE * math.fsum(map(abs, average.values))
    return _Run(average.value, values, math.fsum(average.values), noise, figures, flipped)


def _draw_signs(n: int, seed: int) -> Iterator[Matrix]:
    """Yield a sign for each of n units in each flip, some flips at a time; a sign takes one bit."""
    source = np.random.PCG64(seed)
    n_words = -(-n // 64)
    for n_rows in block_sizes(n):
        octets = source.random_raw(n_rows * n_words).astype("<u8", copy=False).view(np.uint8)
        yield _SIGNS.take(octets, axis=0).reshape(n_rows, 64 * n_words)[:, :n]


def _difference(one: _Run, other: _Run) -> Difference:
    low, high = interval_of(one.figures - other.figures)
    p = _p_value(one, other)
    return Difference(one.value - other.value, low, high, p, adjusted=p)


def _bounded(one: _Run, other: _Run) -> Difference:
    """Return a difference, with the bound for p where flips cannot give a smaller one."""
    found = _difference(one, other)
    if found.p > _LEAST_P:
        return found
    squares = math.fsum(((one.values - other.values) ** 2).tolist())
    bound = 2 * math.exp(-((one.total - other.total) ** 2) / (2 * squares))
    return replace(found, p=min(_LEAST_P, bound))


def _p_value(one: _Run, other: _Run) -> float:
    """Count the flips that are as far from 0; those that rounding alone holds apart are equal."""
    least = abs(one.total - other.total) - one.noise - other.noise
    count = int(np.count_nonzero(np.abs(one.flipped - other.flipped) >= least))
    return (1 + count) / (1 + N_RESAMPLES)
