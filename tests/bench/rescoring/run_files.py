"""Many run files from one, quickly: the same answers, some of them a few places further down."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clefboard.upload import compress
from scoring import (
    GroundTruth,
    RunRules,
    Score,
    chance_places,
    parse_metric,
    read_ground_truth,
    score,
    trace_run,
)
from scoring.run_rules import Kind

N_QUERIES, MANY, FEW = 17_886, 100, 5
"""PlantCLEF 2017, and how many predictions a query a few runs and most runs have."""

_FULL_EVERY = 10  # one run in ten has many
Texts = np.ndarray[Any, np.dtype[np.object_]]


class Wanted(NamedTuple):
    """One run: the file of which it is a variant, the number of the variant, how long it is."""

    base: Path
    variant: int
    is_full: bool


class Traced(NamedTuple):
    """A file as a team sends it, and what scoring makes of it."""

    path: Path
    report: dict[str, Any]
    trace: bytes
    scores: list[Score]


def is_full(number: int) -> bool:
    """Tell whether a run of this number has many predictions a query."""
    return number % _FULL_EVERY == 0


def n_sent(n_runs: int) -> int:
    """Return how many runs a team sends at most while so many are scored again."""
    return 3 + n_runs // 100


def write_run(wanted: Wanted) -> Path:
    """Write a variant, packed as `clefboard submit` sends it; no two are alike."""
    heads, tails = _parts(wanted.base)
    if not wanted.is_full:
        heads, tails = heads[:, :FEW], tails[:, :FEW]
    rng = np.random.default_rng(wanted.variant)
    worse = rng.random(len(heads)) < rng.random() / 2
    heads = np.where(worse[:, None], np.roll(heads, 1 + wanted.variant % 3, axis=1), heads)
    plain = wanted.base.with_name(f"run-{wanted.variant}.csv")
    plain.write_text("".join(np.stack([heads, tails], axis=2).ravel().tolist()))
    packed = compress(plain, plain.parent)
    plain.unlink()
    return packed


@lru_cache(maxsize=1)
def _parts(base: Path) -> tuple[Texts, Texts]:
    """Return of each line what stands before the probability, and the rest: a row for each query."""
    pairs = [line.rpartition(";") for line in base.read_text().splitlines(keepends=True)]
    n_queries = len({head.partition(";")[0] for head, _, _ in pairs})
    heads = np.array([head + ";" for head, _, _ in pairs], object).reshape(n_queries, -1)
    return heads, np.array([tail for *_, tail in pairs], object).reshape(n_queries, -1)


def write_and_trace(
    wanted: Wanted,
    truth_folder: Path,
    rules: dict[str, Any],
    metrics: Sequence[str],
    kind: Kind = "run",
) -> Traced:
    """Do to a run what a worker does, without a process for each, and without intervals."""
    path = write_run(wanted)
    truth, chance = _truth(truth_folder)
    asked = list(map(parse_metric, metrics))
    report, trace = trace_run(
        path, truth, RunRules.from_json(rules), kind=kind, metrics=asked, chance=chance
    )
    assert trace is not None, report
    scores = [score(trace, truth, metric) for metric in asked]
    return Traced(path, report.to_json(), trace.to_bytes(), scores)


@lru_cache(maxsize=1)
def _truth(folder: Path) -> tuple[GroundTruth, Any]:
    truth = read_ground_truth(folder)
    return truth, chance_places(truth)
