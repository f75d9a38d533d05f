"""Private files: where ground truth and run files lie, and how they get there.

Keys are made here and nowhere else. A run file gets a key of its own, so two teams never share one.
"""

import io
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

import zstandard
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

RUNS = "runs"
TRUTHS = "truths"
DATA = "data"
PACKAGES = "packages"
ZSTD = ".zst"  # the suffix says that the platform compressed the file, not the team

_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
_BLOCK = 1 << 20
_LEVEL = 1  # run files grow no smaller with a higher one, only later


def store_run_file(path: Path) -> str:
    """Copy an uploaded file into private storage, compressed if it is not, and return its key."""
    with path.open("rb") as source:
        compressed = source.read(4).startswith(_COMPRESSED)
        source.seek(0)
        if compressed:
            return _save(f"{RUNS}/{uuid.uuid4().hex}", source)
        with tempfile.TemporaryFile(dir=incoming()) as packed:
            zstandard.ZstdCompressor(level=_LEVEL).copy_stream(source, packed, read_size=_BLOCK)
            packed.seek(0)
            return _save(f"{RUNS}/{uuid.uuid4().hex}{ZSTD}", packed)


def store_package(path: Path) -> str:
    """Move a file of `incoming` into private storage, as a final package, and return its key.

    Where the storage is on this machine it is renamed, not copied.
    """
    with path.open("rb") as source:
        key = f"{PACKAGES}/{uuid.uuid4().hex}.zip"
        return _save(key, TemporaryFile(source, path))


class TemporaryFile(File):  # type: ignore[type-arg]  # of Django's stubs, generic there only
    """A file that its storage may take away instead of copying it."""

    def __init__(self, source: IO[bytes], path: Path) -> None:
        super().__init__(source)
        self._path = path

    def temporary_file_path(self) -> str:
        """Return where it lies: Django's own storage looks for this."""
        return str(self._path)


def _save(key: str, source: IO[bytes] | File) -> str:  # type: ignore[type-arg]
    """Store a file whole or not at all: a full disk leaves half of it behind."""
    try:
        return default_storage.save(key, source if isinstance(source, File) else File(source))
    except BaseException:
        default_storage.delete(key)
        raise


def open_as_uploaded(key: str) -> IO[bytes]:
    """Open a run file with the bytes the team sent."""
    stored = default_storage.open(key)
    if not key.endswith(ZSTD):
        return stored
    reader = zstandard.ZstdDecompressor().stream_reader(stored, closefd=True)
    # Buffered, since its bare `close` is read-only and Django puts its own there to be told of the end.
    return io.BufferedReader(reader)


def open_stored(key: str) -> IO[bytes]:
    """Open a file with the bytes that were stored, to be read from any place."""
    stored: IO[bytes] = default_storage.open(key)
    return stored


def delete(key: str) -> None:
    """Delete a file; one that is gone is no error."""
    default_storage.delete(key)


def incoming() -> Path:
    """Return the folder of files on their way in."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def local_file(key: str) -> Iterator[Path]:
    """Yield a path to a stored file, fetching it first where the storage is not on this machine."""
    if path := _path_here(key):
        yield path
        return
    with tempfile.TemporaryDirectory(dir=incoming()) as folder:
        yield _fetch(key, Path(folder) / "file")


def store_folder(folder: Path, names: list[str], *, under: str = TRUTHS) -> str:
    """Copy named files of a folder into private storage and return the new folder's key."""
    target = f"{under}/{uuid.uuid4().hex}"
    try:
        for name in names:
            with (folder / name).open("rb") as source:
                default_storage.save(f"{target}/{name}", File(source))
    except BaseException:
        delete_folder(target)  # half a folder is of no use
        raise
    return target


def fetch_files(key: str, names: Iterable[str], target: Path) -> None:
    """Copy those of some files that a stored folder has into a folder of this machine."""
    for name in names:
        if default_storage.exists(f"{key}/{name}"):
            _fetch(f"{key}/{name}", target / name)


def delete_folder(key: str) -> None:
    """Delete a stored folder with its files; one that is gone is no error."""
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(key)[1]:
            default_storage.delete(f"{key}/{name}")
        if path := _path_here(key):
            path.rmdir()


def local_folder(key: str) -> Path:
    """Return a path to a stored folder; what lies elsewhere is fetched once and kept."""
    if path := _path_here(key):
        return path
    cached = Path(settings.VAR_DIR) / "cache" / key
    if not cached.exists():
        _fetch_folder(key, cached)
    return cached


def old_files(*, before: datetime) -> Iterator[str]:
    """Yield the keys of all stored files that are older than a moment."""
    folders = [
        RUNS,
        PACKAGES,
        *(f"{top}/{name}" for top in (TRUTHS, DATA) for name in _listed(top)[0]),
    ]
    for folder in folders:
        for name in _listed(folder)[1]:
            key = f"{folder}/{name}"
            if default_storage.get_modified_time(key) < before:
                yield key


def delete_empty_folders() -> None:
    """Delete folders whose files are gone, where a storage has folders at all."""
    for top in (TRUTHS, DATA):
        for name in _listed(top)[0]:
            if path := _path_here(f"{top}/{name}"):
                with suppress(OSError):  # it is not empty
                    path.rmdir()


def delete_old_incoming(*, before: datetime) -> int:
    """Delete what killed processes left on its way in, and return how much that was."""
    left = [path for path in incoming().iterdir() if path.stat().st_mtime < before.timestamp()]
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return len(left)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _path_here(key: str) -> Path | None:
    try:
        return Path(default_storage.path(key))
    except NotImplementedError:  # how Django's storages say "not on this machine"
        return None


def _fetch(key: str, target: Path) -> Path:
    with default_storage.open(key) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, _BLOCK)
    return target


def _fetch_folder(key: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=target.parent))
    for name in default_storage.listdir(key)[1]:
        _fetch(f"{key}/{name}", fresh / name)
    try:
        fresh.rename(target)
    except OSError:  # another process was first; its copy is as good
        shutil.rmtree(fresh)
