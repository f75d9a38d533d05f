"""What a run made of the queries of a test, or of a subset: what every metric is computed from."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import compress
from typing import TYPE_CHECKING, TypeVar

from scoring.records import dataclass
from scoring.run_rules import Kind
from scoring.traces.trace import Subset, Trace, WrongTrace
from scoring.truth.ground_truth import GroundTruth, Judged
from scoring.truth.subsets import has_column, queries_in

if TYPE_CHECKING:
    from scoring.metrics.outcome import Outcome

T = TypeVar("T")
Column = tuple[Sequence[int], Sequence[T]]
"""A figure of some queries: their places among the judged ones, ascending, and a value for each."""


@dataclass(frozen=True, eq=False)
class Results:
    """What a run made of the queries of a subset.

    Attributes
    ----------
    trace, truth
        Where it comes from.
    subset
        The columns and values that every query here has; empty for all queries.
    places
        The queries, by their places among the judged ones, ascending.
    level
        ``Genus`` or ``Family``, where any class of that of a right one is right; empty for the classes
        themselves.
    """

    trace: Trace
    truth: GroundTruth
    subset: Subset
    places: Sequence[int]
    level: str = ""

    def __len__(self) -> int:
        return len(self.places)

    @property
    def kind(self) -> Kind:
        """Return whether queries or images are answered."""
        return self.trace.kind

    @property
    def judged(self) -> Judged:
        """Return what the run is judged by."""
        return self.truth.judged(self.trace.kind)

    def has_column(self, name: str) -> bool:
        """Return whether the test has a column."""
        return has_column(self.truth, self.kind, name)

    def part(self, column: Sequence[T]) -> Sequence[T]:
        """Return of a column of all judged queries what is of these."""
        return column if len(self) == len(column) else list(map(column.__getitem__, self.places))

    def queries(self, places: Sequence[int]) -> tuple[str, ...]:
        """Return the ids of some queries."""
        every = self.judged.queries
        return every if len(places) == len(every) else tuple(map(every.__getitem__, places))

    @cached_property
    def first_positions(self) -> Column[int]:
        """Return the position of the first foreground class of each query that has one.

        0 where none was found.
        """
        if self.level:
            return self._first_of_groups
        positions, pairs = self.trace.positions, self.judged.pairs
        counts = self.part(pairs.n_foreground)
        places = self.places if all(counts) else list(compress(self.places, counts))
        if len(places) == len(positions):
            return places, positions  # a pair each, and there are no others
        firsts = list(map(positions.__getitem__, map(pairs.starts.__getitem__, places)))
        if max(counts, default=0) > 1:
            for at, place in enumerate(places):
                own = positions[pairs.starts[place] : pairs.middles[place]]
                firsts[at] = min(filter(None, own), default=0)
        return places, firsts

    @cached_property
    def _first_of_groups(self) -> Column[int]:
        """Return the same at a level; a query whose foreground classes have no genus has none that is right."""
        pairs, group_of = self.judged.pairs, self.judged.groups[self.level]
        spans = ((place, pairs.starts[place], pairs.middles[place]) for place in self.places)
        places = [
            place
            for place, start, middle in spans
            if any(map(group_of.get, pairs.names[start:middle]))
        ]
        return places, list(map(self.trace.group_positions[self.level].__getitem__, places))

    def first_labels(self, places: Sequence[int]) -> Iterator[str]:
        """Yield the first foreground class of some queries, or its genus or family."""
        pairs = self.judged.pairs
        names = map(pairs.names.__getitem__, map(pairs.starts.__getitem__, places))
        return map(self.judged.groups[self.level].__getitem__, names) if self.level else names

    @cached_property
    def outcomes(self) -> "Sequence[Outcome]":
        """Return what was made of each query, for what has to look at one after the other."""
        outcomes = _outcomes_of(self.trace, self.truth)
        return outcomes if len(self) == len(outcomes) else [outcomes[at] for at in self.places]


@lru_cache(maxsize=16)  # many metrics are asked of one trace
def results_in(trace: Trace, truth: GroundTruth, subset: Subset) -> Results:
    """Return what a run made of the queries of a subset.

    Raises
    ------
    WrongTrace
        When the trace is that of another ground truth.
    UnknownMetric
        When no table has a column of the subset.
    """
    judged = truth.judged(trace.kind)
    if not trace.fits(judged):
        raise WrongTrace("the trace is that of another ground truth; read the run again")
    places: Sequence[int] = range(len(judged.queries))
    for column, value in sorted(subset):
        inside = queries_in(truth, trace.kind, column, value)
        places = [place for place in places if judged.queries[place] in inside]
    return Results(trace, truth, subset, places)


@lru_cache(maxsize=8)  # as above
def _outcomes_of(trace: Trace, truth: GroundTruth) -> "tuple[Outcome, ...]":
    """Return what a run made of each judged query, in canonical order."""
    from scoring.metrics.outcome import Outcome  # noqa: PLC0415  # plain means do without

    judged = truth.judged(trace.kind)
    return tuple(
        Outcome(
            query=query,
            owner=owner,
            foreground=relevant.foreground,
            background=relevant.background,
            foreground_positions=tuple(trace.positions[start:middle]),
            background_positions=tuple(trace.positions[middle:end]),
            n_predictions=n_predictions,
            predicted=classes,
        )
        for query, owner, relevant, (start, middle, end), n_predictions, classes in zip(
            judged.queries,
            judged.owners,
            judged.relevant,
            judged.pairs.spans(),
            trace.n_predictions,
            _predicted(trace, judged.classes),
            strict=True,
        )
    )


def _predicted(trace: Trace, classes: Sequence[str]) -> Sequence[tuple[str, ...]]:
    if trace.shape in {"set", "label"}:
        return trace.predicted_by_query(classes)
    return [()] * len(trace.n_predictions)
