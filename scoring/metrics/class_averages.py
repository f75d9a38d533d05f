"""The mean over classes of how well a run ranks all queries for a class: `cmap`."""

from scoring.metrics.averages import NO_CLASS, Average, mean_of
from scoring.metrics.outcomes import Results
from scoring.metrics.statistics import precision_at_hits


def over_class_columns(results: Results, _: int = 0) -> Average:
    """Return the mean over the classes in the truth of the average precision of their columns."""
    positions = results.trace.class_positions.get(results.subset)
    if positions is None:
        return Average(
            None, reason="the run has to be read again: its class columns are not ranked"
        )
    pairs = results.judged.pairs
    columns: dict[str, list[int]] = {}
    for place in results.places:
        for pair in range(pairs.starts[place], pairs.starts[place + 1]):
            columns.setdefault(pairs.names[pair], []).append(positions[pair])
    precisions = {name: precision_at_hits(own) for name, own in columns.items()}
    return mean_of(precisions, reason=NO_CLASS)
