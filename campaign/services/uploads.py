"""Files on their way in: read once, then stored for as long as their submission goes well."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import DatabaseError, InterfaceError

from campaign import storage
from campaign.models import Run
from campaign.refusals import Invalid
from scoring import InvalidRun, content_digest

log = logging.getLogger(__name__)

_NAME_MAX = 255


@dataclass(frozen=True)
class Upload:
    """A file on its way in: where it lies now and what the team called it."""

    path: Path
    name: str

    @classmethod
    def sent(cls, file: TemporaryUploadedFile) -> Self:
        """Return the file of a request; Django removes it after the answer."""
        return cls(Path(file.temporary_file_path()), file.name or "")


@dataclass(frozen=True)
class Content:
    """What an upload holds, unpacked."""

    path: Path
    name: str
    sha256: str
    n_bytes: int

    @property
    def stored_bytes(self) -> int:
        return self.path.stat().st_size


@dataclass(frozen=True)
class StoredFile:
    """A content in private storage, under a key that no run has yet."""

    content: Content
    key: str


def read_content(upload: Upload, limit: int) -> Content:
    """Unpack a file to know its digest; memory is bounded, and so is what it may grow to.

    Raises
    ------
    Invalid
        It cannot be unpacked, or grows beyond the limit.
    """
    try:
        sha256, n_bytes = content_digest(upload.path, limit)
    except InvalidRun as invalid:
        problems = [problem.to_json() for problem in invalid.problems]
        code = "too_large" if problems[0]["kind"] == "too_large" else "unreadable"
        raise Invalid(problems[0]["message"], code=code, problems=problems) from None
    return Content(upload.path, _base_name(upload.name), sha256, n_bytes)


def _base_name(name: str) -> str:
    """Return the last part of a file's name: some programs send whole paths."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable())[-_NAME_MAX:]


@contextmanager
def stored_files(contents: list[Content]) -> Iterator[list[StoredFile]]:
    """Copy files into private storage; they are gone again when the block fails."""
    stored: list[StoredFile] = []
    try:
        for content in contents:
            key = storage.store_run_file(content.path)
            stored.append(StoredFile(content, key))
        yield stored
    except BaseException:
        _discard([file.key for file in stored])
        raise


def _discard(keys: list[str]) -> None:
    """Delete files, unless a run has them all the same.

    A database that goes away while it commits may have committed. Where it cannot be asked, the
    files stay: they are tidied away when no run claims them.
    """
    try:
        claimed = set(Run.objects.filter(file_key__in=keys).values_list("file_key", flat=True))
    except (DatabaseError, InterfaceError):
        log.warning("stored files of a failed submission are left to be tidied: %s", len(keys))
        return
    for key in set(keys) - claimed:
        storage.delete(key)
