"""How far groups lie apart: against the definition, against what was planted, and where nothing was."""

import numpy as np
import numpy.typing as npt
import pytest

from scoring import Average, average_of, group_histogram, group_spread

FloatArray = npt.NDArray[np.float64]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def world(
    rng: np.random.Generator, between: float, n_groups: int = 150
) -> tuple[Average, dict[str, str]]:
    """Return queries of authors, most of whom have few, whose scores lie apart by so much."""
    sizes = 1 + rng.geometric(0.3, n_groups)
    group = np.repeat(np.arange(n_groups), sizes)
    shift = rng.normal(0, between, n_groups) if between else np.zeros(n_groups)
    values = shift[group] + rng.normal(0.5, 0.3, len(group))
    units = [f"{place:05}" for place in range(len(group))]
    return average_of(units, values.tolist()), dict(zip(units, map(str, group), strict=True))


def slow_variance(values: FloatArray, groups: list[str]) -> float:
    """Return the variance between groups from the table of an analysis of variance."""
    own = {name: values[[group == name for group in groups]] for name in set(groups)}
    n, g = len(values), len(own)
    between = sum(len(part) * (part.mean() - values.mean()) ** 2 for part in own.values())
    within = sum(((part - part.mean()) ** 2).sum() for part in own.values())
    n_0 = (n - sum(len(part) ** 2 for part in own.values()) / n) / (g - 1)
    return float((between / (g - 1) - within / (n - g)) / n_0)


def test_it_is_the_variance_component_of_the_table(rng):
    average, group_of = world(rng, 0.1)
    found = group_spread(average, group_of, seed=1)
    assert found is not None
    groups = [group_of[unit] for unit in average.units]
    assert found.value == pytest.approx(np.sqrt(slow_variance(np.array(average.values), groups)))
    assert (found.n_groups, found.n_units) == (150, len(average.units))


def test_what_was_planted_is_found(rng):
    found = [group_spread(*world(rng, 0.15), seed=seed) for seed in range(20)]
    assert all(one is not None and one.low > 0 for one in found)
    covered = sum(one is not None and one.low <= 0.15 <= one.high for one in found)
    assert covered >= 15


def test_what_was_not_planted_is_not(rng):
    found = [group_spread(*world(rng, 0), seed=seed) for seed in range(100)]
    assert sum(one is not None and one.low > 0 for one in found) <= 8


def test_few_groups_of_several_tell_nothing():
    units = [f"{place:02}" for place in range(30)]
    alone = average_of(units, [0.0, 1.0] * 15)
    assert group_spread(alone, {unit: unit for unit in units}, seed=1) is None
    assert group_histogram(alone, {unit: unit for unit in units}, seed=1, least=2) is None


def test_units_of_one_value_have_no_histogram():
    units = [f"{place:02}" for place in range(30)]
    alike = average_of(units, [1.0] * 30)
    pairs = {unit: str(place // 2) for place, unit in enumerate(units)}
    assert group_histogram(alike, pairs, seed=1, least=2) is None


def test_the_histogram_counts_groups_and_what_chance_makes_of_them(rng):
    average, group_of = world(rng, 0)
    found = group_histogram(average, group_of, seed=1, least=3)
    assert found is not None
    sizes = np.unique(list(group_of.values()), return_counts=True)[1]
    assert sum(found.counts) == (sizes >= 3).sum()
    assert sum(found.expected) == pytest.approx(sum(found.counts))
    inside = [
        low <= n <= high for low, n, high in zip(found.low, found.counts, found.high, strict=True)
    ]
    assert sum(inside) >= 8
    assert found == group_histogram(average, group_of, seed=1, least=3)
