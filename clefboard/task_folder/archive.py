"""Task folders as zip archives: what comes from elsewhere is unpacked with care.

An archive is read twice: first the list of its entries, which is judged as a whole, then the entries,
which may hold no more than the list said. Nothing is written before the list is right, and nothing
outside the target ever is.
"""

import shutil
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from clefboard.task_folder.problems import InvalidTaskFolder, Problem

_END = struct.Struct("<4s4H2LH")  # the record at the end of a zip archive
_END_MARK, _END64_MARK = b"PK\x05\x06", b"PK\x06\x07"
_MOST_COMMENT = 65_535
_ENCRYPTED = 0x1
_LONGEST_NAME = 255
_BLOCK = 1 << 20
_SHOWN = 20


@dataclass(frozen=True)
class ArchiveLimits:
    """How much an archive may become.

    Attributes
    ----------
    n_entries
        Files and folders.
    n_bytes
        Of all files, unpacked.
    ratio
        Unpacked bytes for each byte of the archive. The tables of a task reach ten or twenty; what
        was made to fill a disk has hundreds.
    free_bytes
        Up to here no ratio is asked for: a small file of one letter packs well.
    """

    n_entries: int = 2_000
    n_bytes: int = 4_000_000_000
    ratio: int = 100
    free_bytes: int = 20_000_000


def unpack_task_folder(archive: Path, target: Path, limits: ArchiveLimits) -> Path:
    """Unpack an archive and return the task's folder in it.

    The folder may be packed with or without its own name around it, and the campaign.yaml beside it
    may come along. What macOS adds is left out, and so is whatever begins with a dot.

    Parameters
    ----------
    archive
        A file from anywhere.
    target
        An empty folder.
    limits
        How much it may become.

    Raises
    ------
    InvalidTaskFolder
        With what is wrong with the archive. Files may lie in the target then; it is the caller's.
    """
    try:
        _judge_end(archive)
        with ZipFile(archive) as opened:
            entries = opened.infolist()
            _judge(entries, archive.stat().st_size, limits)
            for entry in entries:
                if not _is_ignored(entry):
                    _unpack(opened, entry, target)
    except InvalidTaskFolder:
        raise
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        ValueError,
        NotImplementedError,
    ) as error:
        raise _refused(f"is no whole zip archive ({error}): pack the folder again") from error
    return _task_folder(target)


# ---------------------------------------------------------------- before anything is unpacked
def _judge_end(archive: Path) -> None:
    """Refuse what would already be too much to list: the list is read into memory whole."""
    with archive.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - _MOST_COMMENT - 20))
        tail = file.read()
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) - place < _END.size:
        raise _refused("is no zip archive; right is the task's folder as a .zip")
    list_bytes = _END.unpack_from(tail, place)[5]
    if tail[max(0, place - 20) : place].startswith(_END64_MARK) or list_bytes > _BLOCK * 4:
        raise _refused(
            "has more files or bytes than a task's folder needs: leave large data files out, and give "
            "data.yaml the url where they lie"
        )


def _judge(entries: list[ZipInfo], packed_bytes: int, limits: ArchiveLimits) -> None:
    """Refuse a list of entries with all that is wrong with it."""
    if len(entries) > limits.n_entries:
        raise _refused(f"holds {len(entries):,} files; right is at most {limits.n_entries:,}")
    if any(entry.header_offset < 0 for entry in entries):
        raise BadZipFile("its beginning is missing")
    problems = [problem for entry in entries for problem in _entry_problems(entry)]
    problems += _doubles(entries)
    problems += _growth(sum(entry.file_size for entry in entries), packed_bytes, limits)
    if problems:
        raise InvalidTaskFolder(problems[:_SHOWN])


def _entry_problems(entry: ZipInfo) -> Iterator[Problem]:
    name, mode = entry.filename, entry.external_attr >> 16
    if wrong := _wrong_place(name):
        yield Problem(_shown(name), None, wrong)
    if stat.S_ISLNK(mode):
        yield Problem(_shown(name), None, "is a link: put the file itself into the archive")
    elif stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield Problem(_shown(name), None, "is a device or a pipe; right are files and folders")
    if entry.flag_bits & _ENCRYPTED:
        yield Problem(_shown(name), None, "is encrypted: pack the folder without a password")
    elif entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        yield Problem(_shown(name), None, "is packed in a rare way; right is plain zip (deflate)")


def _wrong_place(name: str) -> str:
    """Return what is wrong with where an entry would go; an empty text where nothing is."""
    parts = name.removesuffix("/").split("/")
    if "\\" in name or ":" in name or not name.isprintable():
        return (
            "has a name that means another place elsewhere; right is folder/file with plain letters"
        )
    if name.startswith("/") or ".." in parts:
        return "leads out of the archive; right are names inside the task's folder"
    if "" in parts or "." in parts or len(name.encode()) > _LONGEST_NAME:
        return "has an empty or too long name; right is folder/file"
    return ""


def _doubles(entries: list[ZipInfo]) -> Iterator[Problem]:
    """Yield names that stand there twice, also as a file and as a folder of others."""
    files: set[str] = set()
    folders: set[str] = set()
    for entry in entries:
        name = entry.filename.removesuffix("/")
        inside = {str(parent) for parent in PurePosixPath(name).parents}
        if (
            name in files
            or (name in folders and not entry.is_dir())
            or not inside.isdisjoint(files)
        ):
            yield Problem(_shown(name), None, "stands in the archive twice: keep the right one")
        (folders if entry.is_dir() else files).add(name)
        folders |= inside


def _growth(n_bytes: int, packed_bytes: int, limits: ArchiveLimits) -> Iterator[Problem]:
    if n_bytes > limits.n_bytes:
        yield Problem(
            "the archive",
            None,
            f"would become {n_bytes / 1e6:,.0f} MB; right is at most {limits.n_bytes / 1e6:,.0f} MB. "
            "Leave large data files out, and give data.yaml the url where they lie",
        )
    elif n_bytes > limits.free_bytes and n_bytes > limits.ratio * packed_bytes:
        yield Problem(
            "the archive",
            None,
            f"would become {n_bytes / packed_bytes:,.0f} times as large as it is; no task's folder does",
        )


# ---------------------------------------------------------------- unpacking
def _is_ignored(entry: ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    return "__MACOSX" in parts or any(part.startswith(".") for part in parts)


def _unpack(opened: ZipFile, entry: ZipInfo, target: Path) -> None:
    place = target / entry.filename
    if entry.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    # zipfile gives no more bytes than the list says, and a checksum that is wrong is an error.
    with opened.open(entry) as source, place.open("xb") as file:
        shutil.copyfileobj(source, file, _BLOCK)


def _task_folder(target: Path) -> Path:
    """Return the folder with the one task.yaml, at the top or one below."""
    if (target / "task.yaml").is_file():
        return target
    found = sorted(target.glob("*/task.yaml"))
    if len(found) == 1:
        _refuse_strangers(target, found[0].parent)
        return found[0].parent
    if not found:
        raise _refused(
            "holds no task.yaml, at its top or in a folder there: is this a task's folder?"
        )
    names = ", ".join(_shown(path.parent.name) for path in found)
    raise _refused(f"holds several tasks ({names}); right is one at a time")


def _refuse_strangers(target: Path, folder: Path) -> None:
    others = [p for p in sorted(target.iterdir()) if p != folder and p.name != "campaign.yaml"]
    if others:
        message = (
            "lies beside the task's folder and would be lost; only campaign.yaml may lie there"
        )
        raise InvalidTaskFolder([Problem(_shown(path.name), None, message) for path in others])


def _refused(message: str) -> InvalidTaskFolder:
    return InvalidTaskFolder([Problem("the archive", None, message)])


def _shown(name: str) -> str:
    """Return a name from elsewhere as it may be shown: printable, and not too long."""
    text = "".join(letter if letter.isprintable() else "?" for letter in name)
    return text if len(text) <= 100 else f"{text[:97]}..."
