r"""How alike runs answer: Spearman's correlation of the positions at which they have the right classes.

Runs that are right and wrong in the same queries have little to tell each other; those that are not may
be worth more together. With :math:`r_{iu}` the rank of query :math:`u` among the positions of run
:math:`i`, ties sharing their mean (Spearman 1904, *American Journal of Psychology* 15, 72-101),

.. math:: \rho_{ij} = \frac{\sum_u (r_{iu} - \bar r)(r_{ju} - \bar r)}
    {\sqrt{\sum_u (r_{iu} - \bar r)^2 \sum_u (r_{ju} - \bar r)^2}}

Intervals are those of a jackknife that leaves out one of :math:`g` parts of the queries at a time and
ranks the rest anew (Efron and Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 11):

.. math:: s^2 = \frac{g - 1}{g} \sum_k (\hat\theta_{(k)} - \bar\theta)^2

with Student's t of :math:`g - 1` degrees of freedom.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

import numpy as np
from numpy.typing import NDArray

from scoring.analyses.estimates import Estimate
from scoring.uncertainty.bootstrap import LEAST_UNITS
from scoring.uncertainty.exact_sums import Matrix, Vector

LEAST_TEAMS = 3  # with runs to compare, to speak of teams like these
_PARTS = 50
_LEAST_ERROR = 1e-12  # of a gap that does not vary at all
_Pair = tuple[int, int]
_Codes = Sequence[tuple[NDArray[np.intp], int]]  # of each run: which distinct position, of how many


@dataclass(frozen=True, eq=False)
class Likeness:
    """How alike each two of some runs are.

    Attributes
    ----------
    values
        The correlations, a row and a column for each run.
    parts
        The same without each part of the queries; none where queries are too few for an interval.
    """

    values: Matrix
    parts: NDArray[np.float64]

    def of(self, one: int, other: int) -> Estimate:
        """Return the correlation of two runs."""
        return _estimate(self.values[one, other], self.parts[:, one, other])

    def lead(self, pair: _Pair, others: Iterable[_Pair]) -> Estimate:
        """Return by how much a pair is more alike than whichever other is the hardest to tell from it.

        Where its interval excludes 0, those of the gaps to all others do. So a pair that was chosen as the
        most alike leads for sure where the interval holds together with those of all pairs that could be.
        """
        gaps = [self._gap(pair, other) for other in others]
        return min(gaps, key=lambda gap: gap.value / (gap.error or _LEAST_ERROR))

    def within_teams(self, teams: Sequence[str]) -> Estimate | None:
        r"""Return how much more alike runs of one team are than runs of different teams.

        With :math:`d_t` the mean correlation among the runs of team :math:`t` minus that of its runs with
        those of others, over the :math:`T` teams that have several:

        .. math:: \hat d = \frac{1}{T} \sum_t d_t \qquad s^2 = \frac{1}{T (T - 1)}
            \sum_t (d_t - \hat d)^2 + s_\mathrm{queries}^2

        Its interval is over teams like these and queries like these; fewer than three such teams have
        none.

        Parameters
        ----------
        teams
            The team of each run.

        Returns
        -------
        estimate
            None where no team has several runs, or none is beside another.
        """
        names = np.array(list(teams))
        each = [
            weights
            for team in dict.fromkeys(teams)
            if (weights := _own_against_others(names == team)) is not None
        ]
        if not each:
            return None
        own = [float((weights * self.values).sum()) for weights in each]
        weights = np.mean(each, axis=0)
        test = _estimate(fmean(own), (self.parts * weights).sum(axis=(1, 2)))
        if test.error is None or len(own) < LEAST_TEAMS:
            return Estimate(test.value, None)
        error = sqrt(variance(own) / len(own) + test.error**2)
        return Estimate(test.value, error, len(own) - 1)

    def _gap(self, one: _Pair, other: _Pair) -> Estimate:
        parts = self.parts[:, *one] - self.parts[:, *other]
        return _estimate(self.values[one] - self.values[other], parts)


def likeness(positions: Sequence[Sequence[float]]) -> Likeness:
    """Return how alike runs answer.

    Parameters
    ----------
    positions
        Of each run, the position of the first right class in each query, the same queries in the same
        order; infinite where it has none. No run has all at the same position.

    Returns
    -------
    likeness
        With intervals where there are ten queries or more.

    Raises
    ------
    ValueError
        When a run has all right classes at the same position: nothing correlates with that.

    Examples
    --------
    >>> found = likeness([(1, 2, 3, 4, float("inf")), (2, 1, 3, 5, 4), (9, 8, 7, 6, 5)])
    >>> found.values.round(3).tolist()
    [[1.0, 0.8, -1.0], [0.8, 1.0, -0.8], [-1.0, -0.8, 1.0]]
    """
    codes = [_coded(own) for own in positions]
    if any(n < 2 for _, n in codes):
        raise ValueError("a run has the right classes of all queries at the same position")
    n_queries = len(codes[0][0]) if codes else 0
    n_parts = min(_PARTS, n_queries) if n_queries >= LEAST_UNITS else 0
    part = np.arange(n_queries) % max(n_parts, 1)
    every = np.ones(n_queries, bool)
    parts = [_correlations(codes, part != left_out) for left_out in range(n_parts)]
    return Likeness(
        _correlations(codes, every), np.array(parts).reshape(n_parts, *2 * [len(codes)])
    )


def alike_order(values: Matrix) -> list[int]:
    """Return an order of runs in which those that are alike stand together.

    By the angles of the runs in the plane of the first two eigenvectors, begun at the widest gap
    (Friendly 2002, "Corrgrams", *The American Statistician* 56, 316-324).

    Examples
    --------
    >>> alike_order(np.array([[1, 0.1, 0.9], [0.1, 1, 0.2], [0.9, 0.2, 1]]))
    [0, 2, 1]
    """
    if len(values) < 3:
        return list(range(len(values)))
    _, vectors = np.linalg.eigh(values)
    first, second = vectors[:, -1], vectors[:, -2]
    angles = np.arctan2(second, first if first.sum() >= 0 else -first)
    order = np.argsort(angles, kind="stable")
    gaps = np.diff(angles[order], append=angles[order[0]] + 2 * np.pi)
    turned: list[int] = np.roll(order, -1 - int(gaps.argmax())).tolist()
    return (
        turned if turned.index(0) * 2 < len(turned) else turned[::-1]
    )  # the best run near the top


def _estimate(value: float, parts: Vector) -> Estimate:
    """Return a figure with its error over queries, by what it is without each part of them."""
    n = len(parts)
    if not n:
        return Estimate(float(value), None)
    return Estimate(float(value), sqrt((n - 1) * float(parts.var())), n - 1)


def _coded(positions: Sequence[float]) -> tuple[NDArray[np.intp], int]:
    distinct, codes = np.unique(np.array(positions, float), return_inverse=True)
    return codes, len(distinct)


def _correlations(codes: _Codes, kept: NDArray[np.bool_]) -> Matrix:
    ranks = np.array([_standard_ranks(own[kept], n) for own, n in codes])
    found: Matrix = ranks @ ranks.T
    return found


def _standard_ranks(codes: NDArray[np.intp], n: int) -> Vector:
    """Return the ranks of queries, ties sharing their mean, about 0 and of length 1."""
    counts = np.bincount(codes, minlength=n)
    ranks = (np.cumsum(counts) - counts / 2)[codes]
    ranks -= ranks.mean()
    length = float(np.linalg.norm(ranks))
    found: Vector = ranks / length if length else ranks
    return found


def _own_against_others(is_own: NDArray[np.bool_]) -> Matrix | None:
    """Return the weights of a team's mean correlation inside minus that with others; None without either."""
    n, n_others = int(is_own.sum()), int((~is_own).sum())
    if n < 2 or not n_others:
        return None
    inside = np.triu(np.outer(is_own, is_own), 1) / (n * (n - 1) / 2)
    across = np.outer(is_own, ~is_own) / (n * n_others)
    found: Matrix = inside - across
    return found
