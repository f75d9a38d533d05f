"""What is kept of the draws is what would be drawn again."""

import numpy as np
import pytest

from scoring.uncertainty import draws
from scoring.uncertainty.draws import N_RESAMPLES, draw_counts


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(draws, "_kept", type(draws._kept)())


def rows(n: int, seed: int) -> np.ndarray:
    return np.concatenate(list(draw_counts(n, seed)))


@pytest.mark.parametrize("n", [1, 2, 11, 60, 301])
def test_draws_kept_are_those_drawn(n):
    first = rows(n, seed=3)
    assert first.shape == (N_RESAMPLES, n)
    assert (first.sum(axis=1) == n).all()
    assert (rows(n, seed=3) == first).all()
    assert ((n, 3) in draws._kept) == (first.max() <= 15)


def test_they_are_the_draws_of_numpy():
    generator = np.random.Generator(np.random.PCG64(5))
    drawn = generator.integers(0, 40, size=(N_RESAMPLES, 40))
    expected = np.stack([np.bincount(units, minlength=40) for units in drawn])
    assert (rows(40, seed=5) == expected).all()
    assert (rows(40, seed=5) == expected).all()


def test_a_unit_drawn_too_often_for_half_a_byte_is_drawn_again(monkeypatch):
    monkeypatch.setattr(draws, "_MOST", 3)
    first = rows(60, seed=1)
    assert first.max() > 3
    assert not draws._kept
    assert (rows(60, seed=1) == first).all()


def test_the_oldest_go_where_there_is_no_room(monkeypatch):
    monkeypatch.setattr(draws, "KEPT_BYTES", N_RESAMPLES * 19)  # half a byte a count
    for n in (20, 10):
        rows(n, seed=1)
    rows(20, seed=1)  # asked for again
    rows(10, seed=2)
    assert list(draws._kept) == [(20, 1), (10, 2)]
    rows(41, seed=1)  # more than there is room for: not kept, and nothing goes for it
    assert list(draws._kept) == [(20, 1), (10, 2)]


def test_draws_that_were_not_all_asked_for_are_not_kept():
    next(draw_counts(1_000, seed=1))
    assert not draws._kept
    assert len(rows(1_000, seed=1)) == N_RESAMPLES
