"""The mean over classes of how well a run ranks all queries for a class: `cmap`."""

from scoring.metrics.averages import NO_CLASS, Average, mean_of
from scoring.metrics.outcomes import Results
from scoring.metrics.statistics import precision_at_hits
from scoring.traces.class_columns import pairs_of


def over_class_columns(results: Results, _: int = 0) -> Average:
    """Return the mean over the classes in the truth of the average precision of their columns."""
    positions = results.trace.class_positions.get(results.subset)
    if positions is None:
        return Average(
            None, reason="the run has to be read again: its class columns are not ranked"
        )
    inside = {outcome.query for outcome in results.outcomes}
    columns: dict[str, list[int]] = {}
    pairs = pairs_of(results.truth.judged(results.kind))
    for (query, name), position in zip(pairs, positions, strict=True):
        if query in inside:
            columns.setdefault(name, []).append(position)
    precisions = {name: precision_at_hits(own) for name, own in columns.items()}
    return mean_of(precisions, reason=NO_CLASS)
