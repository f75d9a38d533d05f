"""A zip that is written as it goes: in memory it has one block of one file, whatever it grows to."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_BLOCK = 1 << 20
_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")  # gzip, zstd, zip
_SUMS = "SHA256SUMS"


class Packing:
    """A zip below one folder, which ends with the SHA-256 of every file in it: a context.

    Entries have no date of their own: the same content in the same order makes the same bytes.

    Parameters
    ----------
    target
        An open file to write the zip into.
    folder
        Below what everything stands.
    heartbeat
        Called before each block; it may raise to stop.
    """

    def __init__(self, target: IO[bytes], folder: str, heartbeat: Callable[[], None]) -> None:
        self._zip = ZipFile(target, "w")
        self._folder = folder
        self._heartbeat = heartbeat
        self._sums: dict[str, str] = {}

    def add_text(self, name: str, text: str) -> None:
        """Add a file from a text."""
        self.add_bytes(name, text.encode())

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add a small file."""
        self._copy(name, iter((data, b"")).__next__)

    def add_stream(self, name: str, source: IO[bytes]) -> None:
        """Add a file as it is read."""
        self._copy(name, lambda: source.read(_BLOCK))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Add the checksums, which `sha256sum --check` reads, and end the zip; or give it up."""
        if kind is None:
            lines = (f"{digest}  {name}\n" for name, digest in self._sums.items())
            self.add_text(_SUMS, "".join(lines))
            self._zip.close()
            return
        with suppress(Exception):  # a full disk; what was wrong before is what matters
            self._zip.close()

    def _copy(self, name: str, read: Callable[[], bytes]) -> None:
        block = read()
        entry = ZipInfo(f"{self._folder}/{name}")
        entry.compress_type = ZIP_STORED if block.startswith(_PACKED) else ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        digest = hashlib.sha256()
        with self._zip.open(entry, "w", force_zip64=True) as target:
            while block:
                self._heartbeat()
                digest.update(block)
                target.write(block)
                block = read()
        self._sums[name] = digest.hexdigest()
