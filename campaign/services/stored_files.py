"""Private files that no row claims: left behind by a process that was killed on its way."""

from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings

from campaign import storage
from campaign.models import DataFile, FinalPackage, Run, TruthVersion


def tidy_files(*, now: datetime) -> int:
    """Delete files that no row claims and are older than a day; return how many.

    The age keeps what belongs to a transaction that has not ended yet.
    """
    before = now - settings.UNCLAIMED_FILES_AFTER
    old = list(storage.old_files(before=before))
    claimed = _claimed()  # read after the files: whatever was stored before has its row by now
    unclaimed = [key for key in old if claimed.isdisjoint({key, str(PurePosixPath(key).parent)})]
    for key in unclaimed:
        storage.delete(key)
    storage.delete_empty_folders()
    return len(unclaimed) + storage.delete_old_incoming(before=before)


def _claimed() -> set[str]:
    """Return the keys of runs', data sets' and packages' files, and the folders of truth versions."""
    return {
        *Run.objects.values_list("file_key", flat=True),
        *DataFile.objects.values_list("key", flat=True),
        *FinalPackage.objects.values_list("key", flat=True),
        *TruthVersion.objects.values_list("folder", flat=True),
    } - {""}
