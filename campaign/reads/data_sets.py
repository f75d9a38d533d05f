"""The data sets of a task: who may have their files, and from when on."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from campaign.models import DataFile, DataSet, Phase, Registration, Task
from campaign.reads.visibility import Viewer, organises
from campaign.refusals import NotAllowed, NotThere

_PHASES = {DataSet.Role.TEST: Phase.Kind.TEST_DATA}  # all others: training data


@dataclass(frozen=True)
class ShownDataSet:
    """A data set as one viewer sees it.

    `obstacle` is why its files are not to be had, as a code: not_open, not_registered,
    not_approved. Empty: they are.
    """

    data_set: DataSet
    files: list[DataFile]
    obstacle: str
    opens_at: datetime | None

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def data_sets(*, task: Task, viewer: Viewer, now: datetime) -> list[ShownDataSet]:
    """Return the data sets of a task with their files, whether the viewer may have these or not."""
    access = _Access(task, viewer, now)
    return [
        ShownDataSet(
            data_set=row,
            files=list(row.files.all()),
            obstacle=access.obstacle(row),
            opens_at=access.phase(row).opens_at,
        )
        for row in task.data_sets.prefetch_related("files").order_by("slug", "-pk")  # newest first
    ]


def find_data_set(*, task: Task, data_set: str, version: str) -> DataSet:
    """Return a data set with its files; that there is one is no secret.

    Raises
    ------
    NotThere
        The task has no such data set.
    """
    rows = task.data_sets.filter(slug=data_set, version=version).prefetch_related("files")
    row = rows.first()
    if row is None:
        raise NotThere(
            _("The task %(task)s has no data set %(name)s %(version)s.")
            % {"task": task.slug, "name": data_set, "version": version},
            code="no_data_set",
        )
    return row


def opening_of(task: Task, row: DataSet) -> datetime | None:
    """Return when the files of a data set open or opened; None where nobody set a time."""
    return _phase(task, row).opens_at


def data_file(
    *, task: Task, viewer: Viewer, now: datetime, data_set: str, version: str, name: str
) -> DataFile:
    """Return a file that the viewer may have.

    Raises
    ------
    NotThere
        The task has no such file.
    NotAllowed
        Not for this viewer, or not yet.
    """
    files = DataFile.objects.select_related("data_set").filter(
        data_set__task=task, data_set__slug=data_set, data_set__version=version, name=name
    )
    file = files.first()
    if file is None:
        raise NotThere(
            _("The task %(task)s has no file %(name)s.") % {"task": task.slug, "name": name},
            code="no_data_file",
        )
    if obstacle := _Access(task, viewer, now).obstacle(file.data_set):
        raise NotAllowed(WHY[obstacle](), code=obstacle)
    return file


WHY = {
    "not_open": lambda: _("This data set is not open yet."),
    "not_registered": lambda: _("Files of this data set are for registered teams."),
    "not_approved": lambda: _("Files of this data set are for teams that the organisers approved."),
}


def _phase(task: Task, row: DataSet) -> Phase:
    return task.phase(_PHASES.get(DataSet.Role(row.role), Phase.Kind.TRAINING_DATA))


class _Access:
    """What a viewer may have of a task; asks the database once for all its data sets."""

    def __init__(self, task: Task, viewer: Viewer, now: datetime) -> None:
        self._task = task
        self._now = now
        self._organises = organises(task, viewer)
        self._state = self._registration(viewer)

    def phase(self, row: DataSet) -> Phase:
        return _phase(self._task, row)

    def obstacle(self, row: DataSet) -> str:
        if self._organises:
            return ""
        if not self.phase(row).has_opened(self._now):
            return "not_open"
        if row.access == DataSet.Access.PUBLIC or self._state == Registration.State.APPROVED:
            return ""
        if row.access == DataSet.Access.APPROVED:
            return "not_approved"
        return "" if self._state == Registration.State.PENDING else "not_registered"

    def _registration(self, viewer: Viewer) -> str | None:
        """Return the state of the viewer's registration; None where there is none."""
        if not viewer.is_authenticated:
            return None
        registrations = self._task.registrations.filter(team__members=viewer)
        return registrations.values_list("state", flat=True).first()
