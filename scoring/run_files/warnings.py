"""What is worth a look in a run that is valid all the same."""

from collections.abc import Iterator
from operator import ge

from scoring.problems import SHOWN_LINES, Problem, shown
from scoring.run_files.answers import Answer


class Watcher:
    """Sees every answer of a run, and says at its end what looks like a mistake."""

    def __init__(self) -> None:
        self._contradicting: list[int] = []
        self._n_contradicting = 0
        self._first_contradiction = ""
        self._n_answers = 0
        self._most = 0
        self._lowest = float("inf")
        self._highest = float("-inf")

    def take(self, answer: Answer) -> None:
        """Look at one answer."""
        if not answer.probabilities:
            return  # nothing is ranked
        self._n_answers += 1
        self._most = max(self._most, len(answer.classes))
        self._lowest = min(self._lowest, *answer.probabilities)
        self._highest = max(self._highest, *answer.probabilities)
        if answer.ranks and contradicts(answer):
            self._note_contradiction(answer)

    def _note_contradiction(self, answer: Answer) -> None:
        self._n_contradicting += 1
        if len(self._contradicting) < SHOWN_LINES:
            self._contradicting.append(answer.first_line)
        self._first_contradiction = self._first_contradiction or shown(answer.query)

    def warnings(self) -> Iterator[Problem]:
        """Yield what was seen."""
        if self._n_contradicting:
            yield Problem(
                "rank_contradicts",
                f"Rank contradicts Probability, first for {self._first_contradiction}: Probability wins, "
                f"Rank only parts equal ones",
                tuple(self._contradicting),
                self._n_contradicting,
            )
        if self._most == 1:
            yield Problem(
                "one_prediction",
                "one prediction a query: a class that is not first counts as not found, so more of "
                "them can only help",
            )
        if self._lowest == self._highest and (self._n_answers > 1 or self._most > 1):
            yield Problem(
                "equal_probabilities",
                "all probabilities are equal: equal ones are ordered against the run, wrong classes first",
            )


def contradicts(answer: Answer) -> bool:
    """Tell whether a more probable class has a greater Rank than a less probable one.

    Examples
    --------
    >>> contradicts(Answer("q", 1, ["a", "b", "c"], [0.5, 0.5, 0.1], [2, 1, 3]))
    False
    >>> contradicts(Answer("q", 1, ["a", "b", "c"], [0.5, 0.5, 0.1], [2, 1, 1]))
    True
    """
    rows = sorted(
        zip(answer.probabilities, answer.ranks, strict=True), key=lambda row: (-row[0], row[1])
    )
    ranks = [rank for _, rank in rows]
    # Equal ones stand by Rank, so a step down is between two that are not.
    return not all(map(ge, ranks[1:], ranks))
