"""Truth versions: the tables of a task's folder, stored and never changed."""

import csv
import hashlib
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import Run, Task, TruthVersion
from campaign.refusals import Refusal
from campaign.services.species import record_species
from clefboard.task_folder import Table, TaskFolder
from scoring import read_ground_truth


def load_truth(
    *, task: Task, folder: TaskFolder, drawn: str, now: datetime, stored: list[str]
) -> list[str]:
    """Store the tables as a new version, unless they, metrics and split are those of an old one.

    The first version is in force at once, and so is a later one while nobody has submitted. What
    runs were scored with is never taken from under them: a version loaded after the first run waits
    until all runs are scored again. None of them has another split: a part that was public next
    to another one that was would tell what is private.

    Parameters
    ----------
    folder
        With all its tables.
    drawn
        The column of a split that was drawn for this loading; empty when none was.
    stored
        Gets the key of the stored folder: it must go if the transaction fails.

    Returns
    -------
    list[str]
        What changed, in words.

    Raises
    ------
    Refusal
        The split is another one, and there are runs (`split_fixed`).
    """
    version = known_truth(task=task, folder=folder, drawn=drawn)
    changes = []
    if version is None:
        version = _store(task, folder, now, stored)
        changes.append(_("truth version %(number)s is stored") % {"number": version.number})
    # The lock that submissions take, too: nobody's run is being accepted between look and change.
    Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    if _is_in_use(task):
        _refuse_another_split(task, version)
    elif version != task.current_truth:
        task.current_truth = version
        task.save(update_fields=["current_truth"])
        changes.append(_("truth version %(number)s is in force") % {"number": version.number})
    return changes


def _is_in_use(task: Task) -> bool:
    return Run.objects.filter(registration__task=task).exists()


def _refuse_another_split(task: Task, version: TruthVersion) -> None:
    """Keep the column by which runs are scored, and by which their scores show, for good."""
    before, now = task.split_column, version.split_column
    if now == before:
        return
    right = _("write split: {column: %s}") % before if before else _("leave out 'split'")
    raise Refusal(
        _(
            "task.yaml, split.column: it is %(now)s here, but %(before)s for the runs that were sent,"
            " and what of their scores is private hangs on it. Right is: %(right)s. Only"
            " split.final may change now; another split is another task."
        )
        % {"now": _said(now), "before": _said(before), "right": right},
        code="split_fixed",
    )


def _said(column: str) -> str:
    return f"'{column}'" if column else _("none")


def known_truth(*, task: Task, folder: TaskFolder, drawn: str) -> TruthVersion | None:
    """Return the version with the same tables, metrics and split, whenever it was loaded."""
    digest = _files_digest(folder)
    same = task.truth_versions.filter(
        metrics=list(folder.metrics), split_column=_split_column(folder)
    )
    for version in same:
        if version.files_digest == digest or (drawn and _differs_by_draw(version, folder, drawn)):
            return version
    return None


def _store(task: Task, folder: TaskFolder, now: datetime, stored: list[str]) -> TruthVersion:
    truth = read_ground_truth(folder.folder)
    stored.append(storage.store_folder(folder.folder, sorted(folder.tables)))
    last = task.truth_versions.first()
    version = TruthVersion.objects.create(
        task=task,
        number=last.number + 1 if last else 1,
        folder=stored[-1],
        digest=truth.digest,
        files_digest=_files_digest(folder),
        metrics=list(folder.metrics),
        split_column=_split_column(folder),
        n_queries=len(truth.test_set.queries),
        n_classes=len(truth.test_set.classes or ()),
        n_media=len(truth.test_set.media or ()),
        created_at=now,
    )
    record_species(truth=version, classes=truth.test_set.classes)
    return version


def _split_column(folder: TaskFolder) -> str:
    return folder.split.column if folder.split else ""


def _files_digest(folder: TaskFolder) -> str:
    lines = (f"{name} {table.sha256}\n" for name, table in sorted(folder.tables.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _differs_by_draw(version: TruthVersion, folder: TaskFolder, column: str) -> bool:
    """Tell whether all else is the same: a split is drawn once, at the first loading."""
    place = storage.local_folder(version.folder)
    if {path.name for path in place.iterdir()} != folder.tables.keys():
        return False
    return all(
        _without(column, place / name) == _without(column, table.path)
        if name == "ground_truth.csv"
        else Table.at(place / name) == table
        for name, table in folder.tables.items()
    )


def _without(column: str, path: Path) -> list[list[str]]:
    """Return a table without a column that must be there."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    place = header.index(column)
    return [row[:place] + row[place + 1 :] for row in (header, *rows)]
