"""How well a run does on each class, and what it takes a class for: from traces alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scoring.metrics.averages import mean
from scoring.metrics.outcome import Outcome
from scoring.metrics.outcomes import Results, results_in
from scoring.traces.trace import Trace
from scoring.truth.ground_truth import GroundTruth


@dataclass(frozen=True)
class ClassResult:
    """What a run made of one class.

    Attributes
    ----------
    name
        Its id; ``-1`` is unknown.
    n
        Queries of which it is a right class.
    figures
        By shape. ``ranked`` and ``segment``: ``mrr`` and ``top_1``, of the position of this very
        class. ``set``: ``precision``, ``recall`` and ``f1``. ``label``: ``right``, the share of the
        queries answered right. None where nothing can be said.
    train_images
        Of classes.csv's column ``TrainImages``; None without one.
    """

    name: str
    n: int
    figures: Mapping[str, float | None]
    train_images: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain data."""
        about = {"class": self.name, "n": self.n, "train_images": self.train_images}
        return about | dict(self.figures)


@dataclass(frozen=True)
class Confusion:
    """What a class was taken for.

    Attributes
    ----------
    right, instead
        The right class, and the wrong one ranked first (in label runs: answered) instead.
    n_queries
        In how many queries.
    n_runs
        By how many runs.
    """

    right: str
    instead: str
    n_queries: int
    n_runs: int

    def to_json(self) -> dict[str, Any]:
        """Return the confusion as plain data."""
        return asdict(self)


def class_results(
    trace: Trace, truth: GroundTruth, *, within: tuple[str, str] | None = None
) -> tuple[ClassResult, ...]:
    """Return what a run made of each class, by name.

    Classes are those of the truth, foreground only in ranked runs; of set runs also those answered.

    Parameters
    ----------
    trace, truth
        What `scoring.trace_run` left of the run, and the same ground truth.
    within
        A column and its value: only the queries that have it, e.g. the public part of a split.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import RunRules, read_ground_truth, trace_run
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> _, trace = trace_run(run, truth, RunRules("ranked"))
    >>> class_results(trace, truth)[0].to_json()
    {'class': 'c01', 'n': 10, 'train_images': 40, 'mrr': 1.0, 'top_1': 1.0}
    """
    results = results_in(trace, truth, frozenset({within} if within else ()))
    images = _train_images(truth)
    return tuple(
        ClassResult(name, n, figures, images.get(name))
        for name, n, figures in sorted(_OF_SHAPE[trace.shape](results.outcomes))
    )


def confusions(
    traces: Sequence[Trace], truth: GroundTruth, *, within: tuple[str, str] | None = None
) -> tuple[Confusion, ...]:
    """Return what classes were taken for by one run or several, the most frequent first.

    A query is confused by a run that answers it and has another class than its foreground ones at the
    first position. Set runs rank nothing: they have no confusions.

    Parameters
    ----------
    traces, truth
        What `scoring.trace_run` left of the runs, all of one kind, and the same ground truth.
    within
        A column and its value: only the queries that have it, e.g. the public part of a split.
    """
    queries: dict[tuple[str, str], set[str]] = {}
    runs: Counter[tuple[str, str]] = Counter()
    for trace in traces:
        results = results_in(trace, truth, frozenset({within} if within else ()))
        own = list(_confused(results)) if trace.shape != "set" else []
        runs.update({pair for _, pair in own})
        for query, pair in own:
            queries.setdefault(pair, set()).add(query)
    found = [Confusion(*pair, len(own), runs[pair]) for pair, own in queries.items()]
    return tuple(sorted(found, key=lambda c: (-c.n_queries, -c.n_runs, c.right, c.instead)))


def _confused(results: Results) -> Iterator[tuple[str, tuple[str, str]]]:
    judged = results.truth.judged(results.kind)
    named = results.trace.named(results.trace.first_classes, judged.classes)
    first = dict(zip(judged.queries, named, strict=True))
    for outcome in results.outcomes:
        instead = first[outcome.query]
        if outcome.n_predictions and instead not in outcome.foreground:
            for right in outcome.foreground:
                yield outcome.query, (right, instead)


_Row = tuple[str, int, dict[str, float | None]]


def _ranked(outcomes: Sequence[Outcome]) -> Iterator[_Row]:
    positions: dict[str, list[int]] = {}
    for outcome in outcomes:
        for name, position in zip(outcome.foreground, outcome.foreground_positions, strict=True):
            positions.setdefault(name, []).append(position)
    for name, own in positions.items():
        ranks = [1 / position if position else 0.0 for position in own]
        yield name, len(own), {"mrr": mean(ranks), "top_1": own.count(1) / len(own)}


def _sets(outcomes: Sequence[Outcome]) -> Iterator[_Row]:
    hits = Counter(name for outcome in outcomes for name in outcome.hits)
    right = Counter(name for outcome in outcomes for name in outcome.right)
    answered = Counter(name for outcome in outcomes for name in outcome.predicted)
    for name in right | answered:
        yield (
            name,
            right[name],
            {
                "precision": _share(hits[name], answered[name]),
                "recall": _share(hits[name], right[name]),
                "f1": _share(2 * hits[name], right[name] + answered[name]),
            },
        )


def _labels(outcomes: Sequence[Outcome]) -> Iterator[_Row]:
    for name, n, figures in _sets(outcomes):
        if n:
            yield name, n, {"right": figures["recall"]}


_OF_SHAPE = {"ranked": _ranked, "segment": _ranked, "set": _sets, "label": _labels}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _train_images(truth: GroundTruth) -> dict[str, int]:
    columns = truth.test_set.classes.columns if truth.test_set.classes else {}
    pairs = zip(columns.get("ClassId", ()), columns.get("TrainImages", ()), strict=False)
    return {name: int(n) for name, n in pairs if n.isascii() and n.isdigit()}
