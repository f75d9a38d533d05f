"""The columns of `cmap`: all queries of a test ranked for one class.

A second reading of the file, because whom a query stands behind is known only when all probabilities
of the relevant pairs are. It keeps a few numbers for each relevant pair, none for each line.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import isnan, nan

from scoring.run_files.answers import Answer
from scoring.run_rules import Kind
from scoring.traces.trace import Subset
from scoring.truth.ground_truth import GroundTruth, Judged
from scoring.truth.subsets import queries_in

NOT_FOUND = nan


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
        What stands for each class of the file; itself, or by chance another.
    subsets
        The queries of each subset.
    """

    def __init__(
        self,
        judged: Judged,
        probabilities: Sequence[float],
        written: Mapping[str, str] | None,
        subsets: Mapping[Subset, frozenset[str]],
    ) -> None:
        self._judged = judged
        self._probabilities = probabilities
        self._written = written
        self._subsets = subsets
        self._steps = _steps(judged, probabilities)
        self._counts = {
            subset: {name: [0] * (2 * len(own) + 1) for name, own in self._steps.items()}
            for subset in subsets
        }

    def take(self, answer: Answer) -> None:
        """Count the lines of one query between the probabilities of the relevant pairs."""
        counts = [c for subset, c in self._counts.items() if answer.query in self._subsets[subset]]
        if not counts:
            return
        for name, probability in zip(answer.classes, answer.probabilities, strict=True):
            column = name if self._written is None else self._written.get(name, name)
            steps = self._steps.get(column)
            if steps is None:
                continue
            # Even places count what is between two steps, odd ones what is on one.
            place = bisect_left(steps, probability) + bisect_right(steps, probability)
            for own in counts:
                own[column][place] += 1

    def positions(self) -> dict[Subset, "array[int]"]:
        """Return the position of every pair in its class column, by subset."""
        return {subset: self._positions(subset) for subset in self._subsets}

    def _positions(self, subset: Subset) -> "array[int]":
        positions = array("i", bytes(4 * len(self._probabilities)))
        behind: dict[tuple[str, float], int] = {}
        ends = {name: _ends(counts) for name, counts in self._counts[subset].items()}
        for pair, (query, name) in reversed(list(enumerate(pairs_of(self._judged)))):
            probability = self._probabilities[pair]
            if isnan(probability) or query not in self._subsets[subset]:
                continue
            end = ends[name][2 * bisect_left(self._steps[name], probability) + 1]
            key = (name, probability)
            positions[pair] = end - behind.get(key, 0)
            behind[key] = behind.get(key, 0) + 1
        return positions


def pairs_of(judged: Judged) -> list[tuple[str, str]]:
    """Return the relevant (query, class) pairs in the order of a trace."""
    return [
        (query, name)
        for query, relevant in zip(judged.queries, judged.relevant, strict=True)
        for name in relevant.foreground + relevant.background
    ]


def queries_by_subset(
    truth: GroundTruth, kind: Kind, subsets: Iterable[Subset]
) -> dict[Subset, frozenset[str]]:
    """Return the judged queries of each subset."""
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


def _ends(counts: Sequence[int]) -> list[int]:
    """Return how many stand at each place or before it, the highest probability first."""
    return list(accumulate(reversed(counts)))[::-1]
