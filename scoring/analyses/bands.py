"""Numbers put into bands that are about as wide as each other on a log scale."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise


def log_bands(numbers: Sequence[int], least: int) -> list[tuple[int, int]]:
    """Return bands that part numbers, each holding at least so many of them.

    They begin at 0, 1, 3, 10, 30, 100 ...; one that holds fewer is joined to the next, and the last one
    to that before it.

    Parameters
    ----------
    numbers
        Whole ones, from 0 on.
    least
        How many of them a band holds at least.

    Returns
    -------
    list
        Where each band begins, and where the next one would. Empty where there are fewer numbers than
        one band holds.

    Examples
    --------
    >>> log_bands([0, 1, 2, 2, 5, 7, 12, 25, 40, 60, 90], least=3)
    [(0, 3), (3, 30), (30, 100)]
    """
    ordered = sorted(numbers)
    if not ordered or len(ordered) < least:
        return []
    edges = _edges_beyond(ordered[-1])
    cuts = [0]
    for edge in edges:
        if bisect_left(ordered, edge) - bisect_left(ordered, cuts[-1]) >= least:
            cuts.append(edge)
    cuts[-1] = edges[-1]  # what is left above is too few for a band
    return list(pairwise(cuts))


def _edges_beyond(most: int) -> list[int]:
    """Return 1, 3, 10, 30 ... up to the first that is greater than a number."""
    edges = [1]
    while edges[-1] <= most:
        edges.append(edges[-1] * 3 if len(edges) % 2 else edges[-2] * 10)
    return edges
