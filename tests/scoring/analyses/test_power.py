"""What a test set can show: the difference that is said is found as often as is said."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from scoring import (
    Average,
    RunRules,
    compare,
    detectable_difference,
    difference_between,
    n_units,
    parse_metric,
    read_ground_truth,
)

PRACTICE = Path("fixtures/practice")
N_WORLDS = 4_000


def signs(n: int, disagreement: float, difference: float, rng: np.random.Generator) -> np.ndarray:
    """Return what units of two runs differ by: 1, 0 or -1."""
    better = (disagreement + difference) / 2
    drawn = rng.random(n)
    return np.where(drawn < better, 1.0, np.where(drawn < disagreement, -1.0, 0.0))


def averages(differences: np.ndarray) -> tuple[Average, Average]:
    units = tuple(f"u{place:04}" for place in range(len(differences)))
    one = Average(float(differences.mean()), units, tuple(differences.tolist()))
    return one, Average(0.0, units, (0.0,) * len(units))


def p_of_all_flips(differences: np.ndarray) -> float:
    """Return what the paired test tends to with ever more flips, of differences of 1 and -1."""
    n, total = int(np.abs(differences).sum()), abs(int(differences.sum()))
    return min(1.0, 2 * float(stats.binom.sf((n + total) // 2 - 1, n, 0.5)))


@pytest.mark.parametrize(("n", "disagreement"), [(200, 0.4), (1000, 0.1), (1000, 0.2)])
def test_the_difference_is_found_in_eighty_of_a_hundred(n, disagreement):
    rng = np.random.default_rng(n)
    difference = detectable_difference(n, disagreement)
    assert difference is not None
    worlds = [signs(n, disagreement, difference, rng) for _ in range(N_WORLDS)]
    found = [p_of_all_flips(own) <= 0.05 for own in worlds]
    assert 0.74 < np.mean(found) < 0.83  # whole queries make the test a little less than 5 %
    tested = compare(*averages(worlds[0]), seed=1)
    assert tested is not None
    assert tested.p == pytest.approx(p_of_all_flips(worlds[0]), abs=0.01)


def test_where_even_all_of_the_disagreement_would_not_show_there_is_none():
    assert detectable_difference(20, 0.1) is None
    assert detectable_difference(10, 1.0) is not None


def test_runs_that_disagree_on_so_many_queries_are_told_what_was_said_before():
    own = signs(1000, 0.2, 0.0, np.random.default_rng(1))
    one, other = averages(own)
    pair = difference_between(one, other)
    assert pair is not None
    assert pair[1] == pytest.approx(detectable_difference(1000, pair[0]), rel=0.01)
    assert difference_between(one, Average(None)) is None


@pytest.mark.parametrize(
    ("metric", "shape", "n"),
    [
        ("top_1", "ranked", 400),
        ("macro_top_1", "ranked", 40),
        ("fungi_1", "label", 400),
        ("f1_samples", "set", 400),
        ("fungi_4", "label", None),  # a query may cost 10
        ("median_position", "ranked", None),
        ("cmap", "ranked", None),
        ("f1_micro", "set", None),
    ],
)
def test_the_units_are_those_that_scores_of_the_metric_are_over(metric, shape, n):
    truth = read_ground_truth(PRACTICE / "leaves-practice")
    assert n_units(truth, parse_metric(metric), RunRules(shape)) == n
