"""Sums over many rows of whole weights that are exact: no order of adding, no library, no machine shows.

Matrix products of floating point numbers differ in the last digits with the number of columns, the
library and the processor. Here each column is cut into slices whose sums fit into 53 bits, so that
every product and every sum of them is exact, in whatever order it is made (Rump, Ogita and Oishi 2008,
"Accurate floating-point summation"; Ozaki et al. 2012 for matrix products).
"""

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import islice

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_BITS = 52
_LEAST_EXPONENT = -900  # smaller numbers than 2^-952 are nothing beside any score
_TILE_ROWS, _TILE_COLUMNS = 32, 128
_TILE_TERMS = 2**18  # of which OpenBLAS makes a product in the thread that asks for it


def exact_sums(blocks: Iterable[Matrix], columns: Sequence[Vector], n: int) -> list[Vector]:
    r"""Return the weighted sum of every column, for every row of weights.

    .. math:: s_{rc} = \sum_i w_{ri} v_{ic}

    Parameters
    ----------
    blocks
        Rows of whole weights; a few rows at a time, so that they are never all in memory.
    columns
        The values.
    n
        What the weights of a row add up to at most, signs apart.

    Returns
    -------
    list
        For each column the sums, one a row: the same alone and beside any other column. Values are
        taken as multiples of at most n^2 2^-103 of the greatest of them (for a million units 2^-63),
        so a sum is what `math.fsum` gives.

    Examples
    --------
    >>> [sums] = exact_sums([np.array([[1.0, 1, 1], [3, 0, 0]])], [np.array([0.1, 0.2, 0.3])], 3)
    >>> sums.tolist()
    [0.6, 0.30000000000000004]
    >>> [math.fsum([0.1, 0.2, 0.3]), math.fsum([0.1, 0.1, 0.1])]
    [0.6, 0.30000000000000004]
    """
    slices = [_slices(column, n) for column in columns]
    matrix = np.column_stack([piece for own in slices for piece in own])
    parts = [matrix[:, at : at + _TILE_COLUMNS] for at in range(0, matrix.shape[1], _TILE_COLUMNS)]
    found = [np.hstack([_product(block, part) for part in parts]) for block in blocks]
    sums = iter(np.concatenate(found).T)
    return [reduce(np.add, islice(sums, len(own))) for own in slices]


def _product(weights: Matrix, matrix: Matrix) -> Matrix:
    """Multiply tile by tile.

    Of narrow matrices that is no slower, and for larger ones a library may start threads: where others
    want the cores too they wait for one another, and what takes 3 s takes 80.
    """
    sums = np.zeros((len(weights), matrix.shape[1]))
    n = max(1, _TILE_TERMS // (_TILE_ROWS * matrix.shape[1]))
    for begin in range(0, len(matrix), n):
        part = matrix[begin : begin + n]
        for row in range(0, len(weights), _TILE_ROWS):
            rows = slice(row, row + _TILE_ROWS)
            sums[rows] += weights[rows, begin : begin + n] @ part
    return sums


def _slices(column: Vector, n: int) -> list[Vector]:
    """Return columns whose sums are exact, and which together are the column: one may be enough."""
    high = _rounded(column, n)
    rest = column - high
    return [high, _rounded(rest, n)] if rest.any() else [high]


def _rounded(column: Vector, n: int) -> Vector:
    """Round to multiples of a power of two so great that sums of n of the column fit into a double."""
    _, exponent = math.frexp(n * np.abs(column).max(initial=0))
    quantum = math.ldexp(1, max(exponent, _LEAST_EXPONENT) - _BITS)
    return np.asarray(np.rint(column / quantum) * quantum)
