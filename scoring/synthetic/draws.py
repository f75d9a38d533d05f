"""Draws that a long tail is made of; each takes the generator and asks it for `random` alone."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def shuffled(n: int, rng: np.random.Generator) -> Ints:
    """Return the numbers below n in random order."""
    return np.argsort(rng.random(n), kind="stable")


def long_tail(
    n: int, total: int, steepness: float, rng: np.random.Generator, *, head: float = 1.0
) -> Ints:
    """Return n whole numbers of at least 1 that sum to `total`, a few large and most small.

    Parameters
    ----------
    steepness
        0 makes all alike; the higher the steeper.
    head
        About how many are nearly as large as the largest.
    """
    weights = np.power(head + np.arange(n, dtype=np.float64), -steepness)
    return (1 + _shares(weights, total - n))[shuffled(n, rng)]


def _shares(weights: Floats, total: int) -> Ints:
    """Part a whole number by weights, the largest remainders rounded up."""
    exact = weights / weights.sum() * total
    shares: Ints = exact.astype(np.int64)
    rest = np.argsort(shares - exact, kind="stable")[: total - int(shares.sum())]
    shares[rest] += 1
    return shares


def weighted_choice(weights: Floats, k: int, rng: np.random.Generator) -> Ints:
    """Return k different places, heavy ones more likely (Efraimidis and Spirakis' keys)."""
    keys = np.log(1.0 - rng.random(len(weights))) / weights
    return np.argsort(-keys, kind="stable")[:k]


def picks(shares: Floats, n: int, rng: np.random.Generator) -> Ints:
    """Return n places, each as likely as its share."""
    return np.searchsorted(np.cumsum(shares) / np.sum(shares), rng.random(n), side="right")
