r"""Classes that runs take for one another: what many runs confuse, more than chance would.

Of a pair of classes A and B two things are said. How often A is taken for B: the share of the answers to
queries of A, a mean over these queries :math:`q` of :math:`v_q`, the share of the runs that put B first. Its
interval is Student's, over the queries. And whether that is more than B is answered everywhere: with
:math:`x` of the :math:`n` wrong answers to queries of A being B, and :math:`s` the share of B among the wrong
answers to queries of all classes but A and B,

.. math:: p = P(\mathrm{Bin}(n, s) \ge x)

below 5 % after Bonferroni's correction over all pairs of a class that is asked and one that is answered;
others are not common. That runs make the same mistake with one query says something of the query, not of its
class: an answer to a query counts once, however many runs give it. And a class that runs do not know has more
wrong answers of every kind, so these are what is compared.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Self

import numpy as np

from scoring.analyses.answers import Answers
from scoring.analyses.tails import binomial_tail
from scoring.uncertainty.bootstrap import LEAST_UNITS
from scoring.uncertainty.exact_sums import Vector
from scoring.uncertainty.students_t import interval_around

_LEVEL = 0.05


@dataclass(frozen=True)
class CommonConfusion:
    """A class that runs take for another.

    Attributes
    ----------
    right, instead
        The class of the queries, and the one that stands first.
    n_runs
        How many runs take any query for it.
    n_confused, n_queries
        How many queries of the class any run takes for it, and how many the class has.
    share
        Of the answers of all runs to the queries of the class.
    low, high
        The interval of the share; None for a class of fewer than ten queries.
    """

    right: str
    instead: str
    n_runs: int
    n_confused: int
    n_queries: int
    share: float
    low: float | None
    high: float | None


def common_confusions(answers: Answers) -> list[CommonConfusion]:
    """Return what runs take for what more than by chance: by how many runs do, then how often."""
    sizes = answers.n_queries_of()
    queries_by_pair = _queries_by_pair(answers)
    wrong = _Wrong.of({pair: len(own) for pair, own in queries_by_pair.items()})
    most = _LEVEL / (np.count_nonzero(sizes) * max(1, len(wrong.as_class)))
    found = [
        _confusion(answers, pair, own, int(sizes[pair[0]]))
        for pair, own in queries_by_pair.items()
        if wrong.p(pair, len(own)) < most
    ]
    return sorted(found, key=lambda one: (-one.n_runs, -one.share, one.right, one.instead))


def _queries_by_pair(answers: Answers) -> dict[tuple[int, int], list[int]]:
    """Return the places of the queries for which any run puts a wrong class first, by both classes."""
    n_classes = len(answers.classes)
    places = np.broadcast_to(np.arange(len(answers.queries)), answers.instead.shape)
    keys = np.unique((places * n_classes + answers.instead)[answers.instead > 0])
    found: dict[tuple[int, int], list[int]] = {}
    for place, instead in zip(*(one.tolist() for one in np.divmod(keys, n_classes)), strict=True):
        found.setdefault((int(answers.labels[place]), instead), []).append(place)
    return found


@dataclass(frozen=True)
class _Wrong:
    """How many wrong answers there are: to queries of each class, that are each class, and in all."""

    to_class: Counter[int]
    as_class: Counter[int]
    total: int

    @classmethod
    def of(cls, n_by_pair: Mapping[tuple[int, int], int]) -> Self:
        to_class, as_class = Counter[int](), Counter[int]()
        for (right, instead), n in n_by_pair.items():
            to_class[right] += n
            as_class[instead] += n
        return cls(to_class, as_class, to_class.total())

    def p(self, pair: tuple[int, int], n: int) -> float:
        """Return how likely one class is so many of the wrong answers to another where it means nothing."""
        right, instead = pair
        elsewhere = self.total - self.to_class[right] - self.to_class[instead]
        # One more of either kind (Laplace): where little goes wrong elsewhere, little is known of it.
        share = (self.as_class[instead] - n + 1) / (elsewhere + 2)
        return binomial_tail(n, self.to_class[right], share)


def _confusion(
    answers: Answers, pair: tuple[int, int], places: list[int], n_queries: int
) -> CommonConfusion:
    taken = answers.instead[:, places] == pair[1]
    shares = np.zeros(n_queries)
    shares[: len(places)] = taken.mean(axis=0)
    low, high = _interval(shares)
    return CommonConfusion(
        right=answers.classes[pair[0]],
        instead=answers.classes[pair[1]],
        n_runs=int(taken.any(axis=1).sum()),
        n_confused=len(places),
        n_queries=n_queries,
        share=float(shares.mean()),
        low=low,
        high=high,
    )


def _interval(shares: Vector) -> tuple[float, float] | tuple[None, None]:
    n = len(shares)
    if n < LEAST_UNITS:
        return None, None
    low, high = interval_around(float(shares.mean()), float(shares.std(ddof=1)) / sqrt(n), n - 1)
    return max(0.0, low), min(1.0, high)
