"""How often each unit is drawn in each resample.

Which units are drawn depends on the seed and their number alone. Units that are alike are counted
together, so that a hundred counts may stand for thousands of units.
"""

from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scoring.kernel import KERNEL
from scoring.uncertainty.exact_sums import Matrix

Numbers = NDArray[np.int32]

N_RESAMPLES = 10_000

_CELLS = 2**20  # of weights in memory at once; what is drawn does not depend on it


def draw_counts(codes: Numbers, seed: int) -> Iterator[Matrix]:
    """Yield how often units of each code are drawn in each of 10,000 resamples, some resamples at a time.

    A resample takes as many units as there are, the next ones of
    ``numpy.random.Generator(numpy.random.PCG64(seed)).integers(0, len(codes))``.

    Parameters
    ----------
    codes
        A number for each unit; those from 0 to the greatest have a column each.
    seed
        That of the ground truth, `GroundTruth.seed`.

    Examples
    --------
    >>> units = np.arange(5, dtype=np.int32)
    >>> counts = next(draw_counts(units, seed=1))
    >>> counts.sum(axis=1)[:3].tolist()
    [5.0, 5.0, 5.0]
    >>> together = next(draw_counts(units // 2, seed=1))
    >>> (together[:, 0] == counts[:, 0] + counts[:, 1]).all()
    np.True_
    """
    return _counted_quickly(codes, seed) if KERNEL else _counted(codes, seed)


def block_sizes(n: int) -> Iterator[int]:
    """Yield how many of the 10,000 rows of n weights to make at once."""
    most = max(1, _CELLS // n)
    for begin in range(0, N_RESAMPLES, most):
        yield min(most, N_RESAMPLES - begin)


def _counted(codes: Numbers, seed: int) -> Iterator[Matrix]:
    generator = np.random.Generator(np.random.PCG64(seed))
    n, n_codes = len(codes), int(codes.max()) + 1
    for n_rows in block_sizes(n):
        rows = np.arange(0, n_rows * n_codes, n_codes)[:, None]
        places = codes[generator.integers(0, n, size=(n_rows, n))] + rows
        counts = np.bincount(places.ravel(), minlength=n_rows * n_codes)
        yield counts.reshape(n_rows, n_codes).astype(float)


def _counted_quickly(codes: Numbers, seed: int) -> Iterator[Matrix]:
    """Do the same from the state in which numpy's generator begins; the kernel draws and counts."""
    assert KERNEL is not None
    words = _begin(seed)
    n, n_codes = len(codes), int(codes.max()) + 1
    for n_rows in block_sizes(n):
        counts = np.empty(n_rows * n_codes)
        KERNEL.count_draws(words, codes, n_codes, counts)
        yield counts.reshape(n_rows, n_codes)


def _begin(seed: int) -> "array[int]":
    """Return state and step of PCG64 in words of 64 bits, and that nothing of it is used up."""
    begin = np.random.PCG64(seed).state["state"]
    return array("Q", [*divmod(begin["state"], 2**64), *divmod(begin["inc"], 2**64), 0])
