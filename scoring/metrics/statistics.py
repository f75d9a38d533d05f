"""What a metric says of each query: pure functions of what a run made of them.

A statistic has no value for a query on which it is not defined; such a query is left out of every
average.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps

from scoring.metrics.outcomes import Column, Results

Statistic = Callable[[Results, int], Column[float]]
"""From what a run made of some queries, and a cut-off, to the values of those on which it is defined."""


class _Values(dict[int, float]):
    """The value of each figure, found when it is first met: of many queries' figures few differ."""

    def __init__(self, value: Callable[[int], float]) -> None:
        self._value = value

    def __missing__(self, figure: int) -> float:
        self[figure] = found = self._value(figure)
        return found


def _of_first_position(value: Callable[[int, int], float]) -> Statistic:
    """Return the statistic that the position of a query's first foreground class decides.

    The position is 0 where none was found; the statistic is undefined without a foreground class.
    """

    @wraps(value)
    def statistic(results: Results, k: int = 0) -> Column[float]:
        places, positions = results.first_positions
        values = _Values(lambda first: value(first, k))
        return places, list(map(values.__getitem__, positions))

    return statistic


@_of_first_position
def reciprocal_rank(first: int, _: int) -> float:
    r"""Return 1 / position of the first relevant class, 0 where none was found.

    .. math:: RR(q) = 1 / \min_{c \in F_q} pos_q(c)

    Undefined without a foreground class.
    """
    return 1 / first if first else 0.0


@_of_first_position
def hit(first: int, k: int) -> float:
    """Return 1 when a relevant class stands at position k or before, else 0.

    Undefined without a foreground class.
    """
    return float(0 < first <= k)


@_of_first_position
def first_position(first: int, _: int) -> float:
    """Return the position of the first relevant class, infinite where none was found.

    Undefined without a foreground class.
    """
    return float(first or math.inf)


def average_precision(results: Results, _: int = 0) -> Column[float]:
    r"""Return the average precision over all relevant classes, background included.

    .. math:: AP(q) = \frac{1}{|R_q|} \sum_{c \in R_q \text{ found}} \frac{|\{c' \in R_q: pos_q(c') \le pos_q(c)\}|}{pos_q(c)}

    Undefined without a relevant class.
    """
    return _precisions(results, results.judged.pairs.starts[1:])


def average_precision_foreground(results: Results, _: int = 0) -> Column[float]:
    """Return the average precision over the foreground classes alone.

    Background classes count as wrong ones that keep their place. Undefined without a foreground
    class.
    """
    return _precisions(results, results.judged.pairs.middles)


def is_answered(results: Results, _: int = 0) -> Column[float]:
    """Return 1 when the query has a prediction, else 0; defined for every query."""
    counts = results.part(results.trace.n_predictions)
    return results.places, list(map(float, map(bool, counts)))


def _precisions(results: Results, ends: Sequence[int]) -> Column[float]:
    """Return the average precision of the pairs up to an end, of the queries that have any."""
    starts, positions = results.judged.pairs.starts, results.trace.positions
    places = [place for place in results.places if starts[place] < ends[place]]
    own = (tuple(positions[starts[place] : ends[place]]) for place in places)
    return places, list(map(_precision, own))


def precision_at_hits(positions: Sequence[int]) -> float:
    """Return the mean, over relevant items, of the precision where each was found; 0 is nowhere.

    Examples
    --------
    >>> precision_at_hits([2, 0, 1])  # 1/1 and 2/2, and one that was not found
    0.6666666666666666
    """
    found = sorted(position for position in positions if position)
    return math.fsum(place / at for place, at in enumerate(found, start=1)) / len(positions)


_precision = lru_cache(maxsize=10_000)(precision_at_hits)  # of many queries few differ
