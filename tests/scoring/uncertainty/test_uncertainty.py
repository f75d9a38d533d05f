"""Intervals: against a slow twin to the last bit, and alike whatever else is scored."""

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scoring import RunRules, parse_metric, read_ground_truth, score_all, trace_run
from scoring.metrics.averages import Average, mean
from scoring.uncertainty import draws
from scoring.uncertainty.bootstrap import has_interval, intervals, resampled
from tests.scoring.uncertainty.slow_uncertainty import slow_percentile, slow_resamples

FIXTURES = Path(__file__).parents[3] / "fixtures" / "practice"
RANDOM = np.random.Generator(np.random.PCG64(20171))


def make_average(values, **fields):
    units = tuple(f"u{place:05}" for place in range(len(values)))
    return replace(Average(mean(values), units, tuple(values)), **fields)


def figures_of(average, seed):
    [figures] = resampled([average], seed)
    assert figures is not None
    return figures.tolist()


def interval(average, seed):
    [found] = intervals([average], seed)
    assert found is not None
    return found


def reciprocal_ranks(n):
    return [1 / int(position) for position in RANDOM.geometric(0.5, size=n)]


@pytest.mark.parametrize("n", [10, 11, 37, 100])
def test_resamples_are_those_of_the_slow_twin(n):
    average = make_average(reciprocal_ranks(n))
    assert figures_of(average, seed=3 + 2**63) == list(slow_resamples(average.values, 3 + 2**63))


def test_so_are_weighted_ones_and_those_of_weight_0_are_left_out():
    values, weights = reciprocal_ranks(10), [0, 0, 2, 0, 0, 0, 0, 5.5, 0, 0]
    average = make_average(values, weights=tuple(weights))
    expected = list(slow_resamples(average.values, 11, weights))
    assert 8_000 < len(expected) < 9_900
    assert figures_of(average, seed=11) == expected


def test_the_interval_is_between_two_percentiles():
    average = make_average(reciprocal_ranks(25))
    low, high = interval(average, seed=8)
    figures = list(slow_resamples(average.values, 8))
    assert low == pytest.approx(slow_percentile(figures, 2.5), rel=1e-15)
    assert high == pytest.approx(slow_percentile(figures, 97.5), rel=1e-15)
    assert low < average.value < high


@pytest.mark.parametrize(
    "average",
    [
        make_average([0.5] * 9),
        make_average([0.5] * 12, has_interval=False),
        make_average([0.5] * 12, value=None),
        make_average([math.inf] * 12, value=None, has_interval=False),
        make_average([1.0] * 12, weights=(0.0,) * 12),
        Average(None, reason="no query has a relevant class"),
    ],
)
def test_what_has_none(average):
    assert not has_interval(average)
    assert intervals([average, average], seed=1) == [None, None]


def test_ten_units_are_enough():
    assert intervals([make_average([0.5] * 10)], seed=1) == [(0.5, 0.5)]


@pytest.mark.parametrize("value", [0.0, 1.0, 1 / 3, 0.1, 1 / 7, 100.1])
@pytest.mark.parametrize("n", [10, 13, 401, 997])
def test_constant_values_have_an_interval_without_a_width(value, n):
    average = make_average([value] * n)
    assert intervals([average], seed=n) == [(average.value, average.value)]


def test_the_interval_of_a_sum_is_that_of_the_mean_times_its_units():
    values = [float(cost) for cost in RANDOM.integers(0, 6, size=50)]
    total = make_average(values, value=math.fsum(values), scale=50.0)
    low, high = interval(make_average(values), seed=5)
    assert interval(total, seed=5) == pytest.approx((50 * low, 50 * high), rel=1e-15)
    constant = make_average([0.1] * 30, value=math.fsum([0.1] * 30), scale=30.0)
    assert intervals([constant], seed=5) == [(constant.value, constant.value)]


def test_an_interval_is_the_same_alone_and_together():
    averages = [make_average(reciprocal_ranks(n)) for n in (60, 60, 200, 60, 11, 200)]
    averages[3] = replace(averages[3], weights=tuple(map(float, range(60))))
    together = intervals(averages, seed=9)
    assert together == [intervals([average], seed=9)[0] for average in averages]
    assert together[::-1] == intervals(averages[::-1], seed=9)
    assert together != intervals(averages, seed=10)


@pytest.mark.parametrize("cells", [1, 1_000, 2**24])
def test_how_much_is_in_memory_changes_nothing(cells, monkeypatch):
    averages = [make_average(reciprocal_ranks(n)) for n in (60, 200)]
    expected = intervals(averages, seed=4)
    monkeypatch.setattr(draws, "_CELLS", cells)
    assert intervals(averages, seed=4) == expected


def test_nothing_given_is_changed():
    averages = [make_average(reciprocal_ranks(20))]
    before = [replace(average) for average in averages]
    intervals(averages, seed=1)
    assert averages == before


ON_ANOTHER_MACHINE = """
import numpy as np
from scoring.metrics.averages import Average, mean
from scoring.uncertainty.differences import against_first
from scoring.uncertainty.bootstrap import intervals
ranks = 1 / np.random.Generator(np.random.PCG64(1)).geometric(0.3, size=(7, 401))
units = tuple(map(str, range(401)))
averages = [Average(mean(own), units, tuple(own)) for own in ranks.tolist()]
print(intervals(averages, 5), against_first(averages, 5))
"""


def test_the_machine_does_not_show():
    """Plain products of these numbers differ between the two kinds of processor (and from 2 threads).

    With the compiled kernel and without is the same, too.
    """
    answers = {
        subprocess.run(
            [sys.executable, "-c", ON_ANOTHER_MACHINE],
            env={
                **os.environ,
                "OPENBLAS_CORETYPE": kind,
                "OPENBLAS_NUM_THREADS": threads,
                "CLEFBOARD_KERNEL": kernel,
            },
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for kind, threads, kernel in (("Prescott", "1", "off"), ("Nehalem", "2", "on"))
    }
    assert len(answers) == 1


GOLDEN = {
    "mrr": (0.940083736055611, 0.957133325008325, 0.9725679840992342),
    "top_1": (0.9075, 0.9325, 0.955),
    "top_5": (0.965, 0.98, 0.9925),
    "macro_mrr": (0.9047833000333, 0.9571333250083249, 0.9949999999999999),
}


def test_golden_figures():
    """Another stream of numpy, or other units, would show here: published intervals would change."""
    truth = read_ground_truth(FIXTURES / "leaves-practice")
    assert truth.seed == 5525834308376678477
    path = FIXTURES / "leaves-practice.runs" / "frozen_160.csv.gz"
    _, trace = trace_run(path, truth, RunRules("ranked"))
    assert trace is not None
    found = score_all(trace, truth, [parse_metric(name) for name in GOLDEN])
    assert {score.metric: (score.low, score.value, score.high) for score in found} == GOLDEN
