"""Run files: from a file to answers, and everything that is wrong with it."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from scoring.problems import InvalidRun, Problem, Problems, Sentence, TooManyProblems, said, shown
from scoring.run_files.answer import Answer, ReadAgain
from scoring.run_files.kernel_reading import KernelReading, can_read, is_for_two
from scoring.run_files.layouts import Layout, layout_of
from scoring.run_files.line_blocks import whole_lines
from scoring.run_files.opening import NoSeparator, Opening
from scoring.run_files.packed import packing_of, read_content
from scoring.run_files.reading import LineReading, Question, Taker, Way
from scoring.run_files.report import RunReport
from scoring.run_rules import Kind, RunRules
from scoring.truth.ground_truth import TestSet

if TYPE_CHECKING:
    from scoring._kernel import Ids

_EMPTY = "the file is empty; right are lines such as %(line)s"
_ONLY_A_HEADER = "the file holds a header and no prediction; right are lines such as %(line)s"
_UNANSWERED_IMAGES = "%(n)s of %(all)s images have no prediction, the first is %(first)s"
_UNANSWERED_QUERIES = "%(n)s of %(all)s queries have no prediction, the first is %(first)s"
_COUNTS_0 = "%(unanswered)s; each counts 0 where it has a right class"
_IS_EMPTY = "%(unanswered)s; each is an empty answer"

T = TypeVar("T", bound=Taker)


class _Nobody:
    takes_from_threads = True

    def take(self, answer: Answer) -> None:
        pass

    def attach(self, reading: KernelReading) -> None:
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
        Makes what takes the answers. It may be called several times: a file whose lines turn out to
        be scattered is read again, for a new taker. Answers are given away only while no problem
        was found.
    needed
        The queries that a run may be rejected for; None for all.

    Returns
    -------
    report, taker
        The taker that has got all answers, if the report is without a problem.
    """
    if kind == "image_run" and test_set.media is None:
        problem = Problem(
            "no_images", said("this task has no images (media.csv), so no image runs either")
        )
        return RunReport(kind, problems=(problem,)), make()
    taker = make()
    for way, end in _ways(path, layout_of(rules, kind), test_set, taker):
        try:
            return _Reader(test_set, rules, kind, taker, way).read(path, end, needed), taker
        except ReadAgain:
            taker = make()
    raise AssertionError("scattered lines have no order to break")


def _ways(
    path: Path, layout: Layout, test_set: TestSet, taker: Taker
) -> Iterator[tuple[Way, int | None]]:
    """Yield ways to read a file, the quickest first; the last one reads every file.

    Beside each stands where what it is given ends, as one reads the rest by itself.
    """
    if not can_read(layout):
        from scoring.run_files.plain_reading import PlainReading  # noqa: PLC0415  # the kernel does without

        yield partial(PlainReading, scattered=False), None
        yield partial(PlainReading, scattered=True), None
        return
    if test_set.classes is not None and is_for_two(path, taker):
        from scoring.run_files.parallel_reading import ParallelReading, place_to_cut  # noqa: PLC0415  # loads threads

        cut = place_to_cut(path, layout)
        if cut is not None:
            yield partial(ParallelReading, path=path, cut=cut), cut
    yield partial(KernelReading, scattered=False), None
    yield partial(KernelReading, scattered=True), None


def _class_ids(test_set: TestSet, layout: Layout) -> "Ids | None":
    """Return the classes as the kernel looks them up, where it does; they are the task's, not the run's."""
    return test_set.classes.ids("ClassId") if test_set.classes and can_read(layout) else None


class _Reader:
    """Reads one file once."""

    def __init__(
        self, test_set: TestSet, rules: RunRules, kind: Kind, taker: Taker, way: Way
    ) -> None:
        self._rules = rules
        self._kind = kind
        self._layout = layout_of(rules, kind)
        self._ids = test_set.answerable(kind)
        self._problems = Problems()
        self._question = Question(
            self._problems,
            self._layout,
            self._ids,
            test_set.class_ids(rules, kind),
            any_score=rules.scores == "any",
            takes_unknown=rules.unknown_class or rules.shape != "label",
            limit=rules.max_predictions_per_query,
            class_ids=_class_ids(test_set, self._layout),
        )
        self._taker = taker
        self._way = way
        self._opening = Opening(self._problems, self._layout, self._ids)
        self._lines: LineReading | None = None
        self._missing = list(self._ids)

    def read(self, path: Path, end: int | None, needed: Collection[str] | None) -> RunReport:
        packing = packing_of(path)
        try:
            for data in whole_lines(read_content(path, self._rules.max_upload_bytes, end=end)):
                self._add(data)
            self._finish(end)
        except InvalidRun as invalid:
            self._end()
            self._problems.add_whole(*invalid.problems)
        except TooManyProblems:
            self._end()
            self._problems.add_whole(_stopped(self._n_lines))
        except NoSeparator:
            pass  # said already
        else:
            self._end()
            self._problems.add_whole(*self._problems_at_the_end(needed))
        finally:
            if self._lines is not None:
                self._lines.stop()
        return self._report(packing)

    def _add(self, data: bytes) -> None:
        if self._lines is not None:
            self._lines.add(data)
            return
        rest = self._opening.read(data)
        if self._opening.separator is not None:
            self._lines = self._begin(self._opening.separator)
            if rest is not None:
                self._lines.add(rest)

    def _begin(self, separator: str) -> LineReading:
        return self._way(
            self._question,
            separator,
            self._opening.width,
            self._taker,
            first_line=self._opening.next_line,
        )

    def _finish(self, end: int | None) -> None:
        if self._lines is not None:
            self._lines.finish()
        elif end is not None:
            raise ReadAgain  # the first line is behind that place

    def _end(self) -> None:
        if self._lines is not None:
            self._lines.close()
            self._missing = self._lines.missing()

    @property
    def _n_lines(self) -> int:
        return max(self._opening.n_lines, self._lines.n_lines if self._lines else 0)

    # ------------------------------------------------------------ the end
    def _problems_at_the_end(self, needed: Collection[str] | None) -> Iterator[Problem]:
        if self._lines is None or not self._lines.n_lines:
            template = _ONLY_A_HEADER if self._opening.header else _EMPTY
            yield Problem("empty", said(template, line=str(self._layout)))
        elif self._rules.rejects_missing(self._kind):
            missing = self._missing
            if missing if needed is None else not set(missing).isdisjoint(needed):
                yield Problem(
                    "missing_query",
                    said(
                        "%(unanswered)s; this task takes only runs that answer every one",
                        unanswered=self._unanswered(missing),
                    ),
                    count=len(missing),
                )

    def _unanswered(self, missing: list[str]) -> Sentence:
        template = _UNANSWERED_IMAGES if self._kind == "image_run" else _UNANSWERED_QUERIES
        return said(template, n=len(missing), all=len(self._ids), first=shown(missing[0]))

    def _warnings(self) -> Iterator[Problem]:
        missing = self._missing
        is_read = len(missing) < len(self._ids) or not self._problems
        if missing and is_read and not self._rules.rejects_missing(self._kind):
            template = _IS_EMPTY if self._layout.has_list else _COUNTS_0
            sentence = said(template, unanswered=self._unanswered(missing))
            yield Problem("coverage", sentence, count=len(missing))
        if not self._problems and self._lines is not None:
            yield from self._lines.warnings()

    def _report(self, packing: str) -> RunReport:
        n_queries = len(self._ids) - len(self._missing)
        return RunReport(
            kind=self._kind,
            problems=self._problems.listed(),
            warnings=tuple(self._warnings()),
            n_lines=self._n_lines,
            n_predictions=self._lines.n_predictions if self._lines else 0,
            n_queries=n_queries,
            coverage=n_queries / len(self._ids),
            packing=packing,
            separator=self._opening.separator,
            header=self._opening.header,
        )


def _stopped(line: int) -> Problem:
    return Problem(
        "stopped", said("reading stopped at line %(line)s, after ten million problems", line=line)
    )
