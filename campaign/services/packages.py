"""Packages of a task, final or for its overview: asked for by an organiser, made by a worker, kept until the next one.

The row is the truth. Each attempt has a number and a lease: a worker that was overtaken can change
nothing any more, and what it has made is thrown away.
"""

import hashlib
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from traceback import format_tb
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaign import storage
from campaign.celery import send_on_commit
from campaign.clock import now
from campaign.models import FinalPackage, Task, User
from campaign.refusals import Refusal
from campaign.services.overview_kits import pack_kit
from campaign.services.package_contents import pack_task
from campaign.services.roles import require_organiser

log = logging.getLogger(__name__)

_RENEW_EVERY_S = 5.0

State = FinalPackage.State
Kind = FinalPackage.Kind


class Overtaken(Exception):
    """Another worker makes this package now."""


@dataclass(frozen=True)
class Attempt:
    """The right to make one package, until its lease is over."""

    package_id: int
    number: int


@dataclass(frozen=True)
class Made:
    """A zip in private storage."""

    key: str
    size: int
    sha256: str


@transaction.atomic
def ask_for_package(
    *, task: Task, by: User, now: datetime, kind: Kind = Kind.FINAL
) -> FinalPackage:
    """Have a package of a task made; while one of its kind is waited for, that one is meant.

    Raises
    ------
    NotAllowed
        The person does not act for the task.
    Refusal
        The task has no ground truth yet.
    """
    require_organiser(task=task, user=by)
    locked = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    if locked.current_truth_id is None:
        raise Refusal(_("The task has no ground truth yet: load one first."), code="no_truth")
    waiting = task.final_packages.filter(kind=kind, state=State.QUEUED).first()
    if waiting:
        return waiting
    package = FinalPackage.objects.create(
        task=task, kind=kind, asked_by=by, asked_at=now, sent_at=now
    )
    send_on_commit("make_package", "default", package.pk)
    return package


def make_package(*, package_id: int) -> None:
    """Make one package, if it is wanted and nobody else makes it."""
    attempt = _take(package_id=package_id, now=now())
    if attempt is None:
        return
    try:
        made = _make(attempt)
        _record(attempt=attempt, made=made, now=now())
    except Overtaken:
        log.warning("package %s was taken over", package_id)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the package must not stay stuck
        _after(fault, attempt)


def _after(fault: Exception, attempt: Attempt) -> None:
    """Note what went wrong, for operators in the log, for organisers in the row."""
    stack = "".join(format_tb(fault.__traceback__))
    log.error("package %s failed: %s\n%s", attempt.package_id, type(fault).__name__, stack)
    _give_up(attempt=attempt, failure=_in_words(fault), now=now())


def _in_words(fault: Exception) -> str:
    """Say what went wrong without what a message may hold: labels, and places in private storage."""
    if isinstance(fault, Refusal):
        return fault.message
    kind = type(fault).__name__
    return f"{kind}: {fault.strerror}" if isinstance(fault, OSError) and fault.strerror else kind


@transaction.atomic
def sweep_packages(*, now: datetime) -> int:
    """Send again what was lost: a message, or a worker; return how many messages were sent."""
    since = now - settings.SCORING_RESEND_AFTER
    lost = FinalPackage.objects.lost(now, unsent_since=since)
    ids = list(lost.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    FinalPackage.objects.filter(pk__in=ids).update(sent_at=now)
    for package_id in ids:
        send_on_commit("make_package", "default", package_id)
    return len(ids)


@transaction.atomic
def _take(*, package_id: int, now: datetime) -> Attempt | None:
    rows = FinalPackage.objects.select_for_update(skip_locked=True, no_key=True)
    row = rows.filter(pk=package_id, state=State.QUEUED).first()
    if row is None or (row.lease_until and row.lease_until >= now):
        return None
    if row.attempts >= settings.PACKAGE_MAX_ATTEMPTS:
        _fail(row, row.failure or _("Its worker died at every attempt."))
        return None
    row.attempts += 1
    row.lease_until = now + settings.PACKAGE_LEASE
    row.save(update_fields=["attempts", "lease_until"])
    return Attempt(row.pk, row.attempts)


def _make(attempt: Attempt) -> Made:
    """Write the zip beside the storage and move it there; whatever goes wrong leaves nothing."""
    package = FinalPackage.objects.select_related("task__campaign", "asked_by").get(
        pk=attempt.package_id
    )
    with tempfile.TemporaryDirectory(prefix="package-", dir=storage.incoming()) as folder:
        path = Path(folder) / "package.zip"
        with path.open("w+b") as target:
            _pack(package, target, _renewing(attempt))
        with path.open("rb") as made:
            digest = hashlib.file_digest(made, "sha256").hexdigest()
        size = path.stat().st_size
        return Made(storage.store_package(path), size, digest)


def _pack(package: FinalPackage, target: IO[bytes], heartbeat: Callable[[], None]) -> None:
    """Write what is asked for into an open file, if whoever asked still acts for the task."""
    task, by = package.task, package.asked_by
    require_organiser(task=task, user=by)
    if package.kind == Kind.OVERVIEW:
        pack_kit(task=task, viewer=by, target=target, heartbeat=heartbeat, now=now())
    else:
        pack_task(package=package, target=target, heartbeat=heartbeat, now=now())


def _renewing(attempt: Attempt) -> Callable[[], None]:
    """Return what to call now and then while an attempt lasts; it raises where that is lost."""
    last = [monotonic()]

    def beat() -> None:
        if monotonic() - last[0] < _RENEW_EVERY_S:
            return
        last[0] = monotonic()
        if not _held(attempt).update(lease_until=now() + settings.PACKAGE_LEASE):
            raise Overtaken

    return beat


def _record(*, attempt: Attempt, made: Made, now: datetime) -> None:
    """Put a package in force; the one of its kind before, and its file, go."""
    with transaction.atomic():
        row = _held(attempt).select_for_update(no_key=True).first()
        if row is None:
            storage.delete(made.key)
            raise Overtaken
        for old in FinalPackage.objects.filter(task=row.task_id, kind=row.kind).exclude(pk=row.pk):
            if old.key:
                transaction.on_commit(partial(storage.delete, old.key))
            old.delete()
        row.state, row.made_at, row.lease_until, row.failure = State.MADE, now, None, ""
        row.key, row.size, row.sha256 = made.key, made.size, made.sha256
        row.save()


@transaction.atomic
def _give_up(*, attempt: Attempt, failure: str, now: datetime) -> None:
    """End an attempt that went wrong: the sweeper sends it again, or it was the last."""
    row = _held(attempt).select_for_update(no_key=True).first()
    if row is None:
        return
    if row.attempts >= settings.PACKAGE_MAX_ATTEMPTS:
        _fail(row, failure)
        return
    row.failure, row.lease_until = failure, now
    row.save(update_fields=["failure", "lease_until"])


def _fail(row: FinalPackage, failure: str) -> None:
    row.state, row.failure, row.lease_until = State.FAILED, failure, None
    row.save(update_fields=["state", "failure", "lease_until"])


def _held(attempt: Attempt) -> QuerySet[FinalPackage]:
    return FinalPackage.objects.filter(
        pk=attempt.package_id, state=State.QUEUED, attempts=attempt.number
    )
