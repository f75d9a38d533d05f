"""A run file on its way to the platform: compressed, and watched while it is sent.

It is compressed into a temporary file before the first byte leaves: servers of this kind need to
know the length of an upload, which a stream compressed on the fly does not have.
"""

import gzip
import io
import shutil
from collections.abc import Callable
from pathlib import Path

_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")  # gzip, zstd, zip
_CHUNK = 1_000_000


class WatchedFile(io.FileIO):
    """A file that tells how many bytes were read from it so far."""

    def __init__(self, path: Path, on_progress: Callable[[int], None]) -> None:
        super().__init__(path)
        self._on_progress = on_progress

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as FileIO does, and report the position reached."""
        data = super().read(-1 if size is None else size)
        self._on_progress(self.tell())
        return data


def compress(path: Path, folder: Path) -> Path:
    """Return a gzip copy of a file in a folder, or the file itself where it is compressed already.

    The content decides, not the name; the copy is the same for the same content.
    """
    with path.open("rb") as source:
        if source.read(4).startswith(_COMPRESSED):
            return path
        source.seek(0)
        target = folder / f"{path.name}.gz"
        with target.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            shutil.copyfileobj(source, packed, _CHUNK)
    return target
