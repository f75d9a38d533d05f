"""From a run file to its trace."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scoring.records import replace
from scoring.run_files.answer import Answer
from scoring.run_files.kernel_reading import KernelReading
from scoring.run_files.reader import read_run
from scoring.run_files.reading import Taker
from scoring.run_files.report import RunReport
from scoring.run_rules import UNKNOWN_CLASS, Kind, RunRules
from scoring.traces.accepted import read_accepted
from scoring.traces.chance import Swap, swap_of
from scoring.traces.class_columns import NOT_FOUND, ClassColumns, queries_by_subset
from scoring.traces.positions import Order
from scoring.traces.trace import Subset, Trace
from scoring.truth.ground_truth import GroundTruth, Judged, Relevant, TestSet
from scoring.truth.tables import places_among

if TYPE_CHECKING:
    from scoring.metrics.metric import Metric

T = TypeVar("T", bound=Taker)

_RANKED = ("ranked", "segment")


def trace_run(
    path: Path,
    truth: GroundTruth,
    rules: RunRules,
    *,
    kind: Kind = "run",
    metrics: "Sequence[Metric]" = (),
    parts: Sequence[Subset] = (),
    chance: bool | Sequence[int] = True,
    accepted_by: TestSet | None = None,
) -> tuple[RunReport, Trace | None]:
    """Read a run file against the ground truth.

    Parameters
    ----------
    path
        The file, plain or packed.
    truth, rules
        The task.
    kind
        ``run``, or ``image_run`` for one that answers images.
    metrics
        What the run will be asked for: with a `cmap` among them the file is read twice, and that is
        known then. Every other metric can be asked of any trace.
    parts
        The parts of the test on which each `cmap` is asked too, by their columns and values.
    chance
        Whether to count what the run would score with its classes permuted; or their permutation,
        `chance_places(truth)`, from who has it: then numpy is not loaded for it.
    accepted_by
        The test set that accepted the file once. Then it has no problem any more, and predictions for
        queries and classes that the ground truth does not know are left out, with a warning.

    Returns
    -------
    report, trace
        The report is that of `scoring.check_run`: nothing hidden shows in it. The trace is None for
        an invalid file.

    Examples
    --------
    >>> from scoring import parse_metric, read_ground_truth, score
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> report, trace = trace_run(run, truth, RunRules("ranked"))
    >>> score(trace, truth, parse_metric("top_1")).value
    0.9325
    """
    judged = truth.judged(kind)
    swap = None if chance is False else swap_of(truth, None if chance is True else chance)
    subsets = queries_by_subset(truth, kind, subsets_of(metrics, parts))
    is_ranked = kind == "image_run" or rules.shape in _RANKED

    def make() -> "_RankedTracer | _SetTracer":
        return (
            _RankedTracer(truth, judged, swap, keep=bool(subsets), by=accepted_by)
            if is_ranked
            else _SetTracer(judged)
        )

    def read(make: Callable[[], T]) -> tuple[RunReport, T]:
        if accepted_by is not None:
            return read_accepted(path, truth.test_set, accepted_by, rules, kind, make)
        needed = _needed(judged, rules)
        return read_run(path, truth.test_set, rules, kind, make, needed=needed)

    report, tracer = read(make)
    if not report.valid:
        return report, None
    trace = replace(
        tracer.trace(), shape=rules.shape if kind == "run" else "ranked", group_by=rules.group_by
    )
    if not subsets or isinstance(tracer, _SetTracer):
        return report, trace
    _, columns = read(lambda: _Columns(tracer.columns(subsets)))
    return report, replace(trace, **columns.positions())


def subsets_of(metrics: "Iterable[Metric]", parts: Sequence[Subset]) -> tuple[Subset, ...]:
    """Return the subsets on which the columns of a task are ranked: of each `cmap` all, and each part.

    Examples
    --------
    >>> from scoring import parse_metric
    >>> public = frozenset({("Usage", "public")})
    >>> wanted = subsets_of([parse_metric("mrr"), parse_metric("cmap@Site=a")], [public])
    >>> [sorted(subset) for subset in wanted]
    [[('Site', 'a')], [('Site', 'a'), ('Usage', 'public')]]
    """
    wanted = [metric.subset for metric in metrics if metric.record.needs_class_columns]
    return tuple(dict.fromkeys([*wanted, *(own | part for own in wanted for part in parts)]))


def _needed(judged: Judged, rules: RunRules) -> Sequence[str]:
    """Return the queries for which a run may be rejected."""
    if not rules.rejects_missing(judged.kind):
        return ()
    return judged.queries if judged.kind == "run" and rules.shape == "label" else judged.asked


class _Codes:
    """Numbers of classes, as a trace has them.

    Attributes
    ----------
    others
        Those that only this run names, in a test that takes any class; sorted.
    """

    def __init__(self, judged: Judged, names: Iterable[str]) -> None:
        self._codes = {UNKNOWN_CLASS: 0} | {n: code for code, n in enumerate(judged.classes, 1)}
        self.others = tuple(sorted(set(names) - self._codes.keys()))
        first = len(judged.classes) + 1
        self._codes |= {name: code for code, name in enumerate(self.others, first)}

    def of(self, names: Iterable[str]) -> "array[int]":
        return array("i", map(self._codes.__getitem__, names))


class _SetTracer:
    """Keeps of each answer its classes: set and label runs."""

    def __init__(self, judged: Judged) -> None:
        self._judged = judged
        self._predicted: dict[str, list[str]] = {query: [] for query in judged.queries}

    def take(self, answer: Answer) -> None:
        """Take one answer."""
        if answer.query in self._predicted:
            self._predicted[answer.query] = sorted(answer.classes)

    def trace(self) -> Trace:
        """Return what was kept."""
        judged, answers = self._judged, self._predicted.values()
        codes = _Codes(judged, chain.from_iterable(answers))
        lone = (names[0] if len(names) == 1 else UNKNOWN_CLASS for names in answers)
        return Trace(
            kind=judged.kind,
            shape="set",
            judged=judged,
            positions=_zeros(judged.pair_starts[-1]),
            chance_positions=_zeros(judged.pair_starts[-1]),
            n_predictions=array("i", map(len, answers)),
            first_classes=codes.of(lone),
            predicted=codes.of(chain.from_iterable(answers)),
            other_classes=codes.others,
        )


class _RankedTracer:
    """Keeps of each answer the positions of the relevant classes, and what else a trace holds."""

    takes_from_threads = True

    def __init__(
        self,
        truth: GroundTruth,
        judged: Judged,
        swap: Swap | None,
        *,
        keep: bool,
        by: TestSet | None,
    ) -> None:
        n_queries, n_pairs = len(judged.queries), judged.pair_starts[-1]
        self._judged = judged
        self._truth = truth
        self._swap = swap
        self._is_own_test = by is None or by is truth.test_set  # that numbers queries and classes
        self._groups = {name: _Group(values) for name, values in judged.groups.items()}
        self._positions = _zeros(n_pairs)
        self._chance_positions = _zeros(n_pairs if swap else 0)
        self._n_predictions = _zeros(n_queries)
        self._met: dict[str, int] = {}
        self._first_classes = _zeros(n_queries)  # numbers from 1, as they are met
        self._group_positions = {name: _zeros(n_queries) for name in judged.groups}
        self._probabilities = array("d", [NOT_FOUND]) * (n_pairs if keep else 0)
        self._chance_probabilities = array("d", [NOT_FOUND]) * (n_pairs if keep and swap else 0)
        self._reading: KernelReading | None = None
        self._arrays: dict[str, Any] = {}

    def take(self, answer: Answer) -> None:
        """Take one answer."""
        place = self._places.get(answer.query)
        if place is None or not answer.classes:  # a distractor is answered, and read by no metric
            return
        order = Order(answer)
        relevant = self._judged.relevant[place]
        self._n_predictions[place] = len(answer.classes)
        first = order.first_class(relevant)
        self._first_classes[place] = self._met.setdefault(first, len(self._met) + 1)
        self._put(place, order, relevant, self._positions, self._probabilities)
        if self._swap is not None:
            swapped = self._swap.relevant(relevant)
            self._put(place, order, swapped, self._chance_positions, self._chance_probabilities)
        for name, group in self._groups.items():
            siblings = group.siblings(relevant.foreground)
            self._group_positions[name][place] = order.first_position(siblings)

    def _put(
        self,
        place: int,
        order: Order,
        relevant: Relevant,
        positions: "array[int]",
        probabilities: "array[float]",
    ) -> None:
        """Note the positions of a query's pairs, and their probabilities where they are kept."""
        start = self._judged.pair_starts[place]
        for pair, position in enumerate(order.positions(relevant), start):
            positions[pair] = position
        if probabilities:
            for pair, name in enumerate(relevant.foreground + relevant.background, start):
                probabilities[pair] = order.probability(name, NOT_FOUND)

    def attach(self, reading: KernelReading) -> None:
        """Have the kernel fill the same arrays."""
        self._reading = reading
        self._arrays = self._arrays or self._arrays_for(reading)
        reading.kernel.judge(**self._arrays)

    def _arrays_for(self, reading: KernelReading) -> dict[str, Any]:
        """Return what the kernel reads and fills; classes have the numbers of the reading."""
        judged, swap = self._judged, self._swap
        names, classes = judged.pairs.names, judged.classes
        if self._truth.test_set.classes is None:
            reading.codes(judged.classes)  # first: they are numbered in their order
        places = self._truth.places(judged.kind)
        if not self._is_own_test:
            places = places_among(list(judged.queries), list(reading.ids))
            classes = tuple(map(reading.name, range(reading.n_classes)))
        return {
            "places": places,
            "starts": judged.pairs.starts,
            "n_foreground": judged.pairs.n_foreground,
            "pairs": reading.codes(names),
            "n_predictions": self._n_predictions,
            "first_classes": self._first_classes,
            "positions": self._positions,
            "probabilities": self._probabilities or None,
            "swapped": reading.codes([swap.read.get(name, name) for name in names])
            if swap
            else None,
            "chance_positions": self._chance_positions if swap else None,
            "chance_probabilities": self._chance_probabilities or None,
            "groups": [
                (group.numbers(classes), self._group_positions[name])
                for name, group in self._groups.items()
            ],
        }

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {query: place for place, query in enumerate(self._judged.queries)}

    def columns(self, subsets: Mapping[Subset, frozenset[str]]) -> dict[str, ClassColumns]:
        """Return what ranks the queries for each class, by the field of the trace it is for."""
        judged, swap = self._judged, self._swap
        columns = {
            "class_positions": ClassColumns(judged, self._probabilities, str, subsets),
        }
        if swap is not None:
            columns["chance_class_positions"] = ClassColumns(
                judged, self._chance_probabilities, lambda name: swap.read.get(name, name), subsets
            )
        return columns

    def trace(self) -> Trace:
        """Return what was kept."""
        first_classes, others = self._first()
        return Trace(
            kind=self._judged.kind,
            shape="ranked",
            judged=self._judged,
            positions=self._positions,
            n_predictions=self._n_predictions,
            first_classes=first_classes,
            chance_positions=self._chance_positions,
            group_positions=self._group_positions,
            other_classes=others,
        )

    def _first(self) -> tuple["array[int]", tuple[str, ...]]:
        """Return the first classes by their numbers in a trace, and the names of other ones."""
        met, n_named = self._met, len(self._judged.classes)
        if self._reading is not None:
            if self._is_own_test and max(self._first_classes, default=0) <= n_named:
                return self._first_classes, ()
            numbers = set(self._first_classes) - {0}
            met = {self._reading.name(number - 1): number for number in numbers}
        codes = _Codes(self._judged, met)
        code_of = dict(zip(met.values(), codes.of(met), strict=True)) | {0: 0}
        return array("i", map(code_of.__getitem__, self._first_classes)), codes.others


class _Columns:
    """Gives the answers of the second reading to all class columns."""

    takes_from_threads = False  # all queries are counted in the same places

    def __init__(self, columns: Mapping[str, ClassColumns]) -> None:
        self._columns = columns

    def take(self, answer: Answer) -> None:
        """Take one answer."""
        for own in self._columns.values():
            own.take(answer)

    def attach(self, reading: KernelReading) -> None:
        """Have the kernel count for all of them."""
        for own in self._columns.values():
            own.attach(reading)

    def positions(self) -> dict[str, Any]:
        """Return the fields of the trace."""
        return {name: own.positions() for name, own in self._columns.items()}


def _zeros(n: int) -> "array[int]":
    return array("i", bytes(4 * n))


class _Group:
    """What puts classes together, e.g. into genera."""

    def __init__(self, value: Mapping[str, str]) -> None:
        self._value = value

    @cached_property
    def _members(self) -> Mapping[str, set[str]]:
        members: dict[str, set[str]] = {}
        for name, group in self._value.items():
            members.setdefault(group, set()).add(name)
        return members | {"": set()}  # no genus is not a genus

    def numbers(self, classes: Sequence[str]) -> "array[int]":
        """Return the number of the group of each class, 0 for none."""
        groups = dict.fromkeys(self._value.values())
        number_of = {group: number for number, group in enumerate(groups, 1)} | {"": 0}
        return array("i", [number_of[self._value[name]] for name in classes])

    def siblings(self, classes: Iterable[str]) -> set[str]:
        """Return all classes that share a value with one of these."""
        return set().union(*(self._members[self._value.get(name, "")] for name in classes))
