"""How far intervals and tests keep their word, on invented truths whose right answer is known.

A run is drawn many times from a population of queries; the interval should hold the population's own
score in 95 % of them. Runs drawn from one population are equally good; a test should call two of them
different in at most 5 %, a board of ten in at most 5 % after Holm's correction.

The truths of a batch share a seed, so that one product serves all of them; each batch has its own.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import combinations
from typing import Any
from unittest.mock import patch

import numpy as np

from scoring.metrics.averages import Average
from scoring.uncertainty import draws
from scoring.uncertainty.bootstrap import intervals
from scoring.uncertainty.differences import (
    MAX_RUNS,
    Difference,
    _differences,
    against_first,
    all_pairs,
    compare,
    holm,
)
from tests.bench.figures import Figure

N_TRUTHS = 2_000  # in each repeat
N_BOARDS = 400
_BATCH = 250
_N_RUNS = 10
_SIZE = 17_886  # PlantCLEF 2017

Random = np.random.Generator
Floats = np.ndarray[Any, np.dtype[np.float64]]


# ---------------------------------------------------------------- populations
_POSITIONS = np.arange(1, 101)
_AT = np.append(0.6, 0.36 * _POSITIONS[1:] ** -1.5 / (_POSITIONS[1:] ** -1.5).sum())
"""How often the right class stands at each position: at 1 in 60 %, nowhere in 4 %."""


@dataclass(frozen=True)
class Population:
    """Where units come from.

    Attributes
    ----------
    what
        The metric, and how well the run does.
    score
        Of all of the population.
    draw
        Values of n units, and weights where they weigh differently.
    """

    what: str
    score: float
    draw: Callable[[Random, int], tuple[Floats, Floats | None]]


def reciprocal_ranks() -> Population:
    ranks = np.append(1 / _POSITIONS, 0.0)
    chances = np.append(_AT, 1 - _AT.sum())
    return Population(
        "`mrr`", float(ranks @ chances), lambda r, n: (r.choice(ranks, size=n, p=chances), None)
    )


def hits(share: float) -> Population:
    return Population(
        f"`top_1` at {share:.0%}", share, lambda r, n: ((r.random(n) < share).astype(float), None)
    )


def class_means() -> Population:
    """Return classes that are known more or less well, and have 1 to some 20 queries."""

    def draw(random: Random, n: int) -> tuple[Floats, Floats | None]:
        n_queries = random.geometric(0.25, size=n)
        return random.binomial(n_queries, random.beta(2, 1, size=n)) / n_queries, None

    return Population("`macro_top_1`, classes", 2 / 3, draw)


def sets() -> Population:
    """Return plots of 1 or more species, two thirds of them found, and one wrong one a plot."""

    def draw(random: Random, n: int) -> tuple[Floats, Floats | None]:
        n_right = 1 + random.poisson(3, size=n)
        n_hits = random.binomial(n_right, 2 / 3)
        sizes = n_right + n_hits + random.poisson(1, size=n)
        return 2 * n_hits / sizes, sizes.astype(float)

    return Population("`f1_micro`, plots", 2 * 4 * (2 / 3) / (4 + 4 * (2 / 3) + 1), draw)


def costs() -> Population:
    """Return queries of which one in 500 costs 100, and one in 20 costs 1."""
    return Population(
        "`fungi_2`, a poisonous one missed in 500",
        100 / 500 + 1 / 20,
        lambda r, n: (r.choice([100.0, 1, 0], size=n, p=[1 / 500, 1 / 20, 1 - 26 / 500]), None),
    )


_CASES = (
    (reciprocal_ranks(), (20, 100, 400, 2_000)),
    (hits(0.6), (20, 100, 400, 2_000)),
    (hits(0.95), (100, 400)),
    (hits(0.01), (400, 2_000)),
    (class_means(), (40, 400)),
    (sets(), (100, 400)),
    (costs(), (400, 2_000)),
)


# ---------------------------------------------------------------- coverage
def coverage(repeats: int) -> Iterator[Figure]:
    """Yield how often intervals hold the score of the population."""
    for population, sizes in _CASES:
        for n in sizes:
            shares = tuple(_coverage(population, n, repeat) for repeat in range(repeats))
            yield Figure(
                f"{population.what}, n = {n:,}: intervals hold it", shares, "%", "94 to 96"
            )


def _coverage(population: Population, n: int, repeat: int) -> float:
    held = 0
    for begin in range(0, N_TRUTHS, _BATCH):
        seed = repeat * N_TRUTHS + begin
        random = np.random.Generator(np.random.PCG64([2017, n, seed]))
        averages = [_average(*population.draw(random, n)) for _ in range(_BATCH)]
        found = [interval for interval in intervals(averages, seed) if interval]
        held += sum(low <= population.score <= high for low, high in found)
    return 100 * held / N_TRUTHS


def _average(values: Floats, weights: Floats | None) -> Average:
    units = tuple(map(str, range(len(values))))
    return Average(
        value=float(np.average(values, weights=weights)),
        units=units,
        values=tuple(values.tolist()),
        weights=None if weights is None else tuple(weights.tolist()),
    )


# ---------------------------------------------------------------- false alarms
def false_alarms(repeats: int) -> Iterator[Figure]:
    """Yield how often equally good runs are called different."""
    for n in (100, 400):
        for metric, of_positions in (("mrr", _ranks), ("top_1", _hits)):
            rates = [_alarms(of_positions, n, repeat) for repeat in range(repeats)]
            for what, shares in zip(_ALARMS, zip(*rates, strict=True), strict=True):
                yield Figure(f"`{metric}`, n = {n:,}: {what}", shares, "%", "≤ 5")


_ALARMS = (
    "two equal runs called different",
    f"{_N_RUNS} equal runs, any called different from one named before",
    f"{_N_RUNS} equal runs, any called different from the one that came first",
    f"{_N_RUNS} equal runs, any two called different, all pairs corrected for",
)


def _alarms(of_positions: Callable[[Floats], Floats], n: int, repeat: int) -> tuple[float, ...]:
    """Return the shares of boards with a false alarm, in percent."""
    boards = []
    for begin in range(0, N_BOARDS * _N_RUNS, _BATCH):
        seed = repeat * N_BOARDS * _N_RUNS + begin
        random = np.random.Generator(np.random.PCG64([1979, n, seed]))
        runs = [
            run for _ in range(0, _BATCH, _N_RUNS) for run in _equal_runs(random, n, of_positions)
        ]
        boards += list(_boards(runs, seed))
    return tuple(100 * float(np.mean(own)) for own in zip(*boards, strict=True))


def _equal_runs(
    random: Random, n: int, of_positions: Callable[[Floats], Floats]
) -> Iterator[Average]:
    """Yield runs that are equally good: what is hard for one is hard for all."""
    ease = random.beta(1.5, 1, size=n)
    for _ in range(_N_RUNS):
        yield _average(of_positions(random.geometric(0.05 + 0.9 * ease).astype(float)), None)


def _ranks(positions: Floats) -> Floats:
    return np.asarray(1 / positions)


def _hits(positions: Floats) -> Floats:
    return np.asarray(positions == 1, float)


def _boards(runs: list[Average], seed: int) -> Iterator[tuple[bool, ...]]:
    """Yield for each board whether there is a false alarm, in the order of `_ALARMS`."""
    boards = [range(start, start + _N_RUNS) for start in range(0, len(runs), _N_RUNS)]
    pairs = [pair for board in boards for pair in combinations(board, 2)]
    p_values = dict(zip(pairs, map(_p, _differences(runs, pairs, seed)), strict=True))
    for board in boards:
        first = max(board, key=lambda place: runs[place].value or 0)
        own = list(combinations(board, 2))
        families = (
            own[:1],
            [pair for pair in own if board[0] in pair],
            [pair for pair in own if first in pair],
            own,
        )
        yield tuple(min(holm([p_values[pair] for pair in f])) <= 0.05 for f in families)


def _p(difference: Difference | None) -> float:
    assert difference is not None
    return difference.p


# ---------------------------------------------------------------- speed
def speed(repeats: int) -> Iterator[Figure]:
    """Yield how long intervals and tests take at the size of PlantCLEF 2017; nothing is kept between."""
    random = np.random.Generator(np.random.PCG64(2017))
    ranks = [reciprocal_ranks().draw(random, _SIZE)[0] for _ in range(MAX_RUNS)]
    runs = [_average(own, None) for own in ranks]
    metrics = [runs[0], *(_average((ranks[0] >= 1 / k).astype(float), None) for k in (1, 5, 10))]
    tasks: list[tuple[str, str, Callable[[], object]]] = [
        ("intervals of a run's four metrics", "", lambda: intervals(metrics, 1)),
        (
            "the same by numpy alone, where there is no kernel",
            "",
            lambda: _without_kernel(lambda: intervals(metrics, 1)),
        ),
        (
            "the interval of one run more, whatever others there are",
            "",
            lambda: intervals(runs[:1], 1),
        ),
        ("intervals of 30 runs together", "< 3.3", lambda: intervals(runs[:30], 1)),
        ("one run tested against the first", "", lambda: compare(runs[1], runs[0], 1)),
        ("49 runs tested against a new first", "", lambda: against_first(runs, 1)),
        ("30 runs, all 435 pairs tested", "", lambda: all_pairs(runs[:30], 1)),
        ("50 runs, all 1,225 pairs tested", "", lambda: all_pairs(runs, 1)),
    ]
    for what, wanted, work in tasks:
        yield Figure(f"{_SIZE:,} queries: {what}", _seconds(repeats, work), "s", wanted)
    if find_spec("scipy"):
        what = f"{_SIZE:,} queries: one interval, `scipy.stats.bootstrap`"
        yield Figure(what, _seconds(repeats, lambda: _by_scipy(ranks[0])))


def _without_kernel(work: Callable[[], object]) -> object:
    with patch.object(draws, "KERNEL", None):
        return work()


def _by_scipy(values: Floats) -> object:
    scipy_stats = import_module("scipy.stats")  # scikit-learn brings it, where that is there
    return scipy_stats.bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", batch=100
    )


def _seconds(repeats: int, work: Callable[[], object]) -> tuple[float, ...]:
    times = []
    for _ in range(repeats):
        began = time.monotonic()
        work()
        times.append(time.monotonic() - began)
    return tuple(times)


def uncertainty(repeats: int) -> Iterator[Figure]:
    """Yield how far intervals and tests keep their word."""
    yield from coverage(repeats)
    yield from false_alarms(repeats)
