"""Run files: from a file to answers, and everything that is wrong with it."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from scoring.dialect import BadQuotes, find_separator, split_fields
from scoring.problems import InvalidRun, Problem, Problems, TooManyProblems, legible, shown
from scoring.run_files.answers import Answer, Collector, Grouped, Lone, Scattered, ScatteredLines
from scoring.run_files.layouts import Layout, layout_of
from scoring.run_files.line_blocks import MAX_LINE_BYTES, Block, line_blocks
from scoring.run_files.line_checks import LineChecker
from scoring.run_files.lists import split_before_list
from scoring.run_files.packed import packing_of, read_content
from scoring.run_files.report import RunReport
from scoring.run_files.warnings import Watcher
from scoring.run_rules import Kind, RunRules
from scoring.truth.ground_truth import TestSet

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t"
_COUNTS_0 = "counts 0 where it has a right class"


class Taker(Protocol):
    """Whoever wants the answers of a run."""

    def take(self, answer: Answer) -> None:
        """Take one answer; every query comes once, in no order."""


T = TypeVar("T", bound=Taker)


class _Nobody:
    def take(self, answer: Answer) -> None:
        pass


def check_run(path: Path, test_set: TestSet, rules: RunRules, *, kind: Kind = "run") -> RunReport:
    """Judge a run file without its ground truth.

    Where a run with a missing query is invalid, every query must be answered here: which ones have a
    relevant class is hidden.

    Parameters
    ----------
    path
        The file, plain or packed.
    test_set, rules
        The public side of the task.
    kind
        ``run``, or ``image_run`` for one that answers images.

    Returns
    -------
    RunReport
        With every problem and every warning; whatever is in the file, nothing is raised.

    Examples
    --------
    >>> from scoring import read_test_set
    >>> test_set = read_test_set(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> report = check_run(run, test_set, RunRules("ranked"))
    >>> report.valid, report.n_lines, report.n_queries, report.coverage
    (True, 16000, 400, 1.0)
    """
    return read_run(path, test_set, rules, kind, _Nobody)[0]


def read_run(
    path: Path,
    test_set: TestSet,
    rules: RunRules,
    kind: Kind,
    make: Callable[[], T],
    *,
    needed: Collection[str] | None = None,
) -> tuple[RunReport, T]:
    """Read a run file and give every answer away, once its lines are checked.

    Parameters
    ----------
    make
        Makes what takes the answers. It may be called twice: a file whose lines turn out to be
        scattered is read again, for a new taker. Answers are given away only while no problem was
        found.
    needed
        The queries that a run may be rejected for; None for all.

    Returns
    -------
    report, taker
        The taker that has got all answers, if the report is without a problem.
    """
    if kind == "image_run" and test_set.media is None:
        problem = Problem(
            "no_images", "this task has no images (media.csv), so no image runs either"
        )
        return RunReport(kind, problems=(problem,)), make()
    for collector in (Lone,) if layout_of(rules, kind).one_line else (Grouped, Scattered):
        taker = make()
        reader = _Reader(test_set, rules, kind, collector, taker)
        try:
            return reader.read(path, needed), taker
        except ScatteredLines:
            continue
    raise AssertionError("scattered lines have no order to break")


class _NoSeparator(Exception):
    """Without a separator nothing more can be said of a file."""


class _Reader:
    """Reads one file once."""

    def __init__(
        self,
        test_set: TestSet,
        rules: RunRules,
        kind: Kind,
        collector: Callable[[Callable[[Answer], None], Problems, int | None], Collector],
        taker: Taker,
    ) -> None:
        self._rules = rules
        self._kind = kind
        self._layout = layout_of(rules, kind)
        self._ids = test_set.answerable(kind)
        self._queries = frozenset(self._ids)
        self._classes = test_set.class_ids(rules, kind)
        self._problems = Problems()
        self._watcher = Watcher()
        self._taker = taker
        self._collector = collector(self._take, self._problems, rules.max_predictions_per_query)
        self._checker: LineChecker | None = None
        self._header: list[str] | None = None
        self._answered: set[str] = set()
        self._blank = range(0)  # lines that are ignored unless another one follows
        self._n_lines = 0
        self._has_lines = False  # other than a header and blank ones
        self._n_predictions = 0

    def read(self, path: Path, needed: Collection[str] | None) -> RunReport:
        try:
            for block in line_blocks(read_content(path, self._rules.max_upload_bytes)):
                self._add(block)
            self._collector.finish()
            self._problems.add_whole(*self._problems_at_the_end(needed))
        except InvalidRun as invalid:
            self._problems.add_whole(*invalid.problems)
        except TooManyProblems:
            self._problems.add_whole(_stopped(self._n_lines))
        except _NoSeparator:
            pass  # said already
        return self._report(path)

    def _add(self, block: Block) -> None:
        if _is_all_blank(block.data):
            self._add_blank(block.first_line, block.first_line + block.data.count(b"\n"))
            return
        rest = block if self._checker else self._begin(block)
        if rest is None or self._checker is None:
            return
        lines = self._checker.check_many(rest)
        if lines is None:
            for number, raw in enumerate(rest.data.split(b"\n"), start=rest.first_line):
                self._add_line(self._checker, number, raw)
        else:
            self._count_line(rest.first_line + rest.data.count(b"\n"))
            self._has_lines = True
            self._collector.add(lines)

    def _add_line(self, checker: LineChecker, number: int, raw: bytes) -> None:
        if _is_blank(raw):
            self._add_blank(number, number)
            return
        self._count_line(number)
        self._has_lines = True
        lines = checker.check(number, raw)
        if lines is not None:
            self._collector.add(lines)

    def _add_blank(self, first: int, last: int) -> None:
        self._blank = range(self._blank.start or first, last + 1)

    def _count_line(self, number: int) -> None:
        """Note a line that is not blank, and what its presence makes of blank ones before."""
        self._n_lines = number
        if self._blank:
            message = "a blank line; right is none but at the end"
            self._problems.add_lines("blank_line", self._blank, lambda: message)
            self._blank = range(0)

    # ------------------------------------------------------------ the first line
    def _begin(self, block: Block) -> Block | None:
        """Learn the dialect from the first line that is not blank; return what follows it."""
        data = block.data.removeprefix(_BOM) if block.first_line == 1 else block.data
        lines = data.split(b"\n")
        place = next((at for at, raw in enumerate(lines) if not _is_blank(raw)), len(lines))
        if place:
            self._add_blank(block.first_line, block.first_line + place - 1)
        if place == len(lines):
            return None
        number = block.first_line + place
        self._count_line(number)
        if self._learn(number, lines[place].removesuffix(b"\r")):
            place += 1
        rest = lines[place:]
        return Block(block.first_line + place, b"\n".join(rest)) if rest else None

    def _learn(self, number: int, raw: bytes) -> bool:
        """Learn separator and columns from the first line; tell whether it is a header."""
        text = raw.decode("utf-8", errors="replace")
        separator = find_separator(text)
        if separator is None:
            right = f"no ';', ',' or tab in the first line {shown(text)}; right is {self._layout}"
            self._problems.add("columns", number, lambda: right)
            raise _NoSeparator
        self._checker = LineChecker(
            self._problems,
            self._layout,
            separator,
            self._queries,
            self._classes,
            any_score=self._rules.scores == "any",
            takes_unknown=self._rules.unknown_class or self._rules.shape != "label",
        )
        fields = _header_fields(self._layout, raw, separator)
        if fields is None or not self._layout.is_header(fields, self._queries):
            return False
        self._read_header(number, fields, self._checker)
        return True

    def _read_header(self, number: int, fields: list[str], checker: LineChecker) -> None:
        self._header = [legible(name) for name in fields]
        width, right = len(fields), self._layout.joined(checker.separator)
        misplaced = self._layout.misplaced(fields)
        if width not in self._layout.widths:
            message = f"the header has {width} column{'s' * (width != 1)}; right is {right}"
        elif misplaced is not None:
            message = (
                f"the header has {shown(misplaced)} in another column's place; right is {right}"
            )
            checker.width = width
        else:
            checker.width = width
            return
        self._problems.add("header", number, lambda: message)

    # ------------------------------------------------------------ answers, and the end
    def _take(self, answer: Answer) -> None:
        if answer.classes or not self._layout.has_list:  # an empty list answers nothing
            self._answered.add(answer.query)
        self._n_predictions += len(answer.classes)
        if not self._problems:
            self._watcher.take(answer)
            self._taker.take(answer)

    def _problems_at_the_end(self, needed: Collection[str] | None) -> Iterator[Problem]:
        if not self._has_lines:
            what = "holds a header and no prediction" if self._header else "is empty"
            yield Problem("empty", f"the file {what}; right are lines such as {self._layout}")
        elif self._rules.rejects_missing(self._kind):
            missing = self._missing()
            if missing if needed is None else not self._answered.issuperset(needed):
                yield Problem(
                    "missing_query",
                    f"{self._unanswered(missing)}; this task takes only runs that answer every one",
                    count=len(missing),
                )

    def _missing(self) -> list[str]:
        return [query for query in self._ids if query not in self._answered]

    def _unanswered(self, missing: list[str]) -> str:
        what = "images" if self._kind == "image_run" else "queries"
        share = f"{len(missing):,} of {len(self._ids):,} {what} have no prediction"
        return f"{share}, the first is {shown(missing[0])}"

    def _warnings(self) -> Iterator[Problem]:
        missing = self._missing()
        is_read = bool(self._answered) or not self._problems
        if missing and is_read and not self._rules.rejects_missing(self._kind):
            means = "is an empty answer" if self._layout.has_list else _COUNTS_0
            message = f"{self._unanswered(missing)}; each {means}"
            yield Problem("coverage", message, count=len(missing))
        if not self._problems:
            yield from self._watcher.warnings()

    def _report(self, path: Path) -> RunReport:
        return RunReport(
            kind=self._kind,
            problems=self._problems.listed(),
            warnings=tuple(self._warnings()),
            n_lines=self._n_lines,
            n_predictions=self._n_predictions,
            n_queries=len(self._answered),
            coverage=len(self._answered) / len(self._ids),
            packing=packing_of(path),
            separator=self._checker.separator if self._checker else None,
            header=self._header,
        )


def _is_blank(raw: bytes) -> bool:
    return len(raw) <= MAX_LINE_BYTES and not raw.removesuffix(b"\r").strip(_BLANK)


def _is_all_blank(data: bytes) -> bool:
    """Tell whether lines are all blank; millions of them are no work then."""
    if data[:1] not in b" \t\r\n" or len(data) > MAX_LINE_BYTES:
        return False
    return not data.replace(b"\r\n", b"\n").removesuffix(b"\r").strip(b" \t\n")


def _header_fields(layout: Layout, raw: bytes, separator: str) -> list[str] | None:
    """Return the fields of what may be a header; a line that cannot be one is judged as a line."""
    if len(raw) > MAX_LINE_BYTES:
        return None
    try:
        text = raw.decode("utf-8")
        named = split_before_list(text, separator) if layout.has_list else []
        is_listed = named[1:] and named[1].startswith("[") and named[1].endswith("]")
        return named if is_listed else split_fields(text, separator)  # else all names are seen
    except (UnicodeDecodeError, BadQuotes):
        return None


def _stopped(line: int) -> Problem:
    return Problem("stopped", f"reading stopped at line {line:,}, after ten million problems")
