"""The data sets of a task as the platform offers them, and how their files are fetched.

A file grows as `NAME.part` and gets its name when its SHA-256 is right: whatever has the name is
whole. A download that broke goes on where it stopped, by HTTP ranges.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

from clefboard.errors import ServerFailed, Unreachable, WrongContent

_TRIES = 3  # in a row that bring nothing
_PARTIAL, _BEYOND = 206, 416


@dataclass(frozen=True)
class OfferedFile:
    """A file of a data set, wherever it is kept."""

    name: str
    size: int
    sha256: str
    elsewhere: bool = False


@dataclass(frozen=True)
class OfferedDataSet:
    """A data set; `obstacle` is what stands between the caller and its files, `why_not` says it."""

    slug: str
    version: str
    title: str
    obstacle: str
    why_not: str
    opens_at: str | None
    files: tuple[OfferedFile, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what the API says of a data set."""
        return cls(
            slug=_plain(str(data["slug"])),
            version=_plain(str(data["version"])),
            title=str(data["title"]),
            obstacle=str(data["obstacle"]),
            why_not=str(data["why_not"]),
            opens_at=data["opens_at"],
            files=tuple(map(_file, data["files"])),
        )


def _file(data: Mapping[str, Any]) -> OfferedFile:
    name = _plain(str(data["name"]))
    return OfferedFile(name, int(data["size"]), str(data["sha256"]), bool(data["elsewhere"]))


class Answer(Protocol):
    """What of an HTTP answer matters here."""

    status_code: int

    def iter_raw(self) -> Any:
        """Yield the body as it comes."""


Ask = Callable[[Mapping[str, str]], AbstractContextManager[Answer]]


def fetch(file: OfferedFile, target: Path, ask: Ask, on_progress: Callable[[int], None]) -> bool:
    """Bring a file to a place, unless it is there already; return whether it was fetched.

    Parameters
    ----------
    ask
        Sends a request with these headers.
    on_progress
        Called with the bytes that are there so far.

    Raises
    ------
    WrongContent
        What came has another size or another SHA-256.
    Unreachable
        The connection broke, again and again; what came is kept.
    """
    if target.is_file() and target.stat().st_size == file.size and _digest(target) == file.sha256:
        return False
    part = target.with_name(f"{target.name}.part")
    resumed = part.is_file() and part.stat().st_size > 0
    _fill(part, file, ask, on_progress)
    right = _digest(part) == file.sha256
    if resumed and not right:  # its beginning is of another version: all of it again
        part.unlink()
        _fill(part, file, ask, on_progress)
        right = _digest(part) == file.sha256
    if not right:
        raise _wrong(part, "has not the SHA-256 that the platform says")
    part.replace(target)
    return True


def _fill(part: Path, file: OfferedFile, ask: Ask, on_progress: Callable[[int], None]) -> None:
    """Fetch what is missing; a broken connection is tried again as long as that brings anything."""
    idle = 0
    part.touch()
    while (before := part.stat().st_size) != file.size:
        if before > file.size:
            raise _wrong(part, "is larger than the platform says")
        broken = _append(part, file, ask, on_progress)
        idle = 0 if part.stat().st_size > before else idle + 1
        if idle >= _TRIES:
            raise broken or _wrong(part, "is smaller than the platform says")


def _append(
    part: Path, file: OfferedFile, ask: Ask, on_progress: Callable[[int], None]
) -> Unreachable | None:
    """Ask once for what is missing, and keep what comes; return why it broke, if it did."""
    start = part.stat().st_size
    headers = {"Range": f"bytes={start}-"} if start else {}
    if start and not file.elsewhere:  # a file that has changed is not glued to its older beginning
        headers["If-Range"] = f'"{file.sha256}"'
    try:
        with ask(headers) as answer, part.open("r+b") as target:
            if answer.status_code == _BEYOND:
                return None
            target.seek(start if answer.status_code == _PARTIAL else 0)
            target.truncate()
            _copy(answer, target, file.size, on_progress)
    except Unreachable as error:
        return error
    return None


def _copy(answer: Answer, target: IO[bytes], size: int, on_progress: Callable[[int], None]) -> None:
    """Write a body as it comes, no more of it than one block beyond the promised size.

    It is not gathered into larger blocks: what came before a connection broke would be lost.
    """
    for block in answer.iter_raw():
        target.write(block)
        on_progress(target.tell())
        if target.tell() > size:
            return


def _wrong(part: Path, words: str) -> WrongContent:
    part.unlink()
    return WrongContent(f"{part.stem} {words}: thrown away")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(name: str) -> str:
    """Return a name that is no path: what a platform says must not leave the folder."""
    if name in {"", ".", ".."} or not {"/", "\\", "\0", ":"}.isdisjoint(name):
        raise ServerFailed(f"the platform names a file {name!r}, which is no plain file name")
    return name
