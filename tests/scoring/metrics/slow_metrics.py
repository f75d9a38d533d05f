"""Every metric a second time, from its definition, over whole rankings and without a trace."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median

Run = Mapping[str, Mapping[str, tuple[float, int]]]
"""Query to class to probability and rank (0 where the file has none)."""
Truth = Mapping[str, tuple[Sequence[str], Sequence[str]]]
"""Query to foreground and background classes."""


def ranking(run: Run, truth: Truth, query: str) -> list[str]:
    """Return the classes of a query in the order of rule 1, the worst order among equals."""
    foreground, background = truth[query]

    def key(name: str) -> tuple[float, int, int, str]:
        probability, rank = run[query][name]
        return -probability, rank, (name in background) + 2 * (name in foreground), name

    return sorted(run.get(query, {}), key=key)


def reciprocal_rank(order: Sequence[str], right: Sequence[str]) -> Fraction | None:
    if not right:
        return None
    for position, name in enumerate(order, start=1):
        if name in right:
            return Fraction(1, position)
    return Fraction(0)


def average_precision(order: Sequence[str], right: Sequence[str]) -> Fraction | None:
    if not right:
        return None
    total = Fraction(0)
    for position, name in enumerate(order, start=1):
        if name in right:
            total += Fraction(sum(other in right for other in order[:position]), position)
    return total / len(right)


def slow_metric(name: str, run: Run, truth: Truth) -> Fraction | None:
    """Return a metric as an exact number, None where it is undefined."""
    orders = {query: ranking(run, truth, query) for query in truth}
    if name == "median_position":
        return median_position(orders, truth)
    if name == "cmap":
        return cmap(run, truth)
    if name.startswith("macro_"):
        return macro(name.removeprefix("macro_"), orders, truth)
    return mean([of_query(name, orders[query], *truth[query]) for query in truth])


def of_query(
    name: str, order: Sequence[str], foreground: Sequence[str], background: Sequence[str]
) -> Fraction | None:
    if name == "mrr":
        return reciprocal_rank(order, foreground)
    if name == "map":
        return average_precision(order, [*foreground, *background])
    if name == "map_foreground":
        return average_precision(order, foreground)
    cutoff = int(name.removeprefix("top_"))
    return Fraction(any(n in foreground for n in order[:cutoff])) if foreground else None


def macro(name: str, orders: Mapping[str, Sequence[str]], truth: Truth) -> Fraction | None:
    if any(len(foreground) > 1 for foreground, _ in truth.values()):
        return None
    classes = {foreground[0] for foreground, _ in truth.values() if foreground}
    return mean(
        [
            mean([of_query(name, orders[q], *truth[q]) for q in truth if truth[q][0] == [label]])
            for label in sorted(classes)
        ]
    )


def cmap(run: Run, truth: Truth) -> Fraction | None:
    right = {q: [*foreground, *background] for q, (foreground, background) in truth.items()}
    return mean(
        [
            column_precision(run, right, name)
            for name in sorted({n for own in right.values() for n in own})
        ]
    )


def column_precision(run: Run, right: Mapping[str, Sequence[str]], name: str) -> Fraction:
    """Return the average precision of ranking all queries for a class, the worst order among equals."""
    relevant = [query for query in right if name in right[query]]
    listed = [query for query in right if name in run.get(query, {})]
    order = sorted(listed, key=lambda query: (-run[query][name][0], query in relevant))
    found = average_precision(order, relevant)
    assert found is not None
    return found


def median_position(orders: Mapping[str, Sequence[str]], truth: Truth) -> Fraction | None:
    never = 10**9
    places = []
    for query, (foreground, _) in truth.items():
        rank = reciprocal_rank(orders[query], foreground)
        if rank is not None:
            places.append(1 / rank if rank else Fraction(never))
    value = median(places) if places else None
    return value if value is not None and value < never / 2 else None


def mean(values: Sequence[Fraction | None]) -> Fraction | None:
    defined = [value for value in values if value is not None]
    return sum(defined, Fraction(0)) / len(defined) if defined else None
