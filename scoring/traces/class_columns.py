"""The columns of `cmap`: all queries of a test ranked for one class.

A second reading of the file, because whom a query stands behind is known only when all probabilities
of the relevant pairs are. It keeps a few numbers for each relevant pair, none for each line.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from math import isnan, nan

from scoring.run_files.answer import Answer
from scoring.run_files.kernel_reading import KernelReading
from scoring.run_rules import Kind
from scoring.traces.trace import Subset
from scoring.truth.ground_truth import GroundTruth, Judged
from scoring.truth.subsets import queries_in

NOT_FOUND = nan

Written = Callable[[str], str]
"""What stands in the file for a class: itself, or by chance another."""


class ClassColumns:
    """Ranks the queries of some subsets for each class.

    Within a class stand the queries by probability descending; equal ones without the class first.

    Parameters
    ----------
    judged
        The relevant pairs.
    probabilities
        Of each pair in the file; not a number where the file has no such line.
    written
        What stands in the file for each class.
    subsets
        The queries of each subset.
    """

    def __init__(
        self,
        judged: Judged,
        probabilities: Sequence[float],
        written: Written,
        subsets: Mapping[Subset, frozenset[str]],
    ) -> None:
        self._judged = judged
        self._probabilities = probabilities
        self._subsets = subsets
        steps = _steps(judged, probabilities)
        self._column = {name: column for column, name in enumerate(steps)}
        self._written = {written(name): column for name, column in self._column.items()}
        self._starts = array("i", accumulate(map(len, steps.values()), initial=0))
        self._steps = array("d", chain.from_iterable(steps.values()))
        # Of a column with n steps 2n + 1 places: even ones between two steps, odd ones on one.
        n_places = 2 * len(self._steps) + len(steps)
        self._counts = {subset: array("q", bytes(8 * n_places)) for subset in subsets}

    def take(self, answer: Answer) -> None:
        """Count the lines of one query between the probabilities of the relevant pairs."""
        counts = [c for subset, c in self._counts.items() if answer.query in self._subsets[subset]]
        if not counts:
            return
        for name, probability in zip(answer.classes, answer.probabilities, strict=True):
            column = self._written.get(name)
            if column is not None:
                place = self._place(column, probability)
                for own in counts:
                    own[place] += 1

    def attach(self, reading: KernelReading) -> None:
        """Have the kernel count them."""
        codes = reading.codes(list(self._written))
        columns = array("i", [-1]) * reading.n_classes
        for code, column in zip(codes, self._written.values(), strict=True):
            if code >= 0:  # or no run may name it
                columns[code] = column
        parts = [
            (bytes(map(self._subsets[subset].__contains__, reading.ids)), counts)
            for subset, counts in self._counts.items()
        ]
        reading.kernel.count(columns, self._starts, self._steps, parts)

    def positions(self) -> dict[Subset, "array[int]"]:
        """Return the position of every pair in its class column, by subset."""
        return {subset: self._positions(subset) for subset in self._subsets}

    def _place(self, column: int, probability: float) -> int:
        """Return where the lines of a class are counted that have a probability."""
        own = (self._steps, probability, self._starts[column], self._starts[column + 1])
        return bisect_left(*own) + bisect_right(*own) + column

    def _positions(self, subset: Subset) -> "array[int]":
        positions = array("i", bytes(4 * len(self._probabilities)))
        behind: dict[tuple[str, float], int] = {}
        ends = self._ends(subset)
        for pair, (query, name) in reversed(list(enumerate(pairs_of(self._judged)))):
            probability = self._probabilities[pair]
            if isnan(probability) or query not in self._subsets[subset]:
                continue
            end = ends[self._place(self._column[name], probability)]
            key = (name, probability)
            positions[pair] = end - behind.get(key, 0)
            behind[key] = behind.get(key, 0) + 1
        return positions

    def _ends(self, subset: Subset) -> list[int]:
        """Return how many stand at each place of a column or before it, the most probable first."""
        ends: list[int] = []
        counts = self._counts[subset]
        for column, (start, end) in enumerate(pairwise(self._starts)):
            own = counts[2 * start + column : 2 * end + column + 1]
            ends += list(accumulate(reversed(own)))[::-1]
        return ends


def pairs_of(judged: Judged) -> list[tuple[str, str]]:
    """Return the relevant (query, class) pairs in the order of a trace."""
    return [
        (query, name)
        for query, relevant in zip(judged.queries, judged.relevant, strict=True)
        for name in relevant.foreground + relevant.background
    ]


def queries_by_subset(
    truth: GroundTruth, kind: Kind, subsets: Sequence[Subset]
) -> dict[Subset, frozenset[str]]:
    """Return the judged queries of each subset."""
    if not subsets:
        return {}
    every = frozenset(truth.judged(kind).queries)
    return {
        subset: every.intersection(*(queries_in(truth, kind, *own) for own in subset))
        for subset in subsets
    }


def _steps(judged: Judged, probabilities: Sequence[float]) -> dict[str, list[float]]:
    """Return the different probabilities of each class's pairs, ascending."""
    found: dict[str, set[float]] = {}
    for (_, name), probability in zip(pairs_of(judged), probabilities, strict=True):
        if not isnan(probability):
            found.setdefault(name, set()).add(probability)
    return {name: sorted(own) for name, own in found.items()}
