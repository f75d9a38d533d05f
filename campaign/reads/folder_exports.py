"""A task's folder on its way out: into a folder again, or into a zip archive."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import Task
from campaign.reads.task_folders import newest_data_sets, task_folder
from campaign.refusals import NotThere, Refusal
from clefboard.task_folder import folder_texts

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Member:
    """A file of the folder that is copied: how to open it, and whether it would pack well."""

    open: Callable[[], IO[bytes]]
    n_bytes: int
    packs: bool


@dataclass(frozen=True)
class FolderExport:
    """A task's folder before it is written: its texts and its other files, by their place in it."""

    slug: str
    texts: dict[str, str]
    members: dict[str, Member]

    @property
    def n_bytes(self) -> int:
        """Return the size of all that is copied."""
        return sum(member.n_bytes for member in self.members.values())


def folder_export(task: Task) -> FolderExport:
    """Return what belongs into a task's folder, by the truth and the rules in force.

    Raises
    ------
    NotThere
        The task was made without a folder, and lacks what one must have.
    """
    truth = task.current_truth
    if truth is None or task.rules_in_force is None:
        raise NotThere(
            _("The task %(task)s has no ground truth or no rules yet, so there is no folder of it.")
            % {"task": task.slug},
            code="no_folder",
        )
    folder = task_folder(task, truth)
    members = {name: _table(table.path) for name, table in folder.tables.items()}
    for data_set in newest_data_sets(task):
        for file in data_set.files.all():
            if file.key:
                members[f"data/{data_set.slug}/{file.name}"] = _stored(file.key, file.size)
    return FolderExport(task.slug, folder_texts(folder), members)


def _table(path: Path) -> Member:
    return Member(lambda: path.open("rb"), path.stat().st_size, packs=True)


def _stored(key: str, size: int) -> Member:
    return Member(lambda: storage.open_stored(key), size, packs=False)


def write_folder(export: FolderExport, target: Path) -> None:
    """Write a folder, which must be empty or not exist yet.

    Raises
    ------
    FileExistsError
        When it holds something already.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(_("%(folder)s is not empty.") % {"folder": target})
    for place, text in export.texts.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        (target / place).write_text(text, "utf-8", newline="\n")
    for place, member in export.members.items():
        with member.open() as source, (target / place).open("wb") as file:
            shutil.copyfileobj(source, file, _BLOCK)


def zipped(export: FolderExport) -> IO[bytes]:
    """Return a zip archive of the folder, which is gone from the disk when it is closed.

    It can be loaded as it is. The same task gives the same bytes: entries have no date of their own.

    Raises
    ------
    Refusal
        It would be larger than what may be sent back (`folder_too_large`).
    """
    if export.n_bytes > settings.MAX_FOLDER_BYTES:
        raise Refusal(
            _(
                "The folder has %(size)s MB, too much for a zip archive: the operator of the platform "
                "can write it with “manage.py export_task”."
            )
            % {"size": f"{export.n_bytes / 1e6:.0f}"},
            code="folder_too_large",
        )
    file = tempfile.TemporaryFile(dir=storage.incoming())  # noqa: SIM115  # the caller closes it
    try:
        _write_zip(export, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write_zip(export: FolderExport, file: IO[bytes]) -> None:
    with ZipFile(file, "w") as archive:
        for place, text in export.texts.items():
            archive.writestr(_entry(export, place, packs=True), text.encode())
        for place, member in export.members.items():
            entry = _entry(export, place, packs=member.packs)
            entry.file_size = member.n_bytes  # decides whether it needs zip64
            with member.open() as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, _BLOCK)


def _entry(export: FolderExport, place: str, *, packs: bool) -> ZipInfo:
    entry = ZipInfo(f"{export.slug}/{place}")
    entry.compress_type = ZIP_DEFLATED if packs else ZIP_STORED
    entry.external_attr = 0o644 << 16
    return entry
