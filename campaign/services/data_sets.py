"""The published packages of a task, from its folder."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import DataFile, DataSet, Task
from campaign.services.changes import in_words, save_changes
from clefboard.task_folder import DataFile as FileEntry, DataSet as DataSetEntry, TaskFolder


def load_data_sets(*, task: Task, folder: TaskFolder, stored: list[str]) -> list[str]:
    """Make a task's data sets as its folder says; return what changed, in words.

    Parameters
    ----------
    stored
        Gets the keys of the folders that were stored: they must go if the transaction fails.
    """
    named = {entry.slug for entry in folder.data_sets}
    changes = [_drop(gone) for gone in task.data_sets.exclude(slug__in=named)]
    for entry in folder.data_sets:
        changes += _load(task, entry, folder, stored)
    return changes


def _drop(data_set: DataSet) -> str:
    _forget(data_set.files.all())
    data_set.delete()
    return _("%(what)s is gone") % {"what": _named(data_set.slug)}


def _named(slug: str) -> str:
    return _("data set %(slug)s") % {"slug": slug}


def _load(task: Task, entry: DataSetEntry, folder: TaskFolder, stored: list[str]) -> list[str]:
    known = task.data_sets.filter(slug=entry.slug, version=entry.version).first()
    row = known or DataSet(task=task, slug=entry.slug, version=entry.version)
    names = ("title", "role", "access", "licence", "description")
    changed = save_changes(row, **{name: getattr(entry, name) for name in names})
    if _load_files(row, entry, folder, stored):
        changed.append("files")
    return in_words(_named(f"{entry.slug} {entry.version}"), changed, new=known is None)


def _load_files(row: DataSet, entry: DataSetEntry, folder: TaskFolder, stored: list[str]) -> bool:
    known = {_identity(file): file for file in row.files.all()}
    wanted = {_identity(file): file for file in entry.files}
    _forget(known[one] for one in known.keys() - wanted.keys())
    fresh = [wanted[one] for one in sorted(wanted.keys() - known.keys())]
    here = [file.name for file in fresh if not file.url]
    if here:
        source = folder.folder / "data" / entry.slug
        stored.append(storage.store_folder(source, here, under=storage.DATA))
    for file in fresh:
        place = {"url": file.url} if file.url else {"key": f"{stored[-1]}/{file.name}"}
        DataFile.objects.create(data_set=row, **_fields(file), **place)
    return known.keys() != wanted.keys()


def _fields(file: FileEntry) -> dict[str, Any]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256}


def _identity(file: DataFile | FileEntry) -> tuple[str, int, str, str]:
    return file.name, file.size, file.sha256, file.url


def _forget(files: Iterable[DataFile]) -> None:
    """Delete rows now, and what they stand for once that is certain."""
    for file in files:
        if file.key:
            transaction.on_commit(partial(storage.delete, file.key))
        file.delete()
