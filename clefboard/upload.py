"""A run file on its way to the platform: compressed, and watched while it is sent.

It is compressed into a temporary file before the first byte leaves: servers of this kind need to
know the length of an upload, which a stream compressed on the fly does not have.
"""

import io
from collections.abc import Callable
from pathlib import Path

import zstandard

_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")  # gzip, zstd, zip
_CHUNK = 1_000_000
_LEVEL = 1  # of run files no higher one makes much less, and gzip takes ten times as long


class WatchedFile(io.FileIO):
    """A file that tells from where to where it was read, each time."""

    def __init__(self, path: Path, on_progress: Callable[[int, int], None]) -> None:
        super().__init__(path)
        self._on_progress = on_progress

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as FileIO does, and report where that began and where it ended."""
        data = super().read(-1 if size is None else size)
        end = self.tell()
        self._on_progress(end - len(data), end)
        return data


def compress(path: Path, folder: Path) -> Path:
    """Return a zstd copy of a file in a folder, or the file itself where it is compressed already.

    The content decides, not the name; the copy is the same for the same content.
    """
    with path.open("rb") as source:
        if source.read(4).startswith(_COMPRESSED):
            return path
        source.seek(0)
        target = folder / f"{path.name}.zst"
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with target.open("wb") as packed:
            compressor.copy_stream(source, packed, read_size=_CHUNK, write_size=_CHUNK)
    return target
