"""Private files: where ground truth and run files lie, and how they get there.

Keys are made here and nowhere else. A run file gets a key of its own, so two teams never share one.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
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
ZSTD = ".zst"  # the suffix says that the platform compressed the file, not the team

_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
_BLOCK = 1 << 20


def store_run_file(path: Path) -> str:
    """Copy an uploaded file into private storage, compressed if it is not, and return its key."""
    with path.open("rb") as source:
        compressed = source.read(4).startswith(_COMPRESSED)
        source.seek(0)
        key = f"{RUNS}/{uuid.uuid4().hex}{'' if compressed else ZSTD}"
        if compressed:
            return default_storage.save(key, File(source))
        with tempfile.TemporaryFile(dir=incoming()) as packed:
            zstandard.ZstdCompressor(level=3).copy_stream(source, packed, read_size=_BLOCK)
            packed.seek(0)
            return default_storage.save(key, File(packed))


def open_as_uploaded(key: str) -> IO[bytes]:
    """Open a run file with the bytes the team sent."""
    stored = default_storage.open(key)
    if not key.endswith(ZSTD):
        return stored
    reader: IO[bytes] = zstandard.ZstdDecompressor().stream_reader(stored, closefd=True)
    return reader


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


def unclaimed(folder: str, *, before: datetime, claimed: set[str]) -> list[str]:
    """Return the keys below a folder that no row claims and that are older than a moment.

    A process killed between storing a file and committing its row leaves such a file.
    """
    if not default_storage.exists(folder):
        return []
    keys = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    return [
        key
        for key in keys
        if key not in claimed and default_storage.get_modified_time(key) < before
    ]


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
