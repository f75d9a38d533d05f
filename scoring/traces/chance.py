"""What a run would score by chance: the same file with its classes permuted.

The permutation is that of the sorted classes of the test, drawn with the seed of the bootstrap.
"""

from array import array
from collections.abc import Iterable, Sequence

from scoring.records import replace
from scoring.traces.trace import Trace
from scoring.truth.ground_truth import GroundTruth, Relevant


def permutation(seed: int, n: int) -> list[int]:
    """Return where each of n places goes.

    Examples
    --------
    >>> sorted(permutation(1, 5))
    [0, 1, 2, 3, 4]
    """
    import numpy as np  # noqa: PLC0415  # reading and scoring do without

    places: list[int] = np.random.Generator(np.random.PCG64(seed)).permutation(n).tolist()
    return places


class Swap:
    """The permutation of the classes of a test."""

    def __init__(self, classes: Sequence[str], places: Sequence[int]) -> None:
        self.written = {name: classes[place] for name, place in zip(classes, places, strict=True)}
        """What stands in the permuted file for each class."""
        self.read = {new: old for old, new in self.written.items()}
        """What stands in the file for each class of the permuted one."""
        self._codes = [0, *(place + 1 for place in places)]

    def relevant(self, relevant: Relevant) -> Relevant:
        """Return the classes of the file that stand, in the permuted one, for relevant ones."""
        return Relevant(
            tuple(self.read.get(name, name) for name in relevant.foreground),
            tuple(self.read.get(name, name) for name in relevant.background),
        )

    def codes(self, codes: Iterable[int]) -> "array[int]":
        """Return class numbers of the permuted file; 0, for unknown, stays."""
        return array("i", map(self._codes.__getitem__, codes))


def chance_places(truth: GroundTruth) -> list[int] | None:
    """Return where each of the sorted classes of a test goes, None where a run may name any class."""
    if truth.test_set.classes is None:
        return None
    return permutation(truth.seed, len(truth.test_set.classes))


def swap_of(truth: GroundTruth, places: Sequence[int] | None = None) -> Swap | None:
    """Return the permutation of a test's classes, None where a run may name any class.

    `places` is what `chance_places` returns, for who has it: drawing it loads numpy.
    """
    if truth.test_set.classes is None:
        return None
    names = sorted(truth.test_set.classes.columns["ClassId"])
    return Swap(names, permutation(truth.seed, len(names)) if places is None else places)


def by_chance(trace: Trace, truth: GroundTruth) -> Trace | None:
    """Return the trace of the permuted file, as far as metrics read it.

    None where a run may name any class, or the positions were not counted when it was read.
    """
    swap = swap_of(truth)
    if swap is None or (len(trace.chance_positions) != len(trace.positions)):
        return None
    return replace(
        trace,
        positions=trace.chance_positions,
        class_positions=trace.chance_class_positions,
        predicted=swap.codes(trace.predicted),
    )
