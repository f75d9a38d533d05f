"""Paired tests: against a slow twin in exact numbers, and alike alone and in a table."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scoring import RunRules, parse_metric, read_ground_truth, trace_run
from scoring.metrics.averages import Average, mean
from scoring.results.scores import average
from scoring.uncertainty.bootstrap import intervals, resampled
from scoring.uncertainty.differences import (
    MAX_RUNS,
    Difference,
    against_first,
    all_pairs,
    compare,
    holm,
)
from tests.scoring.uncertainty.slow_uncertainty import slow_p_value, slow_percentile

FIXTURES = Path(__file__).parents[3] / "fixtures" / "practice"
RANDOM = np.random.Generator(np.random.PCG64(2017))


def make_average(values, **fields):
    units = tuple(f"u{place:05}" for place in range(len(values)))
    floats = tuple(map(float, values))
    return replace(Average(mean(floats), units, floats), **fields)


def differ(one, other, seed):
    """Return what `compare` returns, where it returns something."""
    return sure([compare(one, other, seed)])[0]


def sure(some):
    found = [each for each in some if each is not None]
    assert len(found) == len(some)
    return found


def ranks(n, share=0.5):
    """Return reciprocal ranks as exact numbers."""
    return [Fraction(1, int(position)) for position in RANDOM.geometric(share, size=n)]


@pytest.mark.parametrize("n", [10, 64, 70])
def test_p_values_are_those_of_the_slow_twin(n):
    """Many flips tie with the sum itself: thirds and sevenths must not be parted by rounding."""
    one, other = ranks(n), ranks(n)
    found = differ(make_average(one), make_average(other), seed=6)
    assert found.p == float(slow_p_value(one, other, seed=6))


def test_few_differences_tie_often():
    one = [Fraction(1, 3)] * 12
    other = [*one[:8], Fraction(1, 7), Fraction(1, 7), Fraction(1, 2), Fraction(1, 4)]
    found = differ(make_average(one), make_average(other), seed=2)
    assert found.p == float(slow_p_value(one, other, seed=2)) > 0.1


def test_the_interval_of_a_difference_is_that_of_the_differences():
    one, other = make_average(ranks(80)), make_average(ranks(80))
    found = differ(one, other, seed=6)
    ours, theirs = sure(resampled([one, other], seed=6))
    figures = (ours - theirs).tolist()
    assert found.value == one.value - other.value
    assert found.low == pytest.approx(slow_percentile(figures, 2.5), abs=1e-15)
    assert found.high == pytest.approx(slow_percentile(figures, 97.5), abs=1e-15)
    differences = [a - b for a, b in zip(one.values, other.values, strict=True)]
    [direct] = intervals([make_average(differences)], seed=6)
    assert (found.low, found.high) == pytest.approx(direct, abs=1e-15)


def test_a_run_does_not_differ_from_itself():
    one = make_average(ranks(40))
    assert compare(one, one, seed=3) == Difference(0, 0, 0, 1, 1)


def test_two_runs_that_know_nothing_do_not_differ():
    assert differ(make_average([0] * 40), make_average([0] * 40), seed=3).p == 1


def test_what_differs_everywhere_differs_for_sure():
    one, other = make_average([1] * 400), make_average([0] * 400)
    assert compare(one, other, seed=3) == Difference(1, 1, 1, 1 / 10_001, 1 / 10_001)
    assert compare(other, one, seed=3) == Difference(-1, -1, -1, 1 / 10_001, 1 / 10_001)


def test_swapping_two_runs_turns_the_sign():
    one, other = make_average(ranks(40)), make_average(ranks(40))
    forth, back = differ(one, other, seed=3), differ(other, one, seed=3)
    assert (back.value, back.p) == (-forth.value, forth.p)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low), abs=1e-15)


def test_sums_differ_as_their_means_do():
    one, other = ([float(c) for c in RANDOM.integers(0, 6, size=50)] for _ in range(2))
    means = differ(make_average(one), make_average(other), seed=3)
    totals = [make_average(values, value=sum(values), scale=50.0) for values in (one, other)]
    sums = differ(totals[0], totals[1], seed=3)
    assert sums.p == means.p
    assert (sums.value, sums.low, sums.high) == pytest.approx(
        (50 * means.value, 50 * means.low, 50 * means.high), abs=1e-12
    )


@pytest.mark.parametrize(
    "other",
    [
        Average(None),
        make_average([1] * 12, has_interval=False),
        make_average([1] * 12, weights=(2.0,) * 12),
        make_average([1] * 9),
    ],
)
def test_what_cannot_be_compared(other):
    one = make_average([1] * 12)
    assert compare(one, other, seed=1) is None
    assert compare(other, one, seed=1) is None
    assert against_first([other, one, one], seed=1) == [None, None]
    found = against_first([one, other, one], seed=1)
    assert found == [None, Difference(0, 0, 0, 1, 1)]


def test_other_units_are_no_pair():
    one = make_average([1] * 12)
    with pytest.raises(ValueError, match="one metric on one subset of one ground truth"):
        compare(one, replace(one, units=one.units[::-1]), seed=1)


def test_a_family_against_its_first():
    runs = [make_average(ranks(300, share)) for share in (0.9, 0.6, 0.7, 0.85, 0.9)]
    found = sure(against_first(runs, seed=4))
    alone = [differ(run, runs[0], seed=4) for run in runs[1:]]
    assert [replace(d, adjusted=d.p) for d in found] == alone
    assert [d.adjusted for d in found] == holm([d.p for d in alone])
    assert against_first([runs[0], *runs[:0:-1]], seed=4) == found[::-1]


def test_all_pairs_are_the_same_as_alone():
    runs = [make_average(ranks(30, share)) for share in (0.9, 0.6, 0.7, 0.85)]
    pairs = all_pairs(runs, seed=4)
    assert list(pairs) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    found = sure(pairs.values())
    for (one, other), difference in zip(pairs, found, strict=True):
        assert replace(difference, adjusted=difference.p) == compare(runs[one], runs[other], seed=4)
    assert [d.adjusted for d in found] == holm([d.p for d in found])


def test_of_fifty_runs_those_that_differ_are_told_apart():
    """Of 1,225 pairs none would be, were no p-value below 1/10,001."""
    right = [[query >= 6 * place for query in range(300)] for place in range(MAX_RUNS)]
    runs = [make_average(values) for values in right]
    pairs = all_pairs(runs, seed=1)
    first, last = sure([pairs[0, MAX_RUNS - 1], pairs[0, 1]])
    assert first.p == pytest.approx(2 * np.exp(-6 * (MAX_RUNS - 1) / 2))
    assert first.adjusted < 0.05 < last.adjusted
    assert last.p == differ(runs[0], runs[1], seed=1).p


def test_pairs_of_at_most_fifty():
    run = make_average(ranks(10))
    assert len(all_pairs([run] * MAX_RUNS, seed=1)) == 50 * 49 // 2
    with pytest.raises(ValueError, match="51 runs make 1275 pairs; choose at most 50 runs"):
        all_pairs([run] * 51, seed=1)


def test_nobody_to_compare_with():
    assert against_first([], seed=1) == []
    assert against_first([make_average([1] * 12)], seed=1) == []
    assert all_pairs([], seed=1) == {}


def test_holm_by_hand():
    """The example of Holm's method in R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")."""
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == [0.05, 0.08, 0.09, 0.09, 0.09]
    assert holm([0.6, 0.5]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_as_a_step_down_procedure(p_values):
    """Reject while the next smallest p is below 0.05 / (how many are left), then stop."""
    left = sorted(p_values)
    rejected = []
    while left and left[0] * len(left) <= 0.05:
        rejected.append(left.pop(0))
    adjusted = holm(p_values)
    assert sorted(p for p, a in zip(p_values, adjusted, strict=True) if a <= 0.05) == rejected
    assert all(p <= a <= 1 for p, a in zip(p_values, adjusted, strict=True))
    assert [a for _, a in sorted(zip(p_values, adjusted, strict=True))] == sorted(adjusted)


def test_golden_figures():
    """Another stream of numpy, or other units, would show here: published tests would change."""
    truth = read_ground_truth(FIXTURES / "leaves-practice")
    found = []
    for name in ("frozen_224_4_views", "frozen_160", "frozen_224_5_shot"):
        path = FIXTURES / "leaves-practice.runs" / f"{name}.csv.gz"
        _, trace = trace_run(path, truth, RunRules("ranked"))
        assert trace is not None
        found.append(average(trace, truth, parse_metric("mrr")))
    assert against_first(found, truth.seed) == [
        Difference(
            value=-0.010574339875810357,
            low=-0.018945773589155935,
            high=-0.003256596895751259,
            p=0.005099490050994901,
            adjusted=0.005099490050994901,
        ),
        Difference(
            value=-0.03423246647143696,
            low=-0.04932270459320099,
            high=-0.020256588601349563,
            p=9.999000099990002e-05,
            adjusted=0.00019998000199980003,
        ),
    ]
