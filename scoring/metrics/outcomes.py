"""What a run made of the queries of a test, or of a subset: what every metric is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from scoring.run_rules import Kind
from scoring.traces.trace import Subset, Trace, WrongTrace
from scoring.truth.ground_truth import GroundTruth
from scoring.truth.subsets import has_column, queries_in


class Outcome(NamedTuple):
    """What a run made of one query.

    Attributes
    ----------
    query, owner
        Its id, and the query of queries.csv it belongs to: itself, but for images.
    foreground, background
        Its relevant classes.
    foreground_positions, background_positions
        The position of each of them in the run's answer; 0 for one that was not found.
    n_predictions
        How many classes were answered.
    predicted
        Which ones; only of set and label runs.
    """

    query: str
    owner: str
    foreground: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    foreground_positions: tuple[int, ...] = ()
    background_positions: tuple[int, ...] = ()
    n_predictions: int = 0
    predicted: tuple[str, ...] = ()

    @property
    def right(self) -> frozenset[str]:
        """Return the relevant classes, background included."""
        return frozenset(self.foreground + self.background)

    @property
    def hits(self) -> frozenset[str]:
        """Return the relevant classes among the predicted ones."""
        return self.right.intersection(self.predicted)


@dataclass(frozen=True, eq=False)
class Results:
    """What a run made of the queries of a subset.

    Attributes
    ----------
    trace, truth
        Where it comes from.
    subset
        The columns and values that every query here has; empty for all queries.
    outcomes
        One a query, in canonical order.
    """

    trace: Trace
    truth: GroundTruth
    subset: Subset
    outcomes: Sequence[Outcome]

    @property
    def kind(self) -> Kind:
        """Return whether queries or images are answered."""
        return self.trace.kind

    def has_column(self, name: str) -> bool:
        """Return whether the test has a column."""
        return has_column(self.truth, self.kind, name)


def results_in(trace: Trace, truth: GroundTruth, subset: Subset) -> Results:
    """Return what a run made of the queries of a subset.

    Raises
    ------
    WrongTrace
        When the trace is that of another ground truth.
    UnknownMetric
        When no table has a column of the subset.
    """
    outcomes: Sequence[Outcome] = outcomes_of(trace, truth)
    for column, value in sorted(subset):
        inside = queries_in(truth, trace.kind, column, value)
        outcomes = [outcome for outcome in outcomes if outcome.query in inside]
    return Results(trace, truth, subset, outcomes)


@lru_cache(maxsize=8)  # many metrics are asked of one trace
def outcomes_of(trace: Trace, truth: GroundTruth) -> tuple[Outcome, ...]:
    """Return what a run made of each judged query, in canonical order."""
    judged = truth.judged(trace.kind)
    if trace.judged != judged.digest:
        raise WrongTrace("the trace is that of another ground truth; read the run again")
    predicted = _predicted(trace, judged.classes)
    return tuple(
        Outcome(
            query=query,
            owner=owner,
            foreground=relevant.foreground,
            background=relevant.background,
            foreground_positions=tuple(trace.positions[start : start + len(relevant.foreground)]),
            background_positions=tuple(trace.positions[start + len(relevant.foreground) : end]),
            n_predictions=n_predictions,
            predicted=classes,
        )
        for query, owner, relevant, start, end, n_predictions, classes in zip(
            judged.queries,
            judged.owners,
            judged.relevant,
            judged.pair_starts,
            judged.pair_starts[1:],
            trace.n_predictions,
            predicted,
            strict=False,  # one start more than queries: the end of the last
        )
    )


def _predicted(trace: Trace, classes: Sequence[str]) -> Sequence[tuple[str, ...]]:
    if trace.shape in {"set", "label"}:
        return trace.predicted_by_query(classes)
    return [()] * len(trace.n_predictions)
