"""Runs that a test set accepted, read for a ground truth whose test set is another one.

Nothing of such a file is a problem any more. What the newer test set does not know is left out, as if its
lines were not there.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from scoring.problems import Problem, said
from scoring.records import replace
from scoring.run_files.answer import Answer
from scoring.run_files.kernel_reading import ArrayTaker, KernelReading
from scoring.run_files.reader import read_run
from scoring.run_files.reading import Taker
from scoring.run_files.report import RunReport
from scoring.run_rules import UNKNOWN_CLASS, Kind, RunRules
from scoring.truth.ground_truth import TestSet

_DROPPED_QUERIES = "answered queries that the task does not ask any more: %(n)s; they are ignored"
_DROPPED_CLASSES = (
    "predictions of classes that the task does not have any more: %(n)s; they are ignored"
)
_ADDED_QUERIES = (
    "queries that the task asks only since the run was sent: %(n)s; they are unanswered"
)

T = TypeVar("T", bound=Taker)


def read_accepted(
    path: Path,
    test_set: TestSet,
    accepted_by: TestSet,
    rules: RunRules,
    kind: Kind,
    make: Callable[[], T],
) -> tuple[RunReport, T]:
    """Read a run as `scoring.run_files.reader.read_run` does, by the test set that accepted it.

    Parameters
    ----------
    test_set
        What its answers are wanted for.
    accepted_by
        What the file is judged by. No rule of the task rejects it again: they may have changed too.
    """
    rules = rules.for_accepted()
    if _asks_the_same(accepted_by, test_set, kind):
        return read_run(path, test_set, rules, kind, make, needed=())
    has_all_classes = _has_all(_classes(test_set), _classes(accepted_by))

    def known_to() -> _Known[T]:
        taker = make()
        by_kernel = has_all_classes and isinstance(taker, ArrayTaker)
        return (_KnownByKernel if by_kernel else _Known)(taker, test_set, kind)

    report, known = read_run(path, accepted_by, rules, kind, known_to, needed=())
    added = _ids(test_set, kind) - _ids(accepted_by, kind)
    warnings = (*report.warnings, *known.warnings(), *_of_added(len(added)))
    return replace(report, warnings=warnings), known.taker


class _Known(Generic[T]):
    """Passes on what a test set knows of the answers of a run."""

    def __init__(self, taker: T, test_set: TestSet, kind: Kind) -> None:
        self.taker = taker
        self._queries = _ids(test_set, kind)
        self._classes = _classes(test_set)
        self._n_queries = 0
        self._n_predictions = 0

    def take(self, answer: Answer) -> None:
        """Take one answer."""
        if answer.query not in self._queries:
            self._n_queries += 1
        elif self._classes is None or self._classes.issuperset(answer.classes):
            self.taker.take(answer)
        else:
            self.taker.take(self._of_known(answer, self._classes))

    def _of_known(self, answer: Answer, classes: frozenset[str]) -> Answer:
        """Return an answer without the classes that are gone: what stands behind one moves up."""
        kept = [place for place, name in enumerate(answer.classes) if name in classes]
        self._n_predictions += len(answer.classes) - len(kept)
        return Answer(
            answer.query,
            answer.first_line,
            [answer.classes[place] for place in kept],
            [answer.probabilities[place] for place in kept] if answer.probabilities else [],
            [answer.ranks[place] for place in kept] if answer.ranks else [],
        )

    def n_queries(self) -> int:
        """Return how many answered queries were left out."""
        return self._n_queries

    def warnings(self) -> Iterator[Problem]:
        """Yield what was left out."""
        if n := self.n_queries():
            yield Problem("dropped_queries", said(_DROPPED_QUERIES, n=n), count=n)
        if n := self._n_predictions:
            yield Problem("dropped_classes", said(_DROPPED_CLASSES, n=n), count=n)


class _KnownByKernel(_Known[T]):
    """The same where no class is gone: the kernel finds a place for each query that there is still."""

    takes_from_threads = False
    _reading: KernelReading | None = None

    def attach(self, reading: KernelReading) -> None:
        """Have the kernel fill the taker's arrays."""
        taker: object = self.taker
        assert isinstance(taker, ArrayTaker)
        taker.attach(reading)
        self._reading = reading

    def n_queries(self) -> int:
        """Return how many answered queries were left out."""
        if self._reading is None:  # there is no kernel
            return super().n_queries()
        answered = frozenset(self._reading.ids).difference(self._reading.missing())
        return len(answered - self._queries)


def _of_added(n: int) -> Iterator[Problem]:
    if n:
        yield Problem("added_queries", said(_ADDED_QUERIES, n=n), count=n)


def _asks_the_same(one: TestSet, other: TestSet, kind: Kind) -> bool:
    """Tell whether every file that answers one test set answers the other."""
    return one is other or (
        _ids(one, kind) == _ids(other, kind) and _classes(one) == _classes(other)
    )


def _ids(test_set: TestSet, kind: Kind) -> frozenset[str]:
    """Return what a run of a kind may answer; without media.csv there are no images."""
    if kind == "image_run" and test_set.media is None:
        return frozenset()
    return frozenset(test_set.answerable(kind))


def _has_all(classes: frozenset[str] | None, of: frozenset[str] | None) -> bool:
    return classes is None or (of is not None and of <= classes)


def _classes(test_set: TestSet) -> frozenset[str] | None:
    """Return what an accepted run may name, None for any class."""
    if test_set.classes is None:
        return None
    return frozenset({*test_set.sorted_classes, UNKNOWN_CLASS})
