"""Counts by chance and intervals of shares, against scipy."""

from itertools import product

import pytest
from scipy import stats

from scoring.analyses.tails import binomial_tail, share_interval


@pytest.mark.parametrize(
    ("n", "share", "least"), [*product((1, 7, 300), (0.001, 0.4), (0, 1, 5)), (3, 0.0, 1)]
)
def test_the_tail_is_that_of_scipy(n, share, least):
    assert binomial_tail(least, n, share) == pytest.approx(stats.binom.sf(least - 1, n, share))


@pytest.mark.parametrize(("hits", "n"), [(0, 3), (3, 3), (11, 12), (40, 1000)])
def test_the_interval_is_wilsons(hits, n):
    wanted = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert share_interval(hits, n) == pytest.approx((wanted.low, wanted.high))
