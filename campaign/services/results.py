"""The life of an evaluation. The row is the truth; every message about it is only a hint.

Each change of state is a compare-and-set in this module, and each write of a worker carries the
token of its lease: a worker that lost its lease can change nothing any more.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime
from traceback import format_tb
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaign.celery import BEHIND, FIRST, n_messages
from campaign.clock import now
from campaign.models import Evaluation, Rescoring, Run, Score, Task, Trace, User
from campaign.scorer import ScoringStopped
from campaign.services.leaderboards import lock_task, rank_runs
from campaign.services.mails import full_address, tell
from campaign.services.patience import patiently, release_database
from campaign.services.reevaluations import follow_up, send_evaluation, settle
from campaign.services.scores import Result, history_of, score_fields, score_run_file
from scoring import SCORER_VERSION

log = logging.getLogger(__name__)

State = Evaluation.State


@dataclass(frozen=True)
class Lease:
    """The right to score one evaluation, until another worker may take it."""

    evaluation_id: int
    token: uuid.UUID


def evaluate(*, evaluation_id: int) -> None:
    """Score one run, if nobody else does and it is not done.

    The file is read and its scores are made outside any transaction. A database that restarts
    meanwhile is waited for: it costs no attempt. Whatever else goes wrong on our side puts the
    evaluation back for another attempt, three in all.
    """
    lease = patiently(lambda: take(evaluation_id=evaluation_id, now=now()))
    if lease is None:
        return
    try:
        result = _score(lease)
        patiently(lambda: record(lease=lease, result=result, now=now()))
    except ScoringStopped:
        log.warning("evaluation %s was taken over", evaluation_id)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the run must not stay stuck
        _give_up(lease, fault)


def _give_up(lease: Lease, fault: Exception) -> None:
    kind = type(fault).__name__
    # The message may hold labels of the ground truth: it goes to the row, which organisers read.
    stack = "".join(format_tb(fault.__traceback__))
    log.error("evaluation %s failed: %s\n%s", lease.evaluation_id, kind, stack)
    patiently(lambda: give_up(lease=lease, failure=f"{kind}: {fault}", now=now()))


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
        _fail(row, row.failure or _("Its worker died at every attempt."), now)
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
        _fail(row, failure, now)
        return
    row.lease_until = now  # the sweeper sends it again
    row.save(update_fields=["failure", "lease_until"])


@transaction.atomic
def record(*, lease: Lease, result: Result, now: datetime) -> None:
    """Write the trace, the scores, the state and the ranks, all or none, once."""
    of_run = Task.objects.filter(registrations__runs__evaluations=lease.evaluation_id)
    # The task's lock first: two recordings that locked rows first would wait for each other.
    lock_task(of_run.get().pk)
    task = of_run.select_related("current_truth").get()  # which truth is in force is asked under it
    row = _held(lease).select_for_update(no_key=True).first()
    if row is None:
        return
    row.scorer_version = SCORER_VERSION
    row.problems = result.report["problems"]
    row.warnings = result.report["warnings"]
    row.report = {k: v for k, v in result.report.items() if k not in {"problems", "warnings"}}
    row.timings = result.timings
    if result.trace is None:
        _finish(row, State.REJECTED, now)
        _settle(row, task)
        return
    Trace.objects.create(evaluation=row, data=result.trace)
    Score.objects.bulk_create(
        Score(evaluation=row, part=found.part, warnings=found.warnings, **score_fields(found.score))
        for found in result.scores
    )
    _finish(row, State.SCORED, now)
    _settle(row, task)
    if row.is_current:
        follow_up(evaluation=row, task=task, now=now)
        rank_runs(task=task, now=now)


def _settle(row: Evaluation, task: Task) -> None:
    """See whether that was the last evaluation of a re-scoring; nothing else hangs on one."""
    open_ones = Rescoring.objects.open().filter(task=task, truth_version=row.truth_version_id)
    for rescoring in open_ones.select_related("truth_version"):
        settle(rescoring)


def _score(lease: Lease) -> Result:
    row = Evaluation.objects.select_related("run__registration__task", "truth_version").get(
        pk=lease.evaluation_id
    )
    history = history_of(row)
    release_database()  # scoring takes longer than a database needs to restart
    return score_run_file(evaluation=row, history=history, heartbeat=lambda: _beat(lease))


def _beat(lease: Lease) -> bool:
    """Renew the lease; without a database go on: whether it still holds is asked when recording."""
    try:
        return renew(lease=lease, now=now())
    except (OperationalError, InterfaceError):
        release_database()
        return True


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


def _fail(row: Evaluation, failure: str, now: datetime) -> None:
    """End an evaluation by our fault, and tell a person: only a person queues it again.

    Of a re-scoring nobody is told run by run: its page says how many failed, and it waits for that.
    """
    _finish(row, State.FAILED, now, failure=failure)
    if row.is_current:
        _tell_organisers(row.run)


def _tell_organisers(run: Run) -> None:
    """Mail the organisers and staff. What went wrong stays out of it: it may name the ground truth."""
    task, team = run.registration.task, run.registration.team
    of_task = Q(campaign_roles__campaign=task.campaign) | Q(is_staff=True)
    people = User.objects.filter(of_task, is_active=True).distinct().order_by("pk")
    tell(
        to=people.values_list("email", flat=True),
        template="run_failed.txt",
        run=run,
        team=team,
        task=task,
        attempts=settings.SCORING_MAX_ATTEMPTS,
        link=full_address("organise-run", task.slug, run.image_run_of_id or run.pk),
    )


@transaction.atomic
def queue_again(*, evaluation: Evaluation, now: datetime) -> None:
    """Give a failed evaluation three new attempts; only a person does this."""
    changed = Evaluation.objects.filter(pk=evaluation.pk, state=State.FAILED).update(
        state=State.QUEUED, attempts=0, failure="", finished_at=None, queued_at=now, sent_at=now
    )
    if changed:
        Run.objects.filter(seen_evaluation=evaluation.pk).update(seen_evaluation=None)
        send_evaluation(evaluation)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Send again what was lost: queued rows with an old message, and rows whose worker died.

    Returns
    -------
    int
        How many messages were sent.
    """
    since = now - settings.SCORING_RESEND_AFTER
    lost = Evaluation.objects.abandoned(now).filter(sent_at__lt=since)
    for is_current, priority in ((True, FIRST), (False, BEHIND)):
        queued = Evaluation.objects.filter(state=State.QUEUED, is_current=is_current)
        if not _only_busy(queued.count(), priority):
            lost |= Evaluation.objects.waiting(unsent_since=since).filter(is_current=is_current)
    rows = list(lost.select_for_update(skip_locked=True, no_key=True).only("pk", "is_current"))
    Evaluation.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=now)
    for row in rows:
        send_evaluation(row)
    return len(rows)


def _only_busy(n_queued: int, priority: int) -> bool:
    """Tell whether every waiting row can have its message still: then nothing is lost.

    Otherwise each sweep of a long queue would make it longer.
    """
    return n_messages("scoring", priority=priority) >= n_queued > 0
