"""Checking a file without a run: nothing is stored, nothing is counted, no score is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import Task, User
from campaign.reads.tables import test_data_shows
from campaign.refusals import LimitReached, NotAllowed
from campaign.scorer import ScorerTooSlow, check_file
from campaign.services.uploads import Upload

# Of each web process: a check keeps one of its threads and up to SCORING_MAX_BYTES of memory.
_slots = BoundedSemaphore(settings.CHECKS_AT_ONCE)


@dataclass(frozen=True)
class Check:
    """What a check found; the lists are those of a run's evaluation."""

    problems: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    report: dict[str, Any]  # n_lines, n_queries, coverage, separator, header ...

    @property
    def valid(self) -> bool:
        return not self.problems


def check_upload(
    *, task: Task, upload: Upload, by: User, now: datetime, kind: str = "run"
) -> Check:
    """Check an uploaded file as a scoring would, by the public tables of the task alone.

    It runs in a child process with the scorer's limits, while the caller waits: at most
    `CHECK_MAX_SECONDS`, and only `CHECKS_AT_ONCE` of them in one process.

    Parameters
    ----------
    task
        The task; its test must be public, for the answer names queries and classes.
    upload
        The file as it came; it is left where it is, for the caller to remove.
    by
        Who asks; organisers may check before the test is public.
    kind
        `run` or `image_run`.

    Raises
    ------
    NotAllowed
        The test is not published yet, or the task takes no image runs.
    LimitReached
        Others check files just now (`checks_busy`), or the file takes too long (`check_too_long`).
    """
    _refuse_before_the_test(task, by, now)
    if kind == "image_run" and not task.run_rules.image_runs:
        raise NotAllowed(_("This task takes no image runs."), code="no_image_runs")
    assert task.current_truth is not None
    with _slot():
        report = _check(task, storage.local_folder(task.current_truth.folder), upload, kind)
    return Check(problems=report.pop("problems"), warnings=report.pop("warnings"), report=report)


def _check(task: Task, folder: Path, upload: Upload, kind: str) -> dict[str, Any]:
    try:
        return check_file(
            upload.path,
            folder,
            task.run_rules,
            kind=kind,
            max_seconds=settings.CHECK_MAX_SECONDS,
        )
    except ScorerTooSlow:
        raise LimitReached(
            _(
                "The check took longer than %(seconds)s seconds and was ended. Check the file on "
                "your own computer with “clefboard check”, which does the same."
            )
            % {"seconds": settings.CHECK_MAX_SECONDS},
            code="check_too_long",
        ) from None


def _refuse_before_the_test(task: Task, by: User, now: datetime) -> None:
    if task.current_truth is None or not test_data_shows(task, by, now):
        raise NotAllowed(_("The test of this task is not published yet."), code="no_test")


@contextmanager
def _slot() -> Iterator[None]:
    """Hold one of the few places, waiting for it a moment only."""
    if not _slots.acquire(timeout=settings.CHECK_WAIT_SECONDS):
        raise LimitReached(
            _("Other files are being checked just now. Please try again in a minute."),
            code="checks_busy",
        )
    try:
        yield
    finally:
        _slots.release()
