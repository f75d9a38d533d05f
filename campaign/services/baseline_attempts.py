"""An attempt at a baseline: its lease, its child process, its end. The row is the truth.

Each write of a worker carries the token of its lease: a worker that lost it can change nothing any
more. Whatever dies, the next attempt goes on from the last checkpoint.
"""

import logging
import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from traceback import format_tb

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Right
from django.utils.translation import gettext as _

from campaign.baseline_process import BaselineDied, BaselineFailed, News, baseline_process
from campaign.clock import now
from campaign.models import BaselineTraining
from campaign.models.baselines import LOG_MAX
from campaign.reads.visibility import organises
from campaign.refusals import Refusal
from campaign.services.baseline_results import Sent, send_run, write_task
from campaign.services.mails import full_address, tell
from campaign.services.patience import patiently, release_database

log = logging.getLogger(__name__)

State = BaselineTraining.State


class Overtaken(Exception):
    """Another worker trains this now, or it was ended by hand."""


class Cancelled(Exception):
    """An organiser wants no more of it."""


@dataclass(frozen=True)
class Lease:
    """The right to train one baseline, until another worker may take it."""

    baseline_id: int
    token: uuid.UUID


def run_baseline(*, baseline_id: int) -> None:
    """Train one baseline and send its run, if that is wanted and nobody else does it."""
    lease = patiently(lambda: take(baseline_id=baseline_id, now=now()))
    if lease is None:
        return
    try:
        folder = _train(lease)
        sent = patiently(lambda: send_run(baseline=_row(lease), folder=folder, now=now()))
        patiently(lambda: finish(lease=lease, sent=sent, now=now()))
    except Overtaken:
        log.warning("baseline %s was taken over", baseline_id)
    except Cancelled:
        patiently(lambda: end(lease=lease, state=State.CANCELLED, failure="", now=now()))
        shutil.rmtree(work_folder(baseline_id), ignore_errors=True)
    except BaselineFailed as fault:
        _fail(lease, str(fault))
    except Refusal as refusal:
        _fail(lease, refusal.message)
    except BaselineDied as fault:
        _give_back(lease, str(fault))
    except Exception as fault:  # noqa: BLE001 - whatever it is, the baseline must not stay stuck
        _lose(lease, fault)


def _lose(lease: Lease, fault: Exception) -> None:
    """Note a fault of ours, for operators in the log, for organisers in the row."""
    stack = "".join(format_tb(fault.__traceback__))
    log.error("baseline %s failed: %s\n%s", lease.baseline_id, type(fault).__name__, stack)
    _give_back(lease, _in_words(fault))


def _in_words(fault: Exception) -> str:
    """Say what went wrong without what a message may hold: places in private storage, labels."""
    kind = type(fault).__name__
    return f"{kind}: {fault.strerror}" if isinstance(fault, OSError) and fault.strerror else kind


def _fail(lease: Lease, failure: str) -> None:
    patiently(lambda: end(lease=lease, state=State.FAILED, failure=failure, now=now()))


def _give_back(lease: Lease, failure: str) -> None:
    patiently(lambda: give_back(lease=lease, failure=failure, now=now()))


# ---------------------------------------------------------------- the lease
@transaction.atomic
def take(*, baseline_id: int, now: datetime) -> Lease | None:
    """Take a baseline that waits, or whose worker is gone; None if it is not to be had."""
    rows = BaselineTraining.objects.select_for_update(skip_locked=True, no_key=True)
    row = rows.filter(pk=baseline_id).first()
    if row is None or not _to_be_had(row, now):
        return None
    if row.cancel_asked_at:
        _end(row, State.CANCELLED, "", now)
        return None
    if row.attempts >= settings.BASELINE_MAX_ATTEMPTS:
        _end(row, State.FAILED, row.failure or _("Its worker died at every attempt."), now)
        return None
    row.state = State.RUNNING
    row.attempts += 1
    row.lease_token = uuid.uuid4()
    row.lease_until = now + settings.BASELINE_LEASE
    row.started_at = row.started_at or now
    row.save()
    return Lease(row.pk, row.lease_token)


def _to_be_had(row: BaselineTraining, now: datetime) -> bool:
    if row.state == State.WAITING:
        return True
    return row.state == State.RUNNING and row.lease_until is not None and row.lease_until < now


def _held(lease: Lease) -> QuerySet[BaselineTraining]:
    return BaselineTraining.objects.filter(
        pk=lease.baseline_id, state=State.RUNNING, lease_token=lease.token
    )


def _row(lease: Lease) -> BaselineTraining:
    rows = _held(lease).select_related("task__campaign", "task__current_truth", "asked_by")
    row = rows.defer("log").first()
    if row is None:
        raise Overtaken
    return row


# ---------------------------------------------------------------- while it runs
def work_folder(baseline_id: int) -> Path:
    """Return where the checkpoints of a baseline lie on this machine."""
    return Path(settings.VAR_DIR) / "baselines" / str(baseline_id)


def _train(lease: Lease) -> Path:
    """Let the child do all of it, and return the folder with what it made."""
    row = patiently(lambda: _row(lease))
    folder = work_folder(row.pk)
    made = folder / "made"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = folder / "config.toml"
    config.write_text(row.config, "utf-8")
    write_task(row.task, folder / "task")
    release_database()  # training takes longer than a database needs to restart
    unsaved = News()
    with baseline_process(config, folder / "task", made) as child:
        for news in child.news():
            unsaved.add(news)
            if _kept(lease, unsaved):
                unsaved = News()
    return made


def _kept(lease: Lease, news: News) -> bool:
    """Keep what the child said, and the lease; without a database go on, and keep it later.

    Raises
    ------
    Overtaken, Cancelled
        The child is to be ended.
    """
    try:
        keep(lease=lease, news=news, now=now())
    except (OperationalError, InterfaceError):
        release_database()
        return False
    return True


def keep(*, lease: Lease, news: News, now: datetime) -> None:
    """Write down what a child said since the last time, and renew the lease."""
    changes: dict[str, object] = {"lease_until": now + settings.BASELINE_LEASE}
    if news.progress:
        changes["progress"] = news.progress
    if news.lines:
        said = Value("".join(f"{line}\n" for line in news.lines)[-LOG_MAX:])
        changes["log"] = Right(Concat(F("log"), said), LOG_MAX)
    if not _held(lease).update(**changes):
        raise Overtaken
    if _held(lease).filter(cancel_asked_at__isnull=False).exists():
        raise Cancelled


# ---------------------------------------------------------------- its end
@transaction.atomic
def finish(*, lease: Lease, sent: Sent, now: datetime) -> None:
    """Write down the run that came of it, with its record, its card and its price."""
    row = _held(lease).select_for_update(no_key=True).first()
    if row is None:
        raise Overtaken
    row.run, row.record, row.card, row.price = sent.run, sent.record, sent.card, sent.price
    row.log = (row.log + f"{sent.said}\n")[-LOG_MAX:]
    _end(row, State.DONE, "", now)


@transaction.atomic
def end(*, lease: Lease, state: str, failure: str, now: datetime) -> None:
    """End a baseline without a run."""
    row = _held(lease).select_for_update(no_key=True).first()
    if row is not None:
        _end(row, state, failure, now)


@transaction.atomic
def give_back(*, lease: Lease, failure: str, now: datetime) -> None:
    """End an attempt, not the baseline: the sweeper sends it again, unless it was the last one."""
    row = _held(lease).select_for_update(no_key=True).first()
    if row is None:
        return
    if row.attempts >= settings.BASELINE_MAX_ATTEMPTS:
        _end(row, State.FAILED, failure, now)
        return
    row.failure, row.lease_until = failure, now
    row.log = (row.log + f"{failure}\n")[-LOG_MAX:]
    row.save(update_fields=["failure", "lease_until", "log"])


def _end(row: BaselineTraining, state: str, failure: str, now: datetime) -> None:
    row.state, row.failure, row.ended_at = state, failure, now
    row.lease_token = row.lease_until = None
    row.save()
    if state == State.FAILED:
        _tell_who_asked(row)


def _tell_who_asked(row: BaselineTraining) -> None:
    """Mail who asked for it. Why it failed stays out of it: that may name places on our machines."""
    who, task = row.asked_by, row.task
    if who is None or not who.is_active or not organises(task, who):
        return
    link = full_address("organise-baseline", task.slug, row.pk)
    tell(to=[who.email], template="baseline_failed.txt", baseline=row, task=task, link=link)
