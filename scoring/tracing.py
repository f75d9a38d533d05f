"""From a run file to its trace."""

from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

from scoring.answers import Answer
from scoring.ground_truth import GroundTruth, Judged, Relevant
from scoring.positions import Order
from scoring.report import RunReport
from scoring.run_file import read_run
from scoring.run_rules import Kind, RunRules
from scoring.trace import Trace


def trace_run(
    path: Path, truth: GroundTruth, rules: RunRules, *, kind: Kind = "run"
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
    report, tracer = read_run(
        path, truth.test_set, rules, kind, lambda: _Tracer(judged), needed=_needed(judged)
    )
    return report, tracer.trace(rules.shape) if report.valid else None


def _needed(judged: Judged) -> list[str]:
    return [q for q, r in zip(judged.queries, judged.relevant, strict=True) if r != Relevant()]


class _Tracer:
    """Keeps of each answer what the trace needs."""

    def __init__(self, judged: Judged) -> None:
        n_queries = len(judged.queries)
        self._judged = judged
        self._places = {query: place for place, query in enumerate(judged.queries)}
        self._codes = {name: code for code, name in enumerate(judged.classes, start=1)}
        self._groups = {name: _Group(values) for name, values in judged.groups.items()}
        self._positions = array("i", bytes(4 * judged.pair_starts[-1]))
        self._n_predictions = array("i", bytes(4 * n_queries))
        self._first_classes = array("i", bytes(4 * n_queries))
        self._group_positions = {name: array("i", bytes(4 * n_queries)) for name in judged.groups}

    def take(self, answer: Answer) -> None:
        place = self._places.get(answer.query)
        if place is None or not answer.classes:  # a distractor is answered, and read by no metric
            return
        order = Order(answer)
        relevant = self._judged.relevant[place]
        self._n_predictions[place] = len(answer.classes)
        self._first_classes[place] = self._codes[order.first_class(relevant)]
        start = self._judged.pair_starts[place]
        for pair, position in enumerate(order.positions(relevant), start=start):
            self._positions[pair] = position
        for name, group in self._groups.items():
            siblings = group.siblings(relevant.foreground)
            self._group_positions[name][place] = order.first_position(siblings)

    def trace(self, shape: str) -> Trace:
        return Trace(
            kind=self._judged.kind,
            shape=shape,
            judged=self._judged.digest,
            positions=self._positions,
            n_predictions=self._n_predictions,
            first_classes=self._first_classes,
            group_positions=self._group_positions,
        )


class _Group:
    """What puts classes together, e.g. into genera."""

    def __init__(self, value: Mapping[str, str]) -> None:
        self._value = value
        self._members: dict[str, set[str]] = {}
        for name, group in value.items():
            self._members.setdefault(group, set()).add(name)
        self._members[""] = set()  # no genus is not a genus

    def siblings(self, classes: Iterable[str]) -> set[str]:
        """Return all classes that share a value with one of these."""
        return set().union(*(self._members[self._value[name]] for name in classes))
