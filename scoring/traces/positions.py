"""The position of a class in an answer: the order of rule 1, without sorting by class.

Probability descending; equal ones by Rank ascending, where there is one; what is still equal stands
against the run: wrong classes before right ones, background before foreground.
"""

from bisect import bisect_right
from collections.abc import Collection

from scoring.run_files.answer import Answer
from scoring.truth.ground_truth import Relevant

Key = float | tuple[float, int]


class Order:
    """The order of one answer.

    Examples
    --------
    >>> order = Order(Answer("q", 1, ["a", "b", "c"], [0.5, 0.5, 0.5]))
    >>> order.positions(Relevant(foreground=("a",), background=("b",)))
    [3, 2]
    """

    def __init__(self, answer: Answer) -> None:
        negative = [-probability for probability in answer.probabilities]
        keys: list[Key] = (
            list(zip(negative, answer.ranks, strict=True)) if answer.ranks else [*negative]
        )
        self._keys = dict(zip(answer.classes, keys, strict=True))
        self._sorted = sorted(keys)

    def positions(self, relevant: Relevant) -> list[int]:
        """Return the position of each foreground class, then of each background class; 0 is nowhere.

        Equal ones end where the last of them ends. So right ones take their places from behind:
        first the foreground, then the background, and the wrong ones have those before.
        """
        places: dict[str, int] = {}
        behind: dict[Key, int] = {}
        for name in reversed(relevant.background + relevant.foreground):
            key = self._keys.get(name)
            if key is None:
                places[name] = 0
                continue
            places[name] = self._end(key) - behind.get(key, 0)
            behind[key] = behind.get(key, 0) + 1
        return [places[name] for name in relevant.foreground + relevant.background]

    def probability(self, name: str, default: float) -> float:
        """Return the probability of a class, or the default where it was not answered."""
        key = self._keys.get(name)
        if key is None:
            return default
        return 0.0 - (key[0] if isinstance(key, tuple) else key)

    def first_class(self, relevant: Relevant) -> str:
        """Return the class at the first position; among equal wrong ones the one of the least id."""
        best = self._sorted[0]
        tied = (name for name, key in self._keys.items() if key == best)
        if self._end(best) == 1:
            return next(tied)
        return min(tied, key=lambda n: (n in relevant.foreground, n in relevant.background, n))

    def first_position(self, classes: Collection[str]) -> int:
        """Return the position of the first of some classes, all others being wrong; 0 is nowhere."""
        keys = [self._keys[name] for name in self._keys.keys() & classes]
        if not keys:
            return 0
        best = min(keys)
        return self._end(best) - keys.count(best) + 1

    def _end(self, key: Key) -> int:
        return bisect_right(self._sorted, key)
