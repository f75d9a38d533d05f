"""Task folders as they are sent: zip archives, looked at, asked about, and loaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _, ngettext

from campaign import storage
from campaign.models import Campaign, CampaignRole, Task, User
from campaign.refusals import Invalid, NotAllowed, NotThere
from campaign.services.loadings import Loaded, Terms
from campaign.services.tasks import load_task
from clefboard.task_folder import (
    ArchiveLimits,
    CampaignFile,
    InvalidTaskFolder,
    Problem,
    TaskFolder,
    check_task_folder,
    read_campaign,
    unpack_task_folder,
)

_SALT = "campaign.services.folders"
_SHOWN = 200  # problems; a table has as many as it has lines
_KEPT_SECONDS = 12 * 3600  # tidying takes what is older than a day


@dataclass(frozen=True)
class Place:
    """Where a folder was sent to: to one task, to a campaign, or to the platform (both empty)."""

    task: str = ""
    campaign: str = ""


@dataclass(frozen=True)
class Report:
    """What a folder did or would do, and the notes of its check."""

    loaded: Loaded
    notes: list[str]


def load_folder(
    *, path: Path, now: datetime, terms: Terms, place: Place = Place()
) -> Report:  # frozen
    """Check a folder and load it: every door's one way.

    Parameters
    ----------
    path
        The folder that holds task.yaml; the campaign.yaml beside it is loaded, too.
    place
        The task or campaign it must be of.

    Raises
    ------
    Invalid
        With all problems of the folder (`invalid_folder`); nothing was loaded.
    Refusal
        As `load_task`.
    """
    check = check_task_folder(path)
    if check.task is None:
        raise invalid_folder(check.problems)
    _refuse_elsewhere(check.task, place)
    loaded = load_task(folder=check.task, campaign=_campaign_beside(path), now=now, terms=terms)
    return Report(loaded, [str(note) for note in check.notes])


def require_sender(*, place: Place, user: User) -> None:
    """Refuse, before anything is read, whoever may load nothing there.

    Raises
    ------
    NotAllowed
        All but owners and organisers of the campaign, and staff.
    """
    acting = Campaign.objects.filter(
        roles__user=user, roles__name__in=[CampaignRole.Name.OWNER, CampaignRole.Name.ORGANISER]
    )
    if place.campaign:
        acting = acting.filter(slug=place.campaign)
    if Task.objects.filter(slug=place.task).exists():
        acting = acting.filter(tasks__slug=place.task)
    if not user.is_staff and not acting.exists():
        raise NotAllowed(_("Only an organiser of the task may do this."), code="not_organiser")


def load_archive(*, archive: Path, now: datetime, terms: Terms, place: Place) -> Report:
    """Unpack a zip archive with care, and load the folder in it; nothing of it stays on the disk.

    Raises
    ------
    Invalid
        With what is wrong with the archive, or all problems of the folder.
    Refusal
        As `load_task`.
    """
    limits = ArchiveLimits(n_bytes=settings.MAX_FOLDER_UNPACKED_BYTES)
    with TemporaryDirectory(prefix="folder-", dir=storage.incoming()) as room:
        try:
            path = unpack_task_folder(archive, Path(room) / "folder", limits)
        except InvalidTaskFolder as invalid:
            raise invalid_folder(invalid.problems) from None
        return load_folder(path=path, now=now, terms=terms, place=place)


def invalid_folder(problems: Iterable[Problem]) -> Invalid:
    """Return all problems as one refusal."""
    found = [_finding(problem) for problem in problems]
    said = ngettext(
        "The folder has a problem; nothing was loaded.",
        "The folder has %(n)s problems; nothing was loaded.",
        len(found),
    ) % {"n": len(found)}
    if len(found) > _SHOWN:
        said += " " + _("The first %(n)s are shown.") % {"n": _SHOWN}
    return Invalid(said, code="invalid_folder", problems=found[:_SHOWN])


def _finding(problem: Problem) -> dict[str, Any]:
    lines = [] if problem.line is None else [problem.line]
    return {
        "kind": "task_folder",
        "file": problem.file,
        "lines": lines,
        "count": 1,
        "message": str(problem),
    }


def _campaign_beside(path: Path) -> CampaignFile | None:
    beside = path.resolve().parent
    return read_campaign(beside) if (beside / "campaign.yaml").is_file() else None


def _refuse_elsewhere(folder: TaskFolder, place: Place) -> None:
    """Refuse a folder of another task, or of another campaign, than the address it was sent to."""
    for key, said, right in (
        ("task", folder.slug, place.task),
        ("campaign", folder.campaign, place.campaign),
    ):
        if right and said != right:
            message = _("'%(key)s' is %(said)s; right is %(right)s, to which it was sent") % {
                "key": key,
                "said": said,
                "right": right,
            }
            raise invalid_folder([Problem("task.yaml", None, message)])


# ---------------------------------------------------------------- kept between question and answer
def keep_archive(*, archive: Path, by: User, place: Place, seen: str) -> str:
    """Keep an archive whose difference was shown until its sender answers; return what stands for it.

    Parameters
    ----------
    archive
        An uploaded file, on the file system of those on their way in; it is moved.
    seen
        The digest of the difference that was shown.
    """
    name = f"folder-{uuid4().hex}.zip"
    archive.rename(storage.incoming() / name)
    claim = {
        "name": name,
        "by": by.pk,
        "task": place.task,
        "campaign": place.campaign,
        "seen": seen,
    }
    return signing.dumps(claim, salt=_SALT)


def load_kept(*, token: str, now: datetime, by: User, place: Place, reason: str) -> Report:
    """Load an archive that was kept, if it does what its sender saw; it is gone afterwards.

    Raises
    ------
    NotThere
        It was kept for too long, or is another person's or task's.
    Refusal
        As `load_archive`.
    """
    archive, seen = _kept(token, by, place)
    terms = Terms(by=by, reason=reason, seen=seen)
    try:
        return load_archive(archive=archive, now=now, terms=terms, place=place)
    finally:
        archive.unlink(missing_ok=True)


def drop_kept(*, token: str, by: User, place: Place) -> None:
    """Delete an archive that is not to be loaded after all."""
    _kept(token, by, place)[0].unlink(missing_ok=True)


def _kept(token: str, by: User, place: Place) -> tuple[Path, str]:
    gone = NotThere(_("This folder is no longer kept: choose it again."), code="not_kept")
    try:
        claim = signing.loads(token, salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        raise gone from None
    archive = storage.incoming() / claim["name"]
    mine = (claim["by"], claim["task"], claim["campaign"]) == (by.pk, place.task, place.campaign)
    if not mine or not archive.is_file():
        raise gone
    return archive, claim["seen"]
