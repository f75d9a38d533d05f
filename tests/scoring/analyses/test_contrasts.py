"""What a choice of method is worth: against scipy, and against what was planted."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from scoring import Average, Contrast, MethodRun, contrast, deviations

FloatArray = npt.NDArray[np.float64]

EFFECT = 0.07
N_WORLDS, N_CONTRASTS = 200, 10


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def compared(runs: Sequence[MethodRun]) -> Contrast:
    found = contrast(runs, "x", "y")
    assert found is not None
    return found


def average_of(values: FloatArray, weights: FloatArray | None = None) -> Average:
    value = float(np.average(values, weights=weights))
    own = None if weights is None else tuple(weights.tolist())
    return Average(value, tuple(map(str, range(len(values)))), tuple(values.tolist()), own)


def runs_of(scores: dict[str, dict[str, list[float]]]) -> list[MethodRun]:
    return [
        MethodRun(team, level, score)
        for team, by_level in scores.items()
        for level, own in by_level.items()
        for score in own
    ]


def test_teams_with_both_are_compared_with_themselves_as_paired_t_does():
    both = {
        "k": {"x": [0.71], "y": [0.66]},
        "l": {"x": [0.52], "y": [0.49]},
        "m": {"x": [0.80], "y": [0.81]},
        "n": {"x": [0.33], "y": [0.29]},
    }
    found = compared(runs_of(both | {"other": {"x": [0.1]}}))
    sides = ([own[level][0] for own in both.values()] for level in "xy")
    wanted = stats.ttest_rel(*sides).confidence_interval(0.95)
    assert found.interval() == pytest.approx((wanted.low, wanted.high))
    assert (found.over, found.n_teams, found.n_runs, found.n_reference) == ("pairs", 4, 4, 4)


def test_other_teams_are_compared_as_the_means_of_two_groups():
    one, other = [0.5, 0.6, 0.8, 0.55], [0.3, 0.31, 0.45]
    teams = {f"one{i}": {"x": [score]} for i, score in enumerate(one)}
    teams |= {f"other{i}": {"y": [score]} for i, score in enumerate(other)}
    found = compared(runs_of(teams))
    welch = stats.ttest_ind(one, other, equal_var=False)
    assert found.value == pytest.approx(np.mean(one) - np.mean(other))
    assert found.error is not None
    assert found.error >= found.value / welch.statistic  # the jackknife is the more careful one
    assert found.error == pytest.approx(found.value / welch.statistic, rel=0.1)
    assert (found.over, found.df) == ("teams", 2)


def test_what_else_the_runs_say_is_taken_out(rng: np.random.Generator):
    """Runs that made the choice have more networks; the networks are what helps."""
    runs = [
        MethodRun(str(team), level, 0.3 + 0.1 * networks + rng.normal(0, 0.01), (networks,))
        for team in range(8)
        for level, networks in (("x", 3.0), ("x", 4.0), ("y", 1.0), ("y", 3.5))
    ]
    found = compared(runs)
    plain = compared([MethodRun(run.team, run.level, run.value) for run in runs])
    assert (found.adjusted, plain.adjusted) == (True, False)
    assert plain.value == pytest.approx(0.125, abs=0.02)
    assert found.value == pytest.approx(0, abs=0.02)
    low, high = found.interval() or (0, 0)
    assert low < 0 < high


def test_the_estimate_is_that_of_least_squares_with_a_term_for_each_team(rng: np.random.Generator):
    runs = [
        MethodRun(str(team), level, rng.random(), (float(rng.random()), float(rng.random())))
        for team in range(7)
        for level in "xxyy"
    ]
    design = np.array(
        [[run.level == "x", *run.others, *(run.team == str(t) for t in range(7))] for run in runs],
        float,
    )
    wanted = np.linalg.lstsq(design, np.array([run.value for run in runs]))[0][0]
    assert compared(runs).value == pytest.approx(wanted)


def test_what_always_goes_with_something_else_cannot_be_told_from_it():
    runs = [
        MethodRun(str(team), level, 0.5 + 0.1 * (level == "x"), (float(level == "x"),))
        for team in range(8)
        for level in "xy"
    ]
    found = compared(runs)
    assert (found.over, found.interval()) == ("confounded", None)
    assert found.value == pytest.approx(0.1)


def test_of_few_teams_nothing_else_is_taken_out(rng: np.random.Generator):
    runs = [
        MethodRun(str(team), level, rng.random(), (rng.random(),))
        for team in range(3)
        for level in "xy"
    ]
    assert (compared(runs).adjusted, compared(runs).df) == (False, 2)


def test_of_too_few_teams_the_test_alone_tells_something_and_only_of_these_runs(
    rng: np.random.Generator,
):
    units = rng.integers(0, 2, (2, 400)).astype(float)
    runs = [_run(team, level, own) for team, level, own in zip("ab", "xy", units, strict=True)]
    found = compared(runs)
    assert found.over == "runs"
    assert found.error == pytest.approx(stats.sem(units[0] - units[1]))


def test_of_two_printed_figures_nothing_can_be_inferred():
    printed = compared([MethodRun("a", "x", 0.5), MethodRun("b", "y", 0.4)])
    assert printed.value == pytest.approx(0.1)
    assert printed.interval() is None


def test_a_level_without_a_run_is_compared_with_nothing():
    assert contrast([MethodRun("a", "x", 0.5)], "x", "y") is None


def test_the_errors_of_teams_and_of_the_test_add_up(rng: np.random.Generator):
    units = rng.random((2, 50))
    shifts = {"a": 0.3, "b": 0.1, "c": -0.1}  # of the runs of one level
    runs = [
        _run(team, level, own, shifts[team] if level == "x" else 0.0)
        for team, (level, own) in product("abc", zip("xy", units, strict=True))
    ]
    found = compared(runs)
    of_teams = compared([MethodRun(run.team, run.level, run.value) for run in runs])
    assert of_teams.error is not None
    assert found.error == pytest.approx(np.hypot(of_teams.error, stats.sem(units[0] - units[1])))


def _run(team: str, level: str, units: FloatArray, shift: float = 0.0) -> MethodRun:
    value = float(units.mean()) + shift
    return MethodRun(team, level, value, deviations=deviations(average_of(units)))


def test_weights_count_in_what_a_unit_adds(rng: np.random.Generator):
    values, weights = rng.random(40), rng.integers(1, 9, 40).astype(float)
    own = deviations(average_of(values, weights))
    assert own is not None
    resampled = [
        np.average(values[draw], weights=weights[draw]) for draw in rng.integers(0, 40, (4_000, 40))
    ]
    assert own.mean() == pytest.approx(0)
    assert own.std(ddof=1) / np.sqrt(40) == pytest.approx(np.std(resampled), rel=0.06)


def test_a_single_unit_tells_nothing():
    assert deviations(Average(0.5, ("a",), (0.5,))) is None


def test_intervals_hold_together_and_a_planted_effect_is_found(rng: np.random.Generator):
    """In 95 of 100 worlds all ten intervals hold what was planted: an effect in one of ten choices."""
    held = found = 0
    for _ in range(N_WORLDS):
        skill = rng.normal(0.5, 0.1, 12)
        planted = [EFFECT] + [0.0] * (N_CONTRASTS - 1)
        ends = [_interval(_world(skill, effect, rng)) for effect in planted]
        held += all(
            low <= effect <= high for (low, high), effect in zip(ends, planted, strict=True)
        )
        found += ends[0][0] > 0
    assert held >= 0.95 * N_WORLDS - 8  # fewer would come of chance once in a hundred times
    assert found >= 0.98 * N_WORLDS


def _interval(runs: list[MethodRun]) -> tuple[float, float]:
    ends = compared(runs).interval(N_CONTRASTS)
    assert ends is not None
    return ends


def _world(skill: FloatArray, effect: float, rng: np.random.Generator) -> list[MethodRun]:
    """Return four runs of each team, two of either level."""
    return [
        MethodRun(str(team), level, own + (effect if level == "x" else 0.0) + rng.normal(0, 0.02))
        for team, own in enumerate(skill.tolist())
        for level in "xxyy"
    ]
