"""From a run's file to its scores, outside any transaction."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import Any

from campaign import storage
from campaign.models import Evaluation, TruthVersion
from campaign.models.results import Part
from campaign.scorer import Scored, ScoringStopped, trace_file
from scoring import (
    GroundTruth,
    Metric,
    Score,
    Trace,
    chance_places,
    near_chance,
    parse_metric,
    read_ground_truth,
    score_all,
)

_PARTS_AT_ONCE = 2


@dataclass(frozen=True)
class PartScore:
    """A score on a part of the test."""

    part: Part
    score: Score
    warnings: list[dict[str, Any]] = field(default_factory=list)  # of what needed the truth


@dataclass(frozen=True)
class Result:
    """What became of a file; `trace` is None for an invalid one, which has no scores."""

    report: dict[str, Any]
    trace: bytes | None
    scores: list[PartScore]
    timings: dict[str, float]  # seconds, by step


def score_run_file(*, evaluation: Evaluation, heartbeat: Callable[[], bool]) -> Result:
    """Read the file of an evaluation's run in a child process, and score what it made of it.

    Raises
    ------
    ScorerFailed
        The child ended without a result.
    ScoringStopped
        The heartbeat answered False.
    """
    began = monotonic()
    scored = _trace(evaluation, heartbeat)
    read = monotonic()
    scores = list(_scores(evaluation, scored.trace, heartbeat)) if scored.trace else []
    timings = {"read": read - began, "scored": monotonic() - read}
    return Result(scored.report, scored.trace, scores, timings)


def _trace(evaluation: Evaluation, heartbeat: Callable[[], bool]) -> Scored:
    run = evaluation.run
    task = run.registration.task
    with storage.local_file(run.file_key) as file:
        return trace_file(
            file,
            storage.local_folder(evaluation.truth_version.folder),
            task.run_rules,
            kind="image_run" if run.image_run_of_id else "run",
            metrics=evaluation.truth_version.metrics,
            parts=[within for within in parts_of(evaluation.truth_version).values() if within],
            chance=chance_places(truth_in(evaluation.truth_version.folder)),
            heartbeat=heartbeat,
        )


def _scores(
    evaluation: Evaluation, data: bytes, heartbeat: Callable[[], bool]
) -> Iterator[PartScore]:
    """Yield every metric on every part, with its interval; a heartbeat before each part is waited for.

    Parts are scored two at a time: nearly all of it is drawing resamples, for which Python waits.
    """
    truth = truth_in(evaluation.truth_version.folder)
    trace = Trace.from_bytes(data)
    metrics = [parse_metric(name) for name in evaluation.truth_version.metrics]
    with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
        parts = {
            part: pool.submit(_part_scores, part, within, trace, truth, metrics)
            for part, within in parts_of(evaluation.truth_version).items()
        }
        for found in parts.values():
            if not heartbeat():
                pool.shutdown(cancel_futures=True)
                raise ScoringStopped
            yield from found.result()


def _part_scores(
    part: Part,
    within: tuple[str, str] | None,
    trace: Trace,
    truth: GroundTruth,
    metrics: Sequence[Metric],
) -> list[PartScore]:
    """Return every metric on one part; the first one ranks, and says whether it is near chance there."""
    scores = score_all(trace, truth, metrics, within=within)
    warning = near_chance(trace, truth, metrics[0], scores[0], within=within)
    warnings = [warning.to_json()] if warning else []
    return [PartScore(part, own, warnings if own is scores[0] else []) for own in scores]


def parts_of(truth: TruthVersion) -> dict[Part, tuple[str, str] | None]:
    """Return the parts of a test, each with the hidden column and value that make it."""
    column = truth.split_column
    if not column:
        return {Part.ALL: None}
    return {
        Part.ALL: None,
        Part.PUBLIC: (column, Part.PUBLIC.value),
        Part.PRIVATE: (column, Part.PRIVATE.value),
    }


@lru_cache(maxsize=4)  # a version never changes, and a worker scores many runs of few tasks
def truth_in(folder: str) -> GroundTruth:
    """Return the ground truth of a stored version."""
    return read_ground_truth(storage.local_folder(folder))
