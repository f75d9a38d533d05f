"""A second fusion, written from the formulas of docs alone: everything in dictionaries, sums as fractions."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

SlowRun = Mapping[str, Mapping[str, tuple[float, int]]]
"""Query to class to probability and rank; the rank is 0 in a run without ranks."""

Fused = dict[str, list[tuple[str, float]]]
"""Query to its classes with their probabilities, the best first."""


def mean_slowly(runs: Sequence[SlowRun], weights: Sequence[float]) -> Callable[[str, str], float]:
    def value(query: str, name: str) -> float:
        parts = [
            weight * run.get(query, {}).get(name, (0.0, 0))[0]
            for run, weight in zip(runs, weights, strict=True)
        ]
        return exact(parts) / exact(weights)

    return value


def rrf_slowly(
    runs: Sequence[SlowRun], weights: Sequence[float], k: int
) -> Callable[[str, str], float]:
    def value(query: str, name: str) -> float:
        parts = [
            weight / (k + place(run[query], name))
            for run, weight in zip(runs, weights, strict=True)
            if name in run.get(query, {})
        ]
        return exact(parts) / exact([weight / (k + 1) for weight in weights])

    return value


def place(answer: Mapping[str, tuple[float, int]], name: str) -> int:
    """Return how many classes stand before a class or beside it, itself included."""
    probability, rank = answer[name]
    return sum(
        other > probability or (other == probability and other_rank <= rank)
        for other, other_rank in answer.values()
    )


def fuse_slowly(
    runs: Sequence[SlowRun], value: Callable[[str, str], float], most: int | None
) -> Fused:
    fused: Fused = {}
    for query in {query for run in runs for query in run}:
        names = {name for run in runs for name in run.get(query, {})}
        rows = sorted(((name, value(query, name)) for name in names), key=lambda r: (-r[1], r[0]))
        fused[query] = rows[:most]
    return fused


def fuse_images_slowly(
    images: SlowRun,
    owners: Mapping[str, str],
    chosen: Callable[[str], bool],
    method: str,
    most: int | None,
) -> Fused:
    fused: Fused = {}
    for query in set(owners.values()):
        own = [image for image, owner in owners.items() if owner == query and chosen(image)]
        names = {name for image in own for name in images.get(image, {})}
        if not names:
            continue
        values = {n: [images.get(i, {}).get(n, (0.0, 0))[0] for i in own] for n in names}
        rows = [(n, exact(v) / len(v) if method == "mean" else max(v)) for n, v in values.items()]
        fused[query] = sorted(rows, key=lambda row: (-row[1], row[0]))[:most]
    return fused


def exact(numbers: Sequence[float]) -> float:
    """Return a sum that is rounded once."""
    return float(sum(map(Fraction, numbers)))
