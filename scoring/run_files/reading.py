"""What reading the lines of a file is: asked by one question, done by the kernel or in plain Python."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from scoring.problems import Problem, Problems
from scoring.records import dataclass
from scoring.run_files.answer import Answer
from scoring.run_files.layouts import Layout

if TYPE_CHECKING:
    from scoring._kernel import Ids


class Taker(Protocol):
    """Whoever wants the answers of a run."""

    def take(self, answer: Answer) -> None:
        """Take one answer; every query comes at most once, in no order."""


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of every line of a file.

    Attributes
    ----------
    problems
        Gets everything that is wrong.
    layout
        How a line looks.
    ids
        The queries, in the order of their table.
    classes
        What a line may name, in the order of their table; None for any class.
    any_score
        Whether a probability may be any finite number.
    takes_unknown
        Whether -1 is right where any class is.
    limit
        Of predictions for a query; None is without one.
    class_ids
        The classes as the kernel looks them up; None where it does not, and where any is right.
    """

    problems: Problems
    layout: Layout
    ids: Sequence[str]
    classes: Sequence[str] | None
    any_score: bool
    takes_unknown: bool
    limit: int | None
    class_ids: "Ids | None" = None

    @cached_property
    def queries(self) -> frozenset[str]:
        """Return the queries to look one up."""
        return frozenset(self.ids)

    @cached_property
    def known_classes(self) -> frozenset[str] | None:
        """Return the classes to look one up."""
        return None if self.classes is None else frozenset(self.classes)


class LineReading(ABC):
    """Reads the lines of one file, once and in order, header and what is before it apart.

    Attributes
    ----------
    n_lines
        The number of the last line that is not blank; 0 where there is none.
    n_predictions
        How many lines hold a prediction, once all answers are taken.
    """

    n_lines: int
    n_predictions: int

    @abstractmethod
    def add(self, data: bytes) -> None:
        """Read the next lines, as `scoring.run_files.line_blocks.whole_lines` cuts them.

        Raises
        ------
        ScatteredLines
            When a query comes back after another one, and was not expected to.
        TooManyProblems
            When reading on would only cost time.
        """

    @abstractmethod
    def finish(self) -> None:
        """Take the answers that are still held, once the file ended well."""

    @abstractmethod
    def close(self) -> None:
        """Say the problems that were not said yet."""

    @abstractmethod
    def missing(self) -> list[str]:
        """Return the queries without an answer, in the order of their table."""

    @abstractmethod
    def warnings(self) -> Iterator[Problem]:
        """Yield what looks like a mistake; only of a file without a problem."""

    def stop(self) -> None:  # noqa: B027  # most have nothing
        """Let go of what works beside, whatever happened."""


class Way(Protocol):
    """A way to read the lines of a file; the width is that of its header."""

    def __call__(
        self, question: Question, separator: str, width: int | None, taker: Any, *, first_line: int
    ) -> LineReading:
        """Begin to read."""
