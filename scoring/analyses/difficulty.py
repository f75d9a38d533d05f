r"""How hard queries are: how many runs have each right, against runs to which all queries are alike.

Were all queries alike to run :math:`r`, it would have each right with the chance :math:`p_r`, its share of
right ones. The number of runs that have a query right would then be a sum of coins, each with its own chance
(Poisson 1837), of which the expected histogram is made, and its variance

.. math:: V = \sum_r p_r (1 - p_r)

That the variance over queries is :math:`F` times as large says that queries are easy or hard for all runs
alike: :math:`F` is 1 for runs that err independently, and as many as there are runs for runs that err all
together. It is the mean over queries of :math:`(c_q - \bar c)^2 / V`, and its interval Student's.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from scoring.analyses.answers import Answers, Ints
from scoring.uncertainty.bootstrap import LEAST_UNITS
from scoring.uncertainty.exact_sums import Vector
from scoring.uncertainty.students_t import interval_around

LEAST_RUNS = 2


@dataclass(frozen=True, eq=False)
class Difficulty:
    """How many runs have queries right at the first position.

    Attributes
    ----------
    n_right
        Of each query, by how many runs.
    counts
        How many queries 0, 1, 2 ... all runs have right.
    expected
        The same were all queries alike to each run.
    inflation
        How many times larger the variance over queries is than it then would be; None where that is
        not known, of runs that have all right or all wrong.
    low, high
        Its interval; None for fewer than ten queries.
    order
        The places of the queries, the hardest first: those fewer runs have right, then those whose
        right class stands further behind, by the mean of 1 / position.
    """

    n_right: Ints
    counts: Ints
    expected: Vector
    inflation: float | None
    low: float | None
    high: float | None
    order: Ints

    @property
    def sure(self) -> bool:
        """Return whether some queries are harder than others, for all runs alike."""
        return self.low is not None and self.low > 1


def difficulty(answers: Answers) -> Difficulty:
    """Return how hard the queries are for runs.

    Raises
    ------
    ValueError
        For fewer than two runs.
    """
    if answers.n_runs < LEAST_RUNS:
        raise ValueError(
            f"{answers.n_runs} runs tell hard queries from none; right are two at least"
        )
    right = answers.right
    n_right = right.sum(axis=0, dtype=np.int32)
    shares = right.mean(axis=1)
    inflation, low, high = _inflation(n_right, float((shares * (1 - shares)).sum()))
    ranks = (1 / np.where(answers.positions, answers.positions, np.inf)).mean(axis=0)
    return Difficulty(
        n_right=n_right,
        counts=np.bincount(n_right, minlength=answers.n_runs + 1).astype(np.int32),
        expected=len(n_right) * sum_of_coins(shares),
        inflation=inflation,
        low=low,
        high=high,
        order=np.lexsort((ranks, n_right)).astype(np.int32),
    )


def sum_of_coins(shares: Vector) -> Vector:
    """Return how likely 0, 1, 2 ... of some coins show heads, each with its own chance.

    Examples
    --------
    >>> sum_of_coins(np.array([0.5, 0.2])).tolist()
    [0.4, 0.5, 0.1]
    """
    chances = np.ones(1)
    for share in shares:
        chances = np.convolve(chances, [1 - share, share])
    return chances


def _inflation(
    n_right: Ints, variance: float
) -> tuple[float, float | None, float | None] | tuple[None, None, None]:
    if variance == 0:
        return None, None, None
    n = len(n_right)
    squares = (n_right - n_right.mean()) ** 2 / variance
    value = float(squares.mean())
    if n < LEAST_UNITS:
        return value, None, None
    return value, *interval_around(value, float(squares.std(ddof=1)) / sqrt(n), n - 1)
