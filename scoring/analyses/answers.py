"""What several runs answered first, side by side: what analyses of the test itself are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from scoring.metrics.outcomes import Results, results_in
from scoring.run_rules import UNKNOWN_CLASS
from scoring.traces.trace import Trace
from scoring.truth.ground_truth import GroundTruth, Judged

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Answers:
    """What runs made of the queries that have a foreground class: a row a run, a column a query.

    Attributes
    ----------
    queries
        Their ids, sorted.
    classes
        The names of classes by their numbers; 0 is unknown.
    labels
        The number of the first foreground class of each query.
    positions
        Where the first foreground class stands; 0 is nowhere. In a label run it stands first or nowhere.
    instead
        The number of the wrong class that stands first; 0 where a right one does, be it of the background,
        or none that the test names.
    """

    queries: tuple[str, ...]
    classes: tuple[str, ...]
    labels: Ints
    positions: Ints
    instead: Ints

    @property
    def n_runs(self) -> int:
        """Return how many there are."""
        return len(self.positions)

    @property
    def right(self) -> Flags:
        """Return which run has which query right at the first position."""
        return cast("Flags", self.positions == 1)

    def n_queries_of(self) -> Ints:
        """Return how many queries each class has, by its number."""
        return np.bincount(self.labels, minlength=len(self.classes)).astype(np.int32)


def answers_of(
    traces: Sequence[Trace], truth: GroundTruth, *, within: tuple[str, str] | None = None
) -> Answers:
    """Return what runs answered first.

    Parameters
    ----------
    traces, truth
        What `scoring.trace_run` left of the runs, one at least, and the same ground truth.
    within
        A column and its value: only the queries that have it, e.g. the public part of a split.

    Raises
    ------
    ValueError
        For runs of the shape ``set``, which put nothing first.
    """
    if traces[0].shape == "set":
        raise ValueError("runs of the shape set put no class first")
    every = [results_in(trace, truth, frozenset({within} if within else ())) for trace in traces]
    judged = every[0].judged
    places = np.array(every[0].first_positions[0], np.int32)
    codes = _codes(judged)
    labels = codes[np.array(judged.pairs.starts[:-1], np.int32)[places]]
    rows = [_row(results, places, labels, codes) for results in every]
    return Answers(
        queries=every[0].queries(places.tolist()),
        classes=(UNKNOWN_CLASS, *judged.classes),
        labels=labels,
        positions=np.array([positions for positions, _ in rows], np.int32),
        instead=np.array([instead for _, instead in rows], np.int32),
    )


def _codes(judged: Judged) -> Ints:
    """Return the number of the class of each pair."""
    code_of = {name: code for code, name in enumerate(judged.classes, start=1)}
    return np.array([code_of.get(name, 0) for name in judged.pairs.names], np.int32)


def _row(results: Results, places: Ints, labels: Ints, codes: Ints) -> tuple[Ints, Ints]:
    """Return where the right class of each query stands in a run, and which wrong one stands first."""
    trace, judged = results.trace, results.judged
    every = np.array(trace.first_classes, np.int32)
    every[every > len(judged.classes)] = 0  # none that the test names
    first = every[places]
    if trace.shape == "label":
        return (first == labels).astype(np.int32), np.where(first == labels, 0, first)
    positions = np.array(results.first_positions[1], np.int32)
    has_right = np.zeros(len(every), np.bool_)
    owners = np.repeat(np.arange(len(every)), np.diff(np.array(judged.pairs.starts)))
    has_right[owners[every[owners] == codes]] = True
    return positions, np.where(has_right[places], 0, first)
