"""The lines of a run file in plain Python: the rule for the compiled kernel, and what runs without it."""

from collections.abc import Iterator

from scoring.problems import Problem
from scoring.run_files.answer import Answer
from scoring.run_files.answers import Collector, Grouped, Lone, Scattered
from scoring.run_files.layouts import Layout
from scoring.run_files.line_blocks import Block, is_all_blank, is_blank
from scoring.run_files.line_checks import LineChecker
from scoring.run_files.opening import BLANK_LINE
from scoring.run_files.reading import LineReading, Question, Taker
from scoring.run_files.warnings import Watched


class PlainReading(LineReading):
    """Checks the lines of a file and gives its answers away; see `scoring.run_files.reading`."""

    def __init__(
        self,
        question: Question,
        separator: str,
        width: int | None,
        taker: Taker,
        *,
        first_line: int,
        scattered: bool,
    ) -> None:
        self._problems = question.problems
        self._ids = question.ids
        self._layout = question.layout
        self._taker = taker
        self._checker = LineChecker(
            question.problems,
            question.layout,
            separator,
            question.queries,
            question.known_classes,
            any_score=question.any_score,
            takes_unknown=question.takes_unknown,
            width=width,
        )
        gather = _collector_of(question.layout, scattered=scattered)
        self._collector: Collector = gather(self._take, question.problems, question.limit)
        self._watched = Watched()
        self._answered: set[str] = set()
        self._blank = range(0)  # lines that are ignored unless another one follows
        self._next = first_line
        self.n_lines = 0
        self.n_predictions = 0

    def add(self, data: bytes) -> None:
        """Read the next lines."""
        block = Block(self._next, data)
        last = self._next + data.count(b"\n")
        self._next = last + 1
        if is_all_blank(data):
            self._add_blank(block.first_line, last)
            return
        lines = self._checker.check_many(block)
        if lines is None:
            for number, raw in enumerate(data.split(b"\n"), start=block.first_line):
                self._add_line(number, raw)
        else:
            self._count_line(last)
            self._collector.add(lines)
        self._problems.stop_if_hopeless()

    def finish(self) -> None:
        """Give away the answers that are still held."""
        self._collector.finish()

    def close(self) -> None:
        """Do nothing: problems were said when they were found."""

    def missing(self) -> list[str]:
        """Return the queries without an answer."""
        return [query for query in self._ids if query not in self._answered]

    def warnings(self) -> Iterator[Problem]:
        """Yield what looks like a mistake."""
        return self._watched.warnings()

    def _add_line(self, number: int, raw: bytes) -> None:
        if is_blank(raw):
            self._add_blank(number, number)
            return
        self._count_line(number)
        lines = self._checker.check(number, raw)
        if lines is not None:
            self._collector.add(lines)

    def _add_blank(self, first: int, last: int) -> None:
        self._blank = range(self._blank.start or first, last + 1)

    def _count_line(self, number: int) -> None:
        """Note a line that is not blank, and what its presence makes of blank ones before."""
        self.n_lines = number
        if self._blank:
            self._problems.add_lines("blank_line", self._blank, lambda: BLANK_LINE)
            self._blank = range(0)

    def _take(self, answer: Answer) -> None:
        if answer.classes or not self._layout.has_list:  # an empty list answers nothing
            self._answered.add(answer.query)
        self.n_predictions += len(answer.classes)
        if not self._problems:
            self._watched.take(answer)
            self._taker.take(answer)


def _collector_of(
    layout: Layout, *, scattered: bool
) -> type[Grouped] | type[Scattered] | type[Lone]:
    if layout.one_line:
        return Lone
    return Scattered if scattered else Grouped
