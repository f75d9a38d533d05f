"""Means and gaps with their errors: against scipy, against resampling, and where nothing is."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from scoring import Average, average_of, estimate, gap, intervals, mean_average

FloatArray = npt.NDArray[np.float64]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def over(values: FloatArray, first: int = 0) -> Average:
    return average_of([f"{first + place:05}" for place in range(len(values))], values.tolist())


def test_a_mean_has_students_interval(rng):
    values = rng.random(25)
    found = estimate(over(values))
    wanted = stats.t.interval(0.95, 24, values.mean(), stats.sem(values))
    assert found.interval() == pytest.approx(wanted)


def test_a_gap_over_the_same_units_is_paired(rng):
    one, other = rng.random(30), rng.random(30)
    found = gap(over(one), over(other))
    test = stats.ttest_rel(one, other)
    assert found.error == pytest.approx(found.value / test.statistic)
    wanted = test.confidence_interval(0.95)
    assert found.interval() == pytest.approx((wanted.low, wanted.high))


def test_a_gap_over_different_units_has_welchs_error(rng):
    one, other = rng.random(30), rng.random(18) / 2
    found = gap(over(one), over(other, first=30))
    test = stats.ttest_ind(one, other, equal_var=False)
    assert found.error == pytest.approx(found.value / test.statistic)
    assert found.df == 17


def test_a_gap_over_units_in_common_is_that_of_the_rest(rng):
    """What both have adds to neither: the whole less a part of it moves with the part and the rest."""
    values = rng.random(200)
    whole, part = over(values), over(values[:80])
    drawn = rng.integers(0, 200, (20_000, 200))
    inside = drawn < 80
    parts = (values[drawn] * inside).sum(axis=1) / inside.sum(axis=1)
    resampled = (values[drawn].mean(axis=1) - parts).std()
    assert gap(whole, part).error == pytest.approx(resampled, rel=0.05)


def test_clusters_are_what_chance_draws(rng):
    by_class = rng.random(20)
    values = np.repeat(by_class, 5)
    average = over(values)
    class_of = {unit: f"c{place // 5}" for place, unit in enumerate(average.units)}
    found, alone = estimate(average, class_of), estimate(average)
    assert found.error == pytest.approx(stats.sem(by_class))
    assert found.df == 19
    assert alone.error == pytest.approx(stats.sem(values))
    assert stats.sem(by_class) > 2 * stats.sem(values)


def test_weights_count_as_in_the_bootstrap(rng):
    values, weights = rng.random(400), rng.integers(1, 9, 400).astype(float)
    units = tuple(f"{place:03}" for place in range(400))
    weighed = Average(
        float(np.average(values, weights=weights)),
        units,
        tuple(values.tolist()),
        tuple(weights.tolist()),
    )
    [wanted] = intervals([weighed], seed=1)
    assert estimate(weighed).interval() == pytest.approx(wanted, abs=0.004)


def test_several_together_are_wider():
    found = estimate(average_of([*"abcdefghij"], [0.0, 1.0] * 5))
    alone, together = found.interval(), found.interval(10)
    assert alone is not None
    assert together is not None
    assert together[0] < alone[0] < alone[1] < together[1]


def test_few_units_or_clusters_tell_nothing():
    few = average_of([*"abc"], [0.0, 1.0, 1.0])
    many = average_of([*"abcdefghijkl"], [0.0, 1.0] * 6)
    assert estimate(few).interval() is None
    assert gap(many, few).error is None
    assert estimate(many, dict.fromkeys(many.units, "one")).error is None


def test_a_mean_over_runs_needs_the_same_units():
    with pytest.raises(ValueError, match="same units"):
        mean_average([average_of(["a"], [1.0]), average_of(["b"], [1.0])])


def test_nothing_is_found_where_nothing_is(rng):
    """Of 400 worlds without an effect, about one in twenty has an interval that does not touch 0."""
    sure = 0
    for _ in range(400):
        found = gap(over(rng.random(40) ** 2), over(rng.random(60) ** 2, first=40)).interval()
        assert found is not None
        sure += found[0] > 0 or found[1] < 0
    assert 8 <= sure <= 34
