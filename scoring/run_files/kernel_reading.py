"""The lines of a ranked or segment run, read by the compiled kernel.

The kernel says which lines are wrong and in what way; the words are those of the plain reading: the
first line of each kind is judged once more, in Python.
"""

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from scoring.kernel import KERNEL
from scoring.problems import Problem, Problems, Sentence
from scoring.run_files.answer import Answer, ScatteredLines, duplicate, too_many
from scoring.run_files.layouts import Layout
from scoring.run_files.opening import BLANK_LINE
from scoring.run_files.reading import LineReading, Question, Taker
from scoring.run_files.warnings import Watched
from scoring.truth.tables import ids_of

if TYPE_CHECKING:
    from scoring._kernel import FoundProblem, Reading

THREADS = "CLEFBOARD_THREADS"

_NO_LIMIT = 2**64 - 1
_LEAST_BYTES = 4_000_000  # of a file for which starting threads pays


@runtime_checkable
class ArrayTaker(Protocol):
    """A taker that needs no answer as an object: the kernel fills its arrays."""

    takes_from_threads: bool
    """Whether two readings, which read different queries, may fill them at once."""

    def attach(self, reading: "KernelReading") -> None:
        """Say which arrays to fill, before the first line is read."""


def can_read(layout: Layout) -> bool:
    """Tell whether the kernel is here and reads such lines; files of sets and labels are small."""
    return KERNEL is not None and not layout.one_line


def is_for_two(path: Path, taker: object) -> bool:
    """Tell whether two threads should read a file: it is large, and nothing forbids it.

    The environment variable ``CLEFBOARD_THREADS=1`` does.
    """
    return (
        isinstance(taker, ArrayTaker)
        and taker.takes_from_threads
        and path.stat().st_size >= _LEAST_BYTES
        and os.environ.get(THREADS, "") != "1"
        and (os.cpu_count() or 1) > 1
    )


class Tables:
    """The ids of a task, as the kernel looks them up."""

    def __init__(self, question: Question) -> None:
        self.queries = ids_of(list(question.ids))
        self.classes = question.class_ids or ids_of([])


class KernelReading(LineReading):
    """Has the lines of a file read by the kernel; see `scoring.run_files.reading`.

    Attributes
    ----------
    ids
        The queries, by their numbers in the kernel.
    kernel
        The kernel's own reading.
    """

    def __init__(
        self,
        question: Question,
        separator: str,
        width: int | None,
        taker: Taker,
        *,
        first_line: int,
        scattered: bool = False,
        tables: Tables | None = None,
    ) -> None:
        assert KERNEL is not None  # as above
        tables = tables or Tables(question)
        self._question = question
        self._separator = separator
        self._classes = tables.classes
        self.ids = question.ids
        self.kernel: Reading = KERNEL.Reading(
            tables.queries,
            tables.classes,
            separator,
            first_line,
            question.layout.n_query,
            width or 0,
            (question.layout.widths[0], question.layout.widths[-1]),
            _NO_LIMIT if question.limit is None else question.limit,
            takes_any=question.classes is None,
            takes_unknown=question.takes_unknown,
            any_score=question.any_score,
            is_scattered=scattered,
        )
        if isinstance(taker, ArrayTaker):
            taker.attach(self)
        else:
            self.kernel.give(partial(_give, taker.take, self.ids), list(question.classes or ()))

    # ------------------------------------------------------------ classes, for who fills arrays
    def codes(self, names: Sequence[str]) -> "array[int]":
        """Return the numbers of classes, -1 for one that no run may name."""
        if self._question.classes is None:
            return array("i", map(self._classes.add, names))
        codes = array("i", bytes(4 * len(names)))
        self._classes.find(list(names), codes)
        return codes

    def name(self, code: int) -> str:
        """Return the class of a number."""
        return self._classes[code]

    @property
    def n_classes(self) -> int:
        """Return how many classes have a number."""
        return len(self._classes)

    # ------------------------------------------------------------ lines
    def add(self, data: bytes) -> None:
        """Read the next lines."""
        n_problems = self.kernel.feed(data)
        if n_problems is None:
            raise ScatteredLines
        self._question.problems.stop_if_hopeless(n_problems)

    def finish(self) -> None:
        """Take the answers that are still held."""
        self.kernel.finish()

    # ------------------------------------------------------------ what was found
    def close(self) -> None:
        """Say what is wrong."""
        figures = self.kernel.figures()
        self.n_lines = figures["n_lines"]
        self.n_predictions = figures["n_predictions"]
        self._answered = figures["answered"]
        self._watched = Watched(
            figures["n_answers"],
            figures["most"],
            figures["lowest"],
            figures["highest"],
            figures["n_contradicting"],
            figures["contradicting"],
        )
        if self._watched.n_contradicting:
            self._watched.first_contradiction = self.ids[figures["first_contradiction"]]
        for found in self.kernel.problems():
            width = figures["width"] if found[2][0] > figures["width_line"] else 0
            self._say(found, width or None)

    def missing(self) -> list[str]:
        """Return the queries without an answer."""
        return without_answer(self.ids, self._answered)

    def warnings(self) -> Iterator[Problem]:
        """Yield what looks like a mistake."""
        return self._watched.warnings()

    def _say(self, found: "FoundProblem", width: int | None) -> None:
        kind, count, lines, raw, query, name = found
        question = self._question
        if kind == "blank_line":
            sentence = BLANK_LINE
        elif kind == "too_many":
            sentence = too_many(self.ids[query], question.limit)
        elif kind == "duplicate":
            sentence = duplicate(self.ids[query], self.name(name))
        else:
            sentence = self._sentence(kind, lines[0], raw, width)
        question.problems.add_lines(kind, lines, lambda: sentence, count=count)

    def _sentence(self, kind: str, number: int, raw: bytes, width: int | None) -> Sentence:
        """Return what the plain reading says of a line."""
        from scoring.run_files.line_checks import LineChecker  # noqa: PLC0415  # good runs do without

        question, said = self._question, Problems()
        LineChecker(
            said,
            question.layout,
            self._separator,
            question.queries,
            question.known_classes,
            any_score=question.any_score,
            takes_unknown=question.takes_unknown,
            width=width,
        ).check(number, raw + b"\r")  # the kernel took one off
        return next(problem.sentence for problem in said.listed() if problem.kind == kind)


def without_answer(ids: Sequence[str], answered: bytes) -> list[str]:
    """Return the queries of which a byte is 0."""
    if not answered.count(0):
        return []
    return list(compress(ids, map((0).__eq__, answered)))


def _give(
    take: Callable[[Answer], None],
    ids: Sequence[str],
    query: int,
    line: int,
    classes: list[str],
    probabilities: list[float],
    ranks: list[int],
) -> None:
    """Make an answer of what the kernel gives; it knows no reading, or none would ever be freed."""
    take(Answer(ids[query], line, classes, probabilities, ranks))
