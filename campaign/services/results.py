"""The life of an evaluation. The row is the truth; every message about it is only a hint.

Each change of state is a compare-and-set in this module, and each write of a worker carries the
token of its lease: a worker that lost its lease can change nothing any more.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from campaign import storage
from campaign.celery import send_on_commit
from campaign.clock import now
from campaign.models import Evaluation, Run, Score, Trace
from campaign.scorer import Scored, ScoringStopped, trace_file
from campaign.services.leaderboards import lock_task, rank_runs
from scoring import GroundTruth, Trace as ScoringTrace, parse_metric, read_ground_truth, score

log = logging.getLogger(__name__)

State = Evaluation.State


@dataclass(frozen=True)
class Lease:
    """The right to score one evaluation, until another worker may take it."""

    evaluation_id: int
    token: uuid.UUID


def evaluate(*, evaluation_id: int) -> None:
    """Score one run, if nobody else does and it is not done.

    The file is read outside any transaction, in a child process. Whatever goes wrong on our side
    puts the evaluation back for another attempt, three in all.
    """
    lease = take(evaluation_id=evaluation_id, now=now())
    if lease is None:
        return
    try:
        scored, seconds = _score_in_child(lease)
        record(lease=lease, scored=scored, seconds=seconds, now=now())
    except ScoringStopped:
        log.warning("evaluation %s was taken over", evaluation_id)
    except Exception as fault:  # whatever it is, the run must not stay stuck
        log.exception("evaluation %s failed", evaluation_id)
        give_up(lease=lease, failure=f"{type(fault).__name__}: {fault}", now=now())


@transaction.atomic
def take(*, evaluation_id: int, now: datetime) -> Lease | None:
    """Take an evaluation that waits, or whose worker is gone; None if it is not to be had."""
    row = (
        Evaluation.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=evaluation_id)
        .first()
    )
    if row is None or not _to_be_had(row, now):
        return None
    if row.attempts >= settings.SCORING_MAX_ATTEMPTS:
        _finish(row, State.FAILED, now, failure=row.failure or "Its worker died at every attempt.")
        return None
    row.state = State.SCORING
    row.attempts += 1
    row.lease_token = uuid.uuid4()
    row.lease_until = now + settings.SCORING_LEASE
    row.started_at = now
    row.save()
    return Lease(evaluation_id=row.pk, token=row.lease_token)


def _to_be_had(row: Evaluation, now: datetime) -> bool:
    if row.state == State.QUEUED:
        return True
    return row.state == State.SCORING and row.lease_until is not None and row.lease_until < now


def renew(*, lease: Lease, now: datetime) -> bool:
    """Prolong a lease; False when it is lost."""
    return bool(_held(lease).update(lease_until=now + settings.SCORING_LEASE))


@transaction.atomic
def give_up(*, lease: Lease, failure: str, now: datetime) -> None:
    """End an attempt that went wrong by our fault: let it run out for another, or fail at the last."""
    row = _held(lease).select_for_update(no_key=True).first()
    if row is None:
        return
    row.failure = failure
    if row.attempts >= settings.SCORING_MAX_ATTEMPTS:
        _finish(row, State.FAILED, now, failure=failure)
        return
    row.lease_until = now  # the sweeper sends it again
    row.save(update_fields=["failure", "lease_until"])


@transaction.atomic
def record(*, lease: Lease, scored: Scored, seconds: dict[str, float], now: datetime) -> None:
    """Write the trace, the scores, the state and the ranks, all or none, once."""
    row = _held(lease).select_related("run__registration__task", "truth_version").first()
    if row is None:
        return
    task = row.run.registration.task
    lock_task(task.pk)
    # The task's lock first: two recordings that locked rows first would wait for each other.
    row = _held(lease).select_for_update(no_key=True, of=("self",)).first()
    if row is None:
        return
    row.problems = scored.report.pop("problems")
    row.warnings = scored.report.pop("warnings")
    row.report = scored.report
    row.timings = seconds
    if scored.trace is None:
        _finish(row, State.REJECTED, now)
        return
    Trace.objects.create(evaluation=row, data=scored.trace)
    Score.objects.bulk_create(_scores(row, scored.trace))
    _finish(row, State.SCORED, now)
    rank_runs(task=task, now=now)


def _scores(row: Evaluation, data: bytes) -> list[Score]:
    truth = _truth(row.truth_version.folder)
    trace = ScoringTrace.from_bytes(data)
    scores = [score(trace, truth, parse_metric(name)) for name in row.truth_version.metrics]
    return [
        Score(evaluation=row, metric=s.metric, value=s.value, n=s.n, reason=s.reason or "")
        for s in scores
    ]


@lru_cache(maxsize=4)  # a version never changes, and a worker scores many runs of few tasks
def _truth(folder: str) -> GroundTruth:
    return read_ground_truth(storage.local_folder(folder))


def _score_in_child(lease: Lease) -> tuple[Scored, dict[str, float]]:
    row = Evaluation.objects.select_related("run__registration__task", "truth_version").get(
        pk=lease.evaluation_id
    )
    # A database that restarts while the child reads must not cost the attempt.
    connection.close()
    began = now()
    with storage.local_file(row.run.file_key) as run_file:
        scored = trace_file(
            run_file,
            storage.local_folder(row.truth_version.folder),
            row.run.registration.task.run_rules,
            kind="image_run" if row.run.image_run_of_id else "run",
            heartbeat=_heartbeat(lease),
        )
    waited = (began - row.queued_at).total_seconds()
    return scored, {"waited": waited, "read": (now() - began).total_seconds()}


def _heartbeat(lease: Lease) -> Callable[[], bool]:
    return partial(_beat, lease)


def _beat(lease: Lease) -> bool:
    return renew(lease=lease, now=now())


def _held(lease: Lease) -> Any:
    return Evaluation.objects.filter(
        pk=lease.evaluation_id, state=State.SCORING, lease_token=lease.token
    )


def _finish(row: Evaluation, state: str, now: datetime, failure: str = "") -> None:
    row.state = state
    row.failure = failure
    row.finished_at = now
    row.lease_token = row.lease_until = None
    row.save()


@transaction.atomic
def queue_again(*, evaluation: Evaluation, now: datetime) -> None:
    """Give a failed evaluation three new attempts; only a person does this."""
    changed = Evaluation.objects.filter(pk=evaluation.pk, state=State.FAILED).update(
        state=State.QUEUED, attempts=0, failure="", finished_at=None, queued_at=now, sent_at=now
    )
    if changed:
        send_on_commit("evaluate", "scoring", evaluation.pk)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Send again what was lost: queued rows with an old message, and rows whose worker died.

    Returns
    -------
    int
        How many messages were sent.
    """
    since = now - settings.SCORING_RESEND_AFTER
    lost = Evaluation.objects.waiting(unsent_since=since) | Evaluation.objects.abandoned(
        now
    ).filter(sent_at__lt=since)
    ids = list(lost.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Evaluation.objects.filter(pk__in=ids).update(sent_at=now)
    for evaluation_id in ids:
        send_on_commit("evaluate", "scoring", evaluation_id)
    return len(ids)


def tidy_files(*, now: datetime) -> int:
    """Delete run files that no row claims and are older than a day; return how many."""
    claimed = set(Run.objects.values_list("file_key", flat=True))
    keys = storage.unclaimed(
        storage.RUNS, before=now - settings.UNCLAIMED_FILES_AFTER, claimed=claimed
    )
    for key in keys:
        storage.delete(key)
    return len(keys)
