"""The public tables of a task's test: what participants may know, and from when on."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from campaign import storage
from campaign.clock import moment_in_words
from campaign.models import Phase, Task, TruthVersion
from campaign.reads.visibility import Viewer, organises
from campaign.refusals import NotThere
from scoring import TestSet, read_test_set

PUBLIC_TABLES = ("classes", "queries", "media")  # and never the ground truth


@dataclass(frozen=True)
class PublicTable:
    """A file everybody may have now; the digest of its content tells versions apart."""

    path: Path
    digest: str


def test_data_shows(task: Task, viewer: Viewer, now: datetime) -> bool:
    """Tell whether the test's tables are public, or the viewer is an organiser of the task."""
    return task.phase(Phase.Kind.TEST_DATA).has_opened(now) or organises(task, viewer)


def public_table(*, task: Task, name: str, viewer: Viewer, now: datetime) -> PublicTable:
    """Return one of the public tables of the truth in force.

    Raises
    ------
    NotThere
        The test data is not public yet, or the task has no such table.
    """
    truth = _shown_truth(task, viewer, now)
    if name not in PUBLIC_TABLES:
        raise NotThere(
            _("There is no public table %(name)s; there are %(tables)s.")
            % {"name": name, "tables": ", ".join(PUBLIC_TABLES)},
            code="no_table",
        )
    path = storage.local_folder(truth.folder) / f"{name}.csv"
    if not path.exists():
        raise NotThere(
            _("The task %(task)s has no table %(name)s.") % {"task": task.slug, "name": name},
            code="no_table",
        )
    return PublicTable(path=path, digest=_digest(path))


def public_test_set(*, task: Task, viewer: Viewer, now: datetime) -> TestSet:
    """Return classes, queries and media of a task, as far as they are public.

    Raises
    ------
    NotThere
        The test data is not public yet.
    """
    return read_test_set(storage.local_folder(_shown_truth(task, viewer, now).folder))


def _shown_truth(task: Task, viewer: Viewer, now: datetime) -> TruthVersion:
    if task.current_truth is None or not test_data_shows(task, viewer, now):
        raise NotThere(_not_yet(task), code="not_public_yet")
    return task.current_truth


def _not_yet(task: Task) -> str:
    opens_at = task.phase(Phase.Kind.TEST_DATA).opens_at
    if opens_at is None or task.current_truth is None:
        return _("The test data of %(task)s is not public.") % {"task": task.slug}
    return _("The test data of %(task)s becomes public on %(when)s.") % {
        "task": task.slug,
        "when": moment_in_words(opens_at),
    }


@lru_cache(maxsize=64)  # a truth version's files are never changed
def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
