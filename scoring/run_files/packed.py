"""Run files as they come: plain, gzip, zstd, or a zip that holds one file.

What a file is shows in its first bytes, never in its name. Everything is read in small pieces and
counted while it is read: a few bytes that grow to gigabytes cost neither memory nor disk.
"""

import codecs
import zlib
from collections.abc import Callable, Iterator, Mapping
from errno import EINVAL
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from scoring.problems import InvalidRun, Problem, Sentence, said, shown

if TYPE_CHECKING:
    from zipfile import ZipInfo

PIECE = 1 << 17  # larger ones, and each is memory that the system gives and takes
_ZSTD_INPUT = 256  # bytes that may hold 8 MB

_PACKINGS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
}
_TOO_LARGE = "the file has %(n)s bytes; allowed are %(limit)s bytes"
_TOO_LARGE_UNPACKED = (
    "the file is larger than that when it is unpacked; allowed are %(limit)s bytes"
)
_STRANGERS = {
    b"%PDF": said("a PDF"),
    b"PAR1": said("a Parquet file"),
    b"\xd0\xcf\x11\xe0": said("an old Excel or Word document"),
    b"\x89PNG": said("an image"),
    b"\xff\xd8\xff": said("an image"),
    b"BZh": said("packed with bzip2"),
    b"\xfd7zXZ": said("packed with xz"),
    b"7z\xbc\xaf": said("a 7z archive"),
    b"Rar!": said("a RAR archive"),
    b"\xff\xfe": said("text in UTF-16"),
    b"\xfe\xff": said("text in UTF-16"),
} | {
    magic: said("packed twice: %(packing)s within", packing=packing)
    for magic, packing in _PACKINGS.items()
}


class _Reads(Protocol):
    def read(self, size: int, /) -> bytes: ...


def packing_of(path: Path) -> str:
    """Return how a file is packed by its first bytes: ``plain``, ``gzip``, ``zstd`` or ``zip``."""
    with path.open("rb") as file:
        head = file.read(4)
    return next((name for magic, name in _PACKINGS.items() if head.startswith(magic)), "plain")


def read_content(path: Path, limit: int, *, end: int | None = None) -> Iterator[bytes]:
    """Yield the unpacked content of a file in pieces.

    Parameters
    ----------
    path
        The file, packed or not.
    limit
        The most bytes it may have, before and after it is unpacked.
    end
        Of what is wanted, in bytes from the beginning of a file that is not packed.

    Raises
    ------
    InvalidRun
        As soon as it shows that the file is no text, cannot be unpacked, or is too large.
    """
    size = path.stat().st_size
    if size > limit:
        raise InvalidRun(Problem("too_large", said(_TOO_LARGE, n=size, limit=limit)))
    n_bytes = 0
    with path.open("rb") as file:
        pieces = _UNPACK[packing_of(path)](file) if end is None else _pieces_to(file, end)
        for piece in pieces:
            if not n_bytes:
                _refuse_strangers(piece)
            n_bytes += len(piece)
            if n_bytes > limit:
                raise InvalidRun(Problem("too_large", said(_TOO_LARGE_UNPACKED, limit=limit)))
            yield piece


def read_from(path: Path, begin: int) -> Iterator[bytes]:
    """Yield the rest of a file that is not packed, in pieces."""
    with path.open("rb") as file:
        file.seek(begin)
        yield from _pieces(file)


def content_digest(path: Path, limit: int) -> tuple[str, int]:
    """Return the SHA-256 of the unpacked content in hex, and how many bytes that has.

    Raises
    ------
    InvalidRun
        When the file cannot be unpacked, is a zip of several files, or grows beyond the limit.
    """
    from hashlib import sha256  # noqa: PLC0415  # reading does without

    digest, n_bytes = sha256(), 0
    for piece in read_content(path, limit):
        digest.update(piece)
        n_bytes += len(piece)
    return digest.hexdigest(), n_bytes


def _pieces(file: _Reads) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _pieces_to(file: BinaryIO, end: int) -> Iterator[bytes]:
    while piece := file.read(min(PIECE, end - file.tell())):
        yield piece


# Each way of packing loads its library when it is needed: import time decides small runs.
def _gzip_pieces(file: BinaryIO) -> Iterator[bytes]:
    from gzip import BadGzipFile, GzipFile  # noqa: PLC0415  # see above

    try:
        with GzipFile(fileobj=file) as content:
            yield from _pieces(content)
    except EOFError as error:
        raise _cut_off() from error
    except (BadGzipFile, zlib.error) as error:
        raise _damaged("the gzip file is damaged (%(why)s); pack it again", error) from error


def _zstd_pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield the content of zstd frames.

    The library's own reader takes a file that was cut off for a whole one, so frames are fed by
    hand, few bytes at a time: one call unpacks all it is given.
    """
    from zstandard import ZstdDecompressor, ZstdError  # noqa: PLC0415  # see above

    decompressor = ZstdDecompressor(max_window_size=1 << 27)
    frame = None
    try:
        while data := file.read(_ZSTD_INPUT):
            while data:
                frame = frame or decompressor.decompressobj()
                if piece := frame.decompress(data):  # most inputs only fill the frame's own buffer
                    yield from (piece[at : at + PIECE] for at in range(0, len(piece), PIECE))
                if not frame.eof:
                    break
                data, frame = frame.unused_data, None
    except ZstdError as error:
        raise _damaged("the zstd file is damaged (%(why)s); pack it again", error) from error
    if frame is not None:
        raise _cut_off()


def _zip_pieces(file: BinaryIO) -> Iterator[bytes]:
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile  # noqa: PLC0415  # see above

    try:
        with ZipFile(_SmallReads(file)) as archive:
            entry = _only([e for e in archive.infolist() if not e.is_dir()])
            if entry.flag_bits & 1:
                raise _broken(said("the zip has a password; right is one without"))
            if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise _broken(said("the zip is packed in a rare way; right is 'deflate'"))
            with archive.open(entry) as content:
                yield from _pieces(content)
    except EOFError as error:
        raise _cut_off() from error
    except OSError as error:
        if error.errno != EINVAL:  # a place before the beginning, which only a damaged zip names
            raise
        raise _broken(said("the zip is damaged; pack it again")) from error
    # The library guards against much, but neither against odd names nor against odd places.
    except (BadZipFile, zlib.error, NotImplementedError, LookupError, ArithmeticError) as error:
        raise _damaged("the zip is damaged (%(why)s); pack it again", error) from error
    except UnicodeDecodeError as error:
        raise _broken(
            said("the zip is damaged, the name in it is no text; pack it again")
        ) from error


class _SmallReads:
    """A file that refuses to be read in large pieces: the directory of a zip is read whole."""

    _MOST = 1 << 20

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._read = file.read

    def read(self, size: int = -1) -> bytes:
        """Return up to so many bytes; all that are left for a negative number."""
        most = self._MOST + 1
        data = self._read(min(size, most) if size >= 0 else most)
        if len(data) == most:
            raise _broken(
                said("the zip's directory is too large; right is a zip of exactly one file")
            )
        return data


def _only(entries: list["ZipInfo"]) -> "ZipInfo":
    if len(entries) == 1:
        return entries[0]
    if not entries:
        raise _broken(said("the zip holds 0 files; right is exactly one"))
    names = [shown(entry.filename) for entry in entries[:3]] + ["..."] * (len(entries) > 3)
    raise _broken(
        said(
            "the zip holds %(n)s files (%(names)s); right is exactly one",
            n=len(entries),
            names=", ".join(names),
        )
    )


_UNPACK: Mapping[str, Callable[[BinaryIO], Iterator[bytes]]] = {
    "plain": _pieces,
    "gzip": _gzip_pieces,
    "zstd": _zstd_pieces,
    "zip": _zip_pieces,
}


def _refuse_strangers(head: bytes) -> None:
    what = next((what for magic, what in _STRANGERS.items() if head.startswith(magic)), None)
    if what is None or (head[:1].isascii() and _is_text(head)):  # an id may begin with PAR1
        return
    raise InvalidRun(
        Problem(
            "not_text",
            said(
                "the file is %(what)s; right is text in UTF-8, plain or packed as gz, zst or zip",
                what=what,
            ),
        )
    )


def _is_text(head: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c in "\t\r\n" for c in text[:1000])


def _broken(sentence: Sentence) -> InvalidRun:
    return InvalidRun(Problem("packing", sentence))


def _damaged(template: str, error: Exception) -> InvalidRun:
    return _broken(said(template, why=str(error)))


def _cut_off() -> InvalidRun:
    return _broken(said("the packed file ends too early, it was cut off; send it again"))
