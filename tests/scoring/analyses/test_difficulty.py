"""How hard queries are: coins against scipy, runs that err alone and runs that err together."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from scoring import Answers, difficulty
from scoring.analyses.difficulty import sum_of_coins

N_QUERIES, N_WORLDS = 400, 200


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def answers(right: np.ndarray) -> Answers:
    n = right.shape[1]
    positions = np.where(right, 1, 3).astype(np.int32)
    names = tuple(f"q{place:03}" for place in range(n))
    nothing = np.zeros(n, np.int32)
    return Answers(names, ("-1", "a"), nothing + 1, positions, np.zeros_like(positions))


def alone(shares: Sequence[float], rng: np.random.Generator) -> np.ndarray:
    """Return runs to which all queries are alike."""
    return rng.random((len(shares), N_QUERIES)) < np.array(shares)[:, None]


def test_coins_with_one_chance_are_binomial_and_others_add_up():
    assert sum_of_coins(np.full(9, 0.3)) == pytest.approx(stats.binom.pmf(np.arange(10), 9, 0.3))
    mixed = sum_of_coins(np.array([0.1, 0.5, 0.9, 1.0]))
    assert mixed.sum() == pytest.approx(1)
    assert mixed @ np.arange(5) == pytest.approx(2.5)


def test_runs_that_err_alone_rarely_make_a_finding(rng):
    shares = (0.4, 0.5, 0.6, 0.7, 0.8)
    found = [difficulty(answers(alone(shares, rng))) for _ in range(N_WORLDS)]
    assert sum(one.sure for one in found) <= stats.binom.ppf(0.999, N_WORLDS, 0.05)
    assert np.mean([one.counts for one in found], axis=0) == pytest.approx(
        np.mean([one.expected for one in found], axis=0), rel=0.1, abs=1
    )


def test_runs_that_err_together_do(rng):
    together = np.repeat(rng.random((1, N_QUERIES)) < 0.6, 5, axis=0)
    found = difficulty(answers(together))
    assert found.sure
    assert found.inflation == pytest.approx(5)  # as many as there are runs


def test_of_queries_that_no_run_has_right_the_one_further_behind_is_harder():
    one = answers(np.array([[True, False, False], [True, False, False]]))
    one.positions[:, 1] = 0
    found = difficulty(one)
    assert found.order.tolist() == [1, 2, 0]
    assert found.counts.tolist() == [2, 0, 1]
    assert (found.low, found.sure) == (None, False)  # three queries tell nothing


def test_one_run_tells_nothing():
    with pytest.raises(ValueError, match="two at least"):
        difficulty(answers(np.ones((1, 20), bool)))
