"""How often each unit is drawn in each resample.

To draw takes most of the time of an interval, and every run of a task asks for the same draws: they are
kept, half a byte a count, as long as there is room.
"""

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from scoring.uncertainty.exact_sums import Matrix

N_RESAMPLES = 10_000
KEPT_BYTES = 240_000_000  # PlantCLEF 2017: 89 MB for its queries, 126 MB for its images

_CELLS = 2**18  # of weights in memory at once; what is drawn does not depend on it
_MOST = 15  # of one unit in one resample; more is so rare that it is drawn again each time

_kept: OrderedDict[tuple[int, int], list["_Packed"]] = OrderedDict()
_lock = Lock()


def draw_counts(n: int, seed: int) -> Iterator[Matrix]:
    """Yield how often each of n units is drawn in each of 10,000 resamples, some resamples at a time.

    Examples
    --------
    >>> first = next(draw_counts(5, seed=1))
    >>> first.sum(axis=1)[:3].tolist()
    [5.0, 5.0, 5.0]
    >>> (next(draw_counts(5, seed=1)) == first).all()
    np.True_
    """
    with _lock:
        kept = _kept.get((n, seed))
        if kept is not None:
            _kept.move_to_end((n, seed))
    if kept is not None:
        yield from (block.counts() for block in kept)
    else:
        yield from _drawn(n, seed)


def block_sizes(n: int) -> Iterator[int]:
    """Yield how many of the 10,000 rows of n weights to make at once."""
    most = max(1, _CELLS // n)
    for begin in range(0, N_RESAMPLES, most):
        yield min(most, N_RESAMPLES - begin)


def _drawn(n: int, seed: int) -> Iterator[Matrix]:
    """Yield the same, drawn; once they are all drawn they are kept."""
    generator = np.random.Generator(np.random.PCG64(seed))
    packed: list[_Packed] | None = [] if n * N_RESAMPLES <= 2 * KEPT_BYTES else None
    for n_rows in block_sizes(n):
        drawn = generator.integers(0, n, size=(n_rows, n))
        counts = np.empty((n_rows, n))
        for row, units in enumerate(drawn):
            counts[row] = np.bincount(units, minlength=n)
        if packed is not None:
            packed.append(_Packed.of(counts))
            packed = packed if counts.max() <= _MOST else None
        yield counts
    if packed is not None:
        _keep((n, seed), packed)


def _keep(key: tuple[int, int], packed: list["_Packed"]) -> None:
    """Keep draws, and forget those that were not asked for longest."""
    with _lock:
        _kept[key] = packed
        while sum(len(block.halves) for own in _kept.values() for block in own) > KEPT_BYTES:
            _kept.popitem(last=False)


class _Packed(NamedTuple):
    """Some rows of counts, two in a byte."""

    halves: NDArray[np.uint8]
    shape: tuple[int, int]

    @classmethod
    def of(cls, counts: Matrix) -> Self:
        flat = np.zeros(counts.size + counts.size % 2, np.uint8)
        flat[: counts.size] = counts.ravel()
        return cls(flat[::2] | flat[1::2] << 4, counts.shape)  # type: ignore[arg-type]  # two sizes

    def counts(self) -> Matrix:
        flat = np.empty(2 * len(self.halves))
        flat[::2] = self.halves & _MOST
        flat[1::2] = self.halves >> 4
        n_rows, n = self.shape
        return flat[: n_rows * n].reshape(n_rows, n)
