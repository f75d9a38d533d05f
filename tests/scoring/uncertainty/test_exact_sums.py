import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scoring.uncertainty.exact_sums import exact_sums

SCORES = st.one_of(
    st.sampled_from([0.0, 1.0]),
    st.integers(1, 10_000).map(lambda position: 1 / position),
    st.floats(2**-20, 1),
    st.sampled_from([0.1, 100.0, 5.0]),
)


@given(st.lists(SCORES, min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_sums_are_those_of_fsum(values, random):
    drawn = [[random.randrange(len(values)) for _ in values] for _ in range(5)]
    [sums] = exact_sums(_blocks(drawn), [np.array(values)], len(values))
    assert sums.tolist() == [math.fsum(values[place] for place in row) for row in drawn]


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=40))
def test_whatever_the_values(values):
    drawn = [list(range(len(values))), [0] * len(values)]
    [sums] = exact_sums(_blocks(drawn), [np.array(values)], len(values))
    most = max(map(abs, values))
    expected = [math.fsum(values[place] for place in row) for row in drawn]
    assert sums.tolist() == pytest.approx(expected, abs=len(values) * (2**-52 * most + 2.0**-900))


def test_a_column_is_the_same_beside_any_others():
    generator = np.random.Generator(np.random.PCG64(1))
    blocks = [generator.integers(0, 3, size=(7, 400)) / 1.0 for _ in range(5)]
    columns = [scale * generator.random(400) for scale in (1, 1, 1e6, 1e-6, 3, 7, 9)]
    together = exact_sums(blocks, columns, 1_200)
    for column, sums in zip(columns, together, strict=True):
        for row in (slice(None), slice(2, 3)):
            [alone] = exact_sums([block[row] for block in blocks], [column], 1_200)
            same = np.concatenate([sums[7 * b : 7 * b + 7][row] for b in range(5)])
            assert alone.tolist() == same.tolist()


@pytest.mark.parametrize("n_columns", [1, 3, 40, 130])
def test_tiles_add_up(n_columns):
    """More rows, columns and units than a tile has, and no whole number of tiles."""
    generator = np.random.Generator(np.random.PCG64(3))
    weights = generator.integers(0, 3, size=(70, 10_001))
    columns = generator.integers(0, 1_000, size=(n_columns, 10_001))
    sums = exact_sums([weights.astype(float)], [own.astype(float) for own in columns], 30_000)
    assert [own.tolist() for own in sums] == (weights @ columns.T).T.tolist()


def _blocks(drawn):
    return [np.array([np.bincount(row, minlength=len(row)) for row in drawn], float)]
