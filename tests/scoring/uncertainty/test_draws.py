"""The kernel draws what numpy draws, and units that are alike are counted together."""

import subprocess
import sys
from array import array
from collections import Counter

import numpy as np
import pytest

from scoring.kernel import KERNEL
from scoring.uncertainty import draws
from scoring.uncertainty.draws import N_RESAMPLES, _counted, draw_counts

needs_kernel = pytest.mark.skipif(KERNEL is None, reason="the kernel was not compiled, or is off")

WAYS = [_counted, pytest.param(draws._counted_quickly, marks=needs_kernel)]


def numbers(*values):
    return np.array(values, np.int32)


def each(n):
    return np.arange(n, dtype=np.int32)


def rows(way, codes, seed):
    return np.concatenate(list(way(codes, seed)))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("n", [1, 2, 11, 40, 301])
def test_they_are_the_draws_of_numpy(way, n):
    generator = np.random.Generator(np.random.PCG64(5))
    drawn = generator.integers(0, n, size=(N_RESAMPLES, n)).tolist()
    counts = rows(way, each(n), seed=5).tolist()
    for own, units in zip(counts, drawn, strict=True):
        assert {unit: count for unit, count in enumerate(own) if count} == Counter(units)


@needs_kernel
def test_numbers_that_would_be_too_many_are_left_out(monkeypatch):
    """Of 2^32 numbers 2^32 mod n are: with 3,000,001 units one in 2,000, which moves all later draws."""
    monkeypatch.setattr(draws, "N_RESAMPLES", 1)
    codes = each(3_000_001) % 1_000
    slow, quick = rows(_counted, codes, seed=8), rows(draws._counted_quickly, codes, seed=8)
    assert slow.shape == (1, 1_000)
    assert (slow == quick).all()


@pytest.mark.parametrize("way", WAYS)
def test_units_that_are_alike_are_counted_together(way):
    one_by_one, together = rows(way, each(6), seed=2), rows(way, numbers(1, 0, 1, 2, 0, 1), seed=2)
    assert (together[:, 0] == one_by_one[:, 1] + one_by_one[:, 4]).all()
    assert (together[:, 1] == one_by_one[:, 0] + one_by_one[:, 2] + one_by_one[:, 5]).all()
    assert (together[:, 2] == one_by_one[:, 3]).all()


@pytest.mark.parametrize("way", WAYS)
def test_a_column_of_nobody_is_empty(way):
    counts = rows(way, numbers(3, 3, 1), seed=2)
    assert counts.shape == (N_RESAMPLES, 4)
    assert not counts[:, [0, 2]].any()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("cells", [1, 1_000, 2**24])
def test_how_much_is_in_memory_changes_nothing(way, cells, monkeypatch):
    expected = rows(way, each(37), seed=4)
    monkeypatch.setattr(draws, "_CELLS", cells)
    assert (rows(way, each(37), seed=4) == expected).all()


def test_the_switch_of_the_kernel_is_that_of_the_draws():
    code = (
        "from scoring.uncertainty import draws; print(draws.draw_counts(draws.np.zeros(1, int), 1))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={"CLEFBOARD_KERNEL": "off"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "_counted at" in shown
    assert ("_counted_quickly at" in str(draw_counts(each(1), seed=1))) == (KERNEL is not None)


@needs_kernel
@pytest.mark.parametrize(
    ("words", "codes", "n_codes", "counts", "error"),
    [
        (array("Q", [0, 1, 0, 1]), each(2), 2, np.empty(2), "has 4 items where 5 are needed"),
        (array("Q", [0, 1, 0, 1, 513]), each(2), 2, np.empty(2), "more than 512 numbers are used"),
        (array("q", [0, 1, 0, 1, 0]), each(2), 2, np.empty(2), "an array of 'Q' is needed"),
        (object(), each(2), 2, np.empty(2), "bytes-like object is required"),
        (None, each(2), 1, np.empty(2), "1 is none of the numbers from 0 to 0"),
        (None, numbers(-1), 1, np.empty(2), "-1 is none of the numbers from 0 to 0"),
        (None, numbers(0), 0, np.empty(2), "0 is none of the numbers from 0 to -1"),
        (None, numbers(), 1, np.empty(2), "there are 0 units to draw from"),
        (None, each(2).astype(np.int64), 2, np.empty(2), "an array of 'i' is needed"),
        (None, each(2), 2, np.empty(2, np.float32), "an array of 'd' is needed"),
        (None, each(2), 2, np.empty((1, 2)), "an array of 'd' is needed"),
        (None, each(2), 2, b"\0" * 16, "not writable"),
    ],
)
def test_the_kernel_counts_nowhere_else(words, codes, n_codes, counts, error):
    assert KERNEL is not None
    with pytest.raises((ValueError, TypeError, BufferError), match=error):
        KERNEL.count_draws(words or draws._begin(1), codes, n_codes, counts)


@needs_kernel
def test_what_is_no_whole_row_is_left_as_it_is():
    assert KERNEL is not None
    counts = np.full(8, 7.0)
    KERNEL.count_draws(draws._begin(1), each(3), 3, counts)
    assert counts[:3].sum() == counts[3:6].sum() == 3
    assert counts[6:].tolist() == [7, 7]
