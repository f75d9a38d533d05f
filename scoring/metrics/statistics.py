"""What a metric says of one query: pure functions of what a run made of it.

A statistic is None where it is not defined for a query; such a query is left out of every average.
"""

import math
from collections.abc import Callable, Sequence

from scoring.metrics.outcomes import Outcome

Statistic = Callable[[Outcome, int], float | None]


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
    positions = outcome.foreground_positions + outcome.background_positions
    return precision_at_hits(positions) if positions else None


def average_precision_foreground(outcome: Outcome, _: int = 0) -> float | None:
    """Return the average precision over the foreground classes alone.

    Background classes count as wrong ones that keep their place. Undefined without a foreground
    class.
    """
    positions = outcome.foreground_positions
    return precision_at_hits(positions) if positions else None


def set_f1(outcome: Outcome, _: int = 0) -> float:
    r"""Return the F1 of the predicted set, 1 when nothing is right and nothing was predicted.

    .. math:: F_1(q) = 2 |P_q \cap R_q| / (|P_q| + |R_q|)

    Defined for every query.
    """
    size = len(outcome.right) + len(outcome.predicted)
    return 2 * len(outcome.hits) / size if size else 1.0


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


def precision_at_hits(positions: Sequence[int]) -> float:
    """Return the mean, over relevant items, of the precision where each was found; 0 is nowhere.

    Examples
    --------
    >>> precision_at_hits([2, 0, 1])  # 1/1 and 2/2, and one that was not found
    0.6666666666666666
    """
    found = sorted(position for position in positions if position)
    return math.fsum(place / at for place, at in enumerate(found, start=1)) / len(positions)
