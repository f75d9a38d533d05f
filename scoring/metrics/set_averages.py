"""F1 of sets of classes: per query, per class and of all counts, nested within a column where asked."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from scoring.metrics.averages import Average, mean, mean_of
from scoring.metrics.outcome import Outcome
from scoring.metrics.outcomes import Results
from scoring.records import replace
from scoring.truth.subsets import groups_of

_NOTHING = "there is no query"


def f1_samples(results: Results, _: int = 0) -> Average:
    """Return the mean of the F1 of each query."""
    if results.trace.group_by:
        return _within_groups(results, lambda own: mean([set_f1(outcome) for outcome in own]))
    return mean_of({o.query: set_f1(o) for o in results.outcomes}, reason=_NOTHING)


def f1_macro(results: Results, _: int = 0) -> Average:
    """Return the mean, over the classes of truth and answers, of the F1 of each class.

    No interval: over which classes it is depends on the answers.
    """
    if results.trace.group_by:
        average = _within_groups(results, lambda own: _mean_or_one(class_f1(own)))
    elif results.outcomes and not (by_class := class_f1(results.outcomes)):
        average = Average(1.0)  # nothing to find, and nothing found
    else:
        average = mean_of(by_class if results.outcomes else {}, reason=_NOTHING)
    return replace(average, has_interval=False)


def f1_micro(results: Results, _: int = 0) -> Average:
    """Return the F1 of the counts of all queries together."""
    if results.trace.group_by:
        return _within_groups(results, _pooled)
    if not results.outcomes:
        return Average(None, reason=_NOTHING)
    return Average(
        _pooled(results.outcomes),
        units=tuple(outcome.query for outcome in results.outcomes),
        values=tuple(set_f1(outcome) for outcome in results.outcomes),
        weights=tuple(float(_size(outcome)) for outcome in results.outcomes),
    )


def set_f1(outcome: Outcome) -> float:
    r"""Return the F1 of the predicted set, 1 when nothing is right and nothing was predicted.

    .. math:: F_1(q) = 2 |P_q \cap R_q| / (|P_q| + |R_q|)
    """
    size = _size(outcome)
    return 2 * len(outcome.hits) / size if size else 1.0


def class_f1(outcomes: Sequence[Outcome]) -> dict[str, float]:
    r"""Return the F1 of each class that stands in truth or answers.

    .. math:: F_1(c) = 2 tp_c / (2 tp_c + fp_c + fn_c)
    """
    hits = Counter(name for outcome in outcomes for name in outcome.hits)
    sizes = Counter(name for o in outcomes for name in (*o.right, *o.predicted))
    return {name: 2 * hits[name] / size for name, size in sizes.items()}


def _pooled(outcomes: Sequence[Outcome]) -> float:
    size = sum(map(_size, outcomes))
    return 2 * sum(len(outcome.hits) for outcome in outcomes) / size if size else 1.0


def _size(outcome: Outcome) -> int:
    return len(outcome.right) + len(outcome.predicted)


def _mean_or_one(by_class: Mapping[str, float]) -> float:
    return mean(list(by_class.values())) if by_class else 1.0


def _within_groups(results: Results, of: Callable[[Sequence[Outcome]], float]) -> Average:
    """Return the mean over the groups of the task's column of a figure of each group."""
    assert results.trace.group_by  # the callers looked
    groups = groups_of(results.truth, results.kind, results.trace.group_by)
    members: dict[str, list[Outcome]] = {}
    for outcome in results.outcomes:
        for group in groups[outcome.query]:
            members.setdefault(group, []).append(outcome)
    return mean_of({group: of(own) for group, own in members.items()}, reason=_NOTHING)
