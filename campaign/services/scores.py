"""From a run's file to its scores, outside any transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from campaign import storage
from campaign.models import Evaluation, Trace as TraceRow, TruthVersion
from campaign.models.results import Part
from campaign.scorer import Scored, ScoringStopped, trace_file
from scoring import (
    Average,
    GroundTruth,
    Metric,
    Score,
    Trace,
    WrongTrace,
    average,
    can_be_scored,
    chance_places,
    near_chance,
    parse_metric,
    read_ground_truth,
    score_all,
)

_PARTS_AT_ONCE = 2
_TRACES_AT_ONCE = 50


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


@dataclass(frozen=True)
class History:
    """What earlier evaluations of a run left.

    Attributes
    ----------
    accepted_by
        The folder of the version that accepted the file; empty where none has.
    scored
        Report and trace, where they are all that is needed now: then no file is read.
    """

    accepted_by: str = ""
    scored: Scored | None = None


def history_of(evaluation: Evaluation) -> History:
    """Return what is left of earlier evaluations of the same run by other truth versions."""
    earlier = (
        Evaluation.objects.filter(run=evaluation.run_id, state=Evaluation.State.SCORED)
        .exclude(truth_version=evaluation.truth_version_id)
        .select_related("truth_version")
    )
    first = earlier.order_by("pk").first()
    if first is None:
        return History()
    same_truth = earlier.filter(truth_version__digest=evaluation.truth_version.digest)
    fitting = (one for one in same_truth.order_by("-pk") if _can_be_reused(one, evaluation))
    return History(_test_of(first, evaluation), next(map(_kept, fitting), None))


def _test_of(first: Evaluation, evaluation: Evaluation) -> str:
    """Return where the test lies that accepted a run; if it is the same, where the child reads it anyway."""
    then, now = first.truth_version.folder, evaluation.truth_version.folder
    return now if _same_test(then, now) else then


@lru_cache(maxsize=64)
def _same_test(one: str, other: str) -> bool:
    names = ("classes.csv", "queries.csv", "media.csv")
    places = [storage.local_folder(folder) for folder in (one, other)]
    return all(_content(places[0] / name) == _content(places[1] / name) for name in names)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _can_be_reused(kept: Evaluation, evaluation: Evaluation) -> bool:
    truth = evaluation.truth_version
    try:
        trace = Trace.from_bytes(bytes(kept.trace.data))
    except WrongTrace:  # of a scorer that wrote them in another way
        return False
    return can_be_scored(
        trace,
        truth_in(truth.folder),
        evaluation.run.registration.task.run_rules,
        metrics=list(map(parse_metric, truth.metrics)),
        parts=[frozenset({within}) for within in _within(truth)],
        same_tables=kept.truth_version.files_digest == truth.files_digest,
    )


def _kept(evaluation: Evaluation) -> Scored:
    report = {**evaluation.report, "problems": [], "warnings": evaluation.warnings}
    return Scored(report, bytes(evaluation.trace.data))


def score_run_file(
    *, evaluation: Evaluation, history: History, heartbeat: Callable[[], bool]
) -> Result:
    """Read the file of an evaluation's run in a child process, and score what it made of it.

    What an earlier evaluation left is scored without reading anything, where it is enough.

    Raises
    ------
    ScorerFailed
        The child ended without a result.
    ScoringStopped
        The heartbeat answered False.
    """
    began = monotonic()
    scored = history.scored or _trace(evaluation, history.accepted_by, heartbeat)
    read = monotonic()
    scores = list(_scores(evaluation, scored.trace, heartbeat)) if scored.trace else []
    timings = {"read": read - began, "scored": monotonic() - read}
    return Result(scored.report, scored.trace, scores, timings)


def _trace(evaluation: Evaluation, accepted_by: str, heartbeat: Callable[[], bool]) -> Scored:
    run = evaluation.run
    task = run.registration.task
    with storage.local_file(run.file_key) as file:
        return trace_file(
            file,
            storage.local_folder(evaluation.truth_version.folder),
            task.run_rules,
            kind="image_run" if run.image_run_of_id else "run",
            metrics=evaluation.truth_version.metrics,
            parts=_within(evaluation.truth_version),
            chance=chance_places(truth_in(evaluation.truth_version.folder)),
            accepted_by=storage.local_folder(accepted_by) if accepted_by else None,
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


def score_fields(score: Score) -> dict[str, Any]:
    """Return a score as the fields of its row."""
    names = ("metric", "value", "low", "high", "n")
    return {name: getattr(score, name) for name in names} | {"reason": score.reason or ""}


def averages_of(
    evaluations: Iterable[int], truth: TruthVersion, metrics: Sequence[str], part: Part
) -> Mapping[int, list[Average]]:
    """Return metrics of evaluations by one truth version, each with its units, from their traces."""
    ground_truth, within = truth_in(truth.folder), parts_of(truth)[part]
    parsed = list(map(parse_metric, metrics))
    rows = TraceRow.objects.filter(evaluation__in=list(evaluations))
    return {
        row.evaluation_id: [
            average(Trace.from_bytes(bytes(row.data)), ground_truth, metric, within=within)
            for metric in parsed
        ]
        for row in rows.iterator(chunk_size=_TRACES_AT_ONCE)
    }


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


def _within(truth: TruthVersion) -> list[tuple[str, str]]:
    return [within for within in parts_of(truth).values() if within]


@lru_cache(maxsize=4)  # a version never changes, and a worker scores many runs of few tasks
def truth_in(folder: str) -> GroundTruth:
    """Return the ground truth of a stored version."""
    return read_ground_truth(storage.local_folder(folder))
