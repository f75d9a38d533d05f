"""On what terms a folder is loaded, and what is said of it: before, and afterwards."""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pghistory
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import DataFile, Task, TruthVersion, User
from campaign.reads.edits import BY_FOLDER
from campaign.refusals import Refusal
from campaign.services.roles import on_record
from clefboard.task_folder import TaskFolder, folder_texts

log = logging.getLogger(__name__)

ANY = "*"
"""Stands for a difference that nobody has to have seen."""


@dataclass(frozen=True)
class Terms:
    """On whose word a folder is loaded, and how far that goes.

    Attributes
    ----------
    by
        None is the operator, at the machine.
    reason
        Stands in the record beside every change.
    seen
        The difference that was shown before, by its digest: another one is not loaded. `ANY` loads
        whatever it is. Empty: nobody has looked, so what others changed since is not changed back.
    dry_run
        Whether all is undone again: the difference is known then, and nothing has changed.
    """

    by: User | None = None
    reason: str = ""
    seen: str = ""
    dry_run: bool = False


OPERATOR = Terms()


@dataclass(frozen=True)
class Loaded:
    """A task after loading, or as it would be, and in words what that changed.

    Attributes
    ----------
    changes
        Empty: all was so before.
    undone
        Which changes by others, made elsewhere than in a folder, are changed back by it.
    digest
        Of this difference and of the folder that makes it.
    waiting
        The number of the truth version that the folder holds, where another one is in force.
    """

    task: Task
    new: bool
    changes: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    digest: str = ""
    waiting: int | None = None


@contextmanager
def recorded(terms: Terms) -> Iterator[None]:
    """Have the record say who loads, why, and that it was a folder: see `campaign.reads.edits`."""
    with (
        on_record(by=terms.by, reason=terms.reason or _("The task's folder was loaded.")),
        pghistory.context(**{BY_FOLDER: True}),
    ):
        yield


def refuse_unseen(loaded: Loaded, terms: Terms) -> None:
    """Keep a folder from changing back what its writer may know nothing of."""
    if terms.dry_run or terms.seen == ANY:
        return
    details = {"changes": loaded.changes, "undoes": loaded.undone, "difference": loaded.digest}
    if terms.seen and terms.seen != loaded.digest:
        raise Refusal(
            _("The task has changed since you looked: this would change something else now."),
            code="another_difference",
            **details,
        )
    if loaded.undone and not terms.seen:
        raise Refusal(
            _("This would change back what was changed since: %(edits)s")
            % {"edits": "; ".join(loaded.undone)},
            code="edited_since",
            **details,
        )


def with_digest(loaded: Loaded, folder: TaskFolder) -> Loaded:
    said = [loaded.changes, loaded.undone, sorted(folder_texts(folder).items())]
    tables = [[name, table.sha256] for name, table in sorted(folder.tables.items())]
    text = json.dumps([*said, tables], ensure_ascii=False)
    return replace(loaded, digest=hashlib.sha256(text.encode()).hexdigest()[:32])


def discard(stored: list[str]) -> None:
    """Delete stored files, unless rows have them all the same.

    A database that goes away while it commits may have committed. Where it cannot be asked, the
    files stay: they are tidied away when no row claims them.
    """
    try:
        claimed = {key for key in stored if _is_claimed(key)}
    except (DatabaseError, InterfaceError):
        log.warning("stored files of a folder are left to be tidied: %s", len(stored))
        return
    for key in stored:
        if key not in claimed:
            storage.delete_folder(key)


def _is_claimed(key: str) -> bool:
    return (
        TruthVersion.objects.filter(folder=key).exists()
        or DataFile.objects.filter(key__startswith=f"{key}/").exists()
    )
