"""What is worth a look in a run that is valid all the same."""

import math
from collections.abc import Iterator
from operator import ge

from scoring.problems import SHOWN_LINES, Problem, said, shown
from scoring.records import dataclass, field
from scoring.run_files.answer import Answer


@dataclass
class Watched:
    """What was seen of the answers of a run.

    Attributes
    ----------
    n_answers
        Those that hold a prediction with a probability.
    most
        How many predictions the longest of them has.
    lowest, highest
        Probability of all.
    n_contradicting
        Answers in which Rank contradicts Probability.
    contradicting
        The first lines of the first ten of them.
    first_contradiction
        The query of the first of them.
    """

    n_answers: int = 0
    most: int = 0
    lowest: float = math.inf
    highest: float = -math.inf
    n_contradicting: int = 0
    contradicting: list[int] = field(default_factory=list)
    first_contradiction: str = ""

    def take(self, answer: Answer) -> None:
        """Look at one answer."""
        if not answer.probabilities:
            return  # nothing is ranked
        self.n_answers += 1
        self.most = max(self.most, len(answer.classes))
        self.lowest = min(self.lowest, *answer.probabilities)
        self.highest = max(self.highest, *answer.probabilities)
        if answer.ranks and contradicts(answer):
            self._note_contradiction(answer)

    def _note_contradiction(self, answer: Answer) -> None:
        if not self.n_contradicting:
            self.first_contradiction = answer.query
        if self.n_contradicting < SHOWN_LINES:
            self.contradicting.append(answer.first_line)
        self.n_contradicting += 1

    def warnings(self) -> Iterator[Problem]:
        """Yield what looks like a mistake."""
        if self.n_contradicting:
            yield Problem(
                "rank_contradicts",
                said(
                    "Rank contradicts Probability, first for %(query)s: Probability wins, Rank only "
                    "parts equal ones",
                    query=shown(self.first_contradiction),
                ),
                tuple(self.contradicting),
                self.n_contradicting,
            )
        if self.most == 1:
            yield Problem(
                "one_prediction",
                said(
                    "one prediction a query: a class that is not first counts as not found, so more "
                    "of them can only help"
                ),
            )
        if self.lowest == self.highest and (self.n_answers > 1 or self.most > 1):
            yield Problem(
                "equal_probabilities",
                said(
                    "all probabilities are equal: equal ones are ordered against the run, wrong "
                    "classes first"
                ),
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
