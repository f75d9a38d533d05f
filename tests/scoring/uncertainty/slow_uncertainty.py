"""Resamples and flips a second time, one by one and without matrices, from the definitions."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np


def slow_resamples(
    values: Sequence[float],
    seed: int,
    weights: Sequence[float] | None = None,
    n_resamples: int = 10_000,
) -> Iterator[float]:
    """Yield the weighted mean of each resample, those of weight 0 left out."""
    generator = np.random.Generator(np.random.PCG64(seed))
    n = len(values)
    for _ in range(n_resamples):
        drawn = [int(place) for place in generator.integers(0, n, size=n)]
        if weights is None:
            yield math.fsum(values[place] for place in drawn) / n
        elif weight := math.fsum(weights[place] for place in drawn):
            yield math.fsum(values[place] * weights[place] for place in drawn) / weight


def slow_percentile(figures: Sequence[float], percent: float) -> float:
    """Return a percentile: between the two figures around its place, in proportion."""
    ordered = sorted(figures)
    place = Fraction(percent) / 100 * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    share = place - below
    return float((1 - share) * Fraction(ordered[below]) + share * Fraction(ordered[above]))


def slow_p_value(
    one: Sequence[Fraction], other: Sequence[Fraction], seed: int, n_flips: int = 10_000
) -> Fraction:
    """Return the p-value of the sign test of exact differences."""
    generator = np.random.Generator(np.random.PCG64(seed))
    whole = math.lcm(*(value.denominator for value in (*one, *other)))
    differences = [int(whole * (a - b)) for a, b in zip(one, other, strict=True)]
    as_far = 0
    for _ in range(n_flips):
        words = generator.integers(0, 2**64, size=-(-len(one) // 64), dtype=np.uint64)
        bits = sum(int(word) << (64 * place) for place, word in enumerate(words))
        flipped = sum(-d if bits >> place & 1 else d for place, d in enumerate(differences))
        as_far += abs(flipped) >= abs(sum(differences))
    return Fraction(1 + as_far, 1 + n_flips)
