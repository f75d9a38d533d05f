"""A run between two forms: in the order of the rules, in a temporary file, whatever its size."""

import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from scoring.fusion.spool import Spool
from scoring.problems import InvalidRun, Problem, Problems, TooManyProblems, said
from scoring.run_files.answer import Answer, ScatteredLines
from scoring.run_files.answers import Grouped, Lines, Scattered


class Row(NamedTuple):
    """A prediction and its place: equal ones have the same, and the next ones are counted on."""

    name: str
    score: float
    place: int


Rows = Iterable[tuple[str, Sequence[Row]]]
"""Queries with their predictions, the best first."""


class SpooledRun:
    """Takes the answers of a run, and gives them back ordered.

    Attributes
    ----------
    queries
        In the order in which they came.
    n_predictions
        How many there are.
    lowest, highest
        Of all scores.
    n_parted
        Queries in which Rank alone parts equal scores.
    """

    def __init__(self, spool: Spool) -> None:
        spool.cut(0)
        self._spool = spool
        self._counts = array("q")
        self.queries: list[str] = []
        self.n_predictions = 0
        self.lowest, self.highest = math.inf, -math.inf
        self.n_parted = 0

    def take(self, answer: Answer) -> None:
        """Keep an answer, in its order: score descending, Rank ascending, ids."""
        if not answer.classes:
            return
        ranks = answer.ranks or [0] * len(answer.classes)
        rows = list(zip(answer.probabilities, ranks, answer.classes, strict=True))
        rows.sort(key=lambda row: (-row[0], row[1], row[2]))
        scores = [score + 0.0 for score, _, _ in rows]  # -0.0 is 0
        names = [name for _, _, name in rows]
        self._spool.append(names, scores)
        self._spool.append(names, _places([row[:2] for row in rows]))
        self._counts.append(len(rows))
        self.queries.append(answer.query)
        self.n_predictions += len(rows)
        self.lowest, self.highest = min(self.lowest, scores[-1]), max(self.highest, scores[0])
        self.n_parted += any(one[0] == two[0] and one[1] != two[1] for one, two in pairwise(rows))

    def rows(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield every query with its predictions, the best first."""
        start, name = 0, self._spool.name
        for query, count in zip(self.queries, self._counts, strict=True):
            scores = self._spool.read(start, count)
            places = self._spool.read(start + self._spool.size(count), count)
            yield (
                query,
                [
                    Row(name(code), score, int(place))
                    for (code, score), (_, place) in zip(scores, places, strict=True)
                ],
            )
            start += 2 * self._spool.size(count)


def _places(keys: Sequence[tuple[float, int]]) -> Iterator[int]:
    place = 0
    for number, key in enumerate(keys, start=1):
        if number == 1 or key != keys[number - 2]:
            place = number
        yield place


def gather(
    read: Callable[[Problems], Iterable[Lines]], make: Callable[[], SpooledRun]
) -> tuple[tuple[Problem, ...], SpooledRun]:
    """Gather lines into a run; they are read again where the lines of a query lie apart.

    Parameters
    ----------
    read
        Yields all lines, and says what is wrong with them.
    make
        Makes what takes the answers.
    """
    for collector in (Grouped, Scattered):
        problems, run = Problems(), make()
        collected = collector(run.take, problems, None)
        try:
            for lines in read(problems):
                collected.add(lines)
                problems.stop_if_hopeless()
            collected.finish()
        except ScatteredLines:
            continue
        except InvalidRun as invalid:
            problems.add_whole(*invalid.problems)
        except TooManyProblems:
            problems.add_whole(
                Problem("stopped", said("reading stopped after ten million problems"))
            )
        if not run.queries and not problems:
            problems.add_whole(Problem("empty", said("the file holds no prediction")))
        return problems.listed(), run
    raise AssertionError("scattered lines have no order to break")
