"""Where random numbers come from: the seed, what is drawn, and the place it is drawn for.

So no draw depends on how many were made before it: an interrupted training goes on exactly, and any
number of workers makes the same images.
"""

from enum import IntEnum

import numpy as np
import torch


class Draw(IntEnum):
    """What is drawn."""

    WEIGHTS = 1
    SPLIT = 2
    ORDER = 3
    ITEM = 4
    MIXUP = 5
    STEP = 6
    FOLDS = 7
    SAMPLE = 10
    BAG = 11
    NETWORK = 12


def seed_of(draw: Draw, *place: int) -> int:
    """Return the seed of what is drawn at a place, e.g. for an image in an epoch.

    Examples
    --------
    >>> seed_of(Draw.ITEM, 7, 0, 12) == seed_of(Draw.ITEM, 7, 1, 12)
    False
    """
    state = np.random.SeedSequence((draw, *place)).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(1))  # torch takes no seed beyond 63 bits from everywhere


def torch_generator(draw: Draw, *place: int) -> torch.Generator:
    """Return a generator of torch, on the CPU."""
    return torch.Generator().manual_seed(seed_of(draw, *place))


def numpy_generator(draw: Draw, *place: int) -> np.random.Generator:
    """Return a generator of numpy."""
    return np.random.Generator(np.random.PCG64(seed_of(draw, *place)))


class Draws:
    """What is drawn one after the other from a generator.

    Parameters
    ----------
    generator
        On the CPU.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self._generator = generator

    def between(self, low: float, high: float) -> float:
        """Return a number from low to high."""
        return low + (high - low) * float(torch.rand((), generator=self._generator))

    def coin(self) -> bool:
        """Return true half of the time."""
        return self.between(0, 1) < 0.5

    def below(self, n: int) -> int:
        """Return a whole number from 0 on, below n."""
        return int(torch.randint(n, (), generator=self._generator))


def seed_torch(draw: Draw, *place: int) -> None:
    """Seed what networks draw from by themselves: initial weights, dropout."""
    torch.manual_seed(seed_of(draw, *place))
