"""Run files written: whole or not at all, and so that they read back as what was meant."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Protocol

from scoring.run_files.layouts import Layout

_SEPARATOR = ";"
_NOT_WRITTEN = frozenset({".zip", ".parquet", ".bz2", ".xz", ".7z"})


class CannotWrite(ValueError):
    """A path to which no run can be written; the text says why."""


class Bytes(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Write them all."""


def check_target(path: Path) -> None:
    """Refuse a path to which no run can be written, before any work is done for it.

    Raises
    ------
    CannotWrite
        When there is no such folder, or the name promises what a run is not written as.
    """
    if path.suffix in _NOT_WRITTEN:
        raise CannotWrite(
            f"a run is not written as {path.suffix}; right is a name that ends in .csv, .csv.gz or .csv.zst"
        )
    check_place(path)


def check_place(path: Path) -> None:
    """Refuse a path at which no file of any kind can be."""
    if not path.parent.is_dir():
        raise CannotWrite(f"there is no folder {path.parent} to write {path.name} to")
    if path.is_dir():
        raise CannotWrite(f"{path} is a folder; right is the name of a file")


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a place to write a file at, which is moved to its own place only when all went well."""
    with TemporaryDirectory(prefix=".clefboard-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        yield part
        part.replace(path)


@contextmanager
def written_whole(path: Path) -> Iterator[Bytes]:
    """Give a file to write to, which takes its place only when all was written.

    It is packed where the name ends in ``.gz`` or ``.zst``; the same content gives the same bytes.

    Raises
    ------
    CannotWrite
        As `check_target`.
    """
    check_target(path)
    pack = _PACK.get(path.suffix, nullcontext)
    with replaced(path) as part, part.open("wb") as file, pack(file) as content:
        yield content


# Each way of packing loads its library when it is needed: import time decides small runs.
def _gzip(file: IO[bytes]) -> AbstractContextManager[Bytes]:
    from gzip import GzipFile  # noqa: PLC0415  # see above

    return GzipFile("", "wb", 6, file, mtime=0)


def _zstd(file: IO[bytes]) -> AbstractContextManager[Bytes]:
    from zstandard import ZstdCompressor  # noqa: PLC0415  # see above

    return ZstdCompressor().stream_writer(file, closefd=False)


_PACK: Mapping[str, Callable[[IO[bytes]], AbstractContextManager[Bytes]]] = {
    ".gz": _gzip,
    ".zst": _zstd,
}


class RunWriter:
    r"""Writes the lines of a run file, a query at a time.

    Parameters
    ----------
    file
        Where they go.
    layout
        How they look.
    queries
        The ids of the task: the header must not look like one of them.
    ranks
        Whether the column Rank is written.

    Examples
    --------
    >>> from io import BytesIO
    >>> from scoring.run_files.layouts import LAYOUTS
    >>> file = BytesIO()
    >>> writer = RunWriter(file, LAYOUTS["ranked"], {"1;2"})
    >>> writer.write("1;2", [("oak", 0.5), ("elm", 0.25)])
    >>> print(file.getvalue().decode())
    QueryId;ClassId;Probability
    "1;2";oak;0.5
    "1;2";elm;0.25
    <BLANKLINE>
    """

    def __init__(
        self, file: Bytes, layout: Layout, queries: Container[str], *, ranks: bool = False
    ) -> None:
        self._file = file
        self._n_query = layout.n_query
        self._quoted = _Quoted()
        self.n_bytes = 0
        first = layout.columns[0]
        while first in queries:  # the line would be read as a prediction
            first += "_"
        names = [first, *layout.columns[1:]]
        self._write(_SEPARATOR.join([*names, "Rank"] if ranks else names) + "\n")

    def write(self, query: str, rows: Iterable[tuple[str, float]]) -> None:
        """Write the classes of a query with their probabilities."""
        head, quoted = self._head(query), self._quoted
        self._write("".join([f"{head};{quoted[name]};{shortest(value)}\n" for name, value in rows]))

    def write_ranked(self, query: str, rows: Iterable[tuple[str, float, int]]) -> None:
        """Write the same with ranks."""
        head, quoted = self._head(query), self._quoted
        self._write(
            "".join([f"{head};{quoted[n]};{shortest(value)};{rank}\n" for n, value, rank in rows])
        )

    def _head(self, query: str) -> str:
        # A segment's id is its recording and its time, which are two columns of a run.
        return _SEPARATOR.join(map(quoted_field, query.rsplit("/", self._n_query - 1)))

    def _write(self, text: str) -> None:
        data = text.encode()
        self.n_bytes += len(data)
        self._file.write(data)


class _Quoted(dict[str, str]):
    """The fields of a few thousand classes, each looked at once."""

    def __missing__(self, text: str) -> str:
        field = self[text] = quoted_field(text)
        return field


def shortest(value: float) -> str:
    """Return the shortest decimal that reads back as the same double; -0.0 is 0.

    Examples
    --------
    >>> shortest(0.1), shortest(1e-7), shortest(-0.0)
    ('0.1', '1e-07', '0.0')
    """
    return repr(value + 0.0)


def quoted_field(text: str) -> str:
    """Return a field, quoted where it must be (RFC 4180).

    Examples
    --------
    >>> print(quoted_field("oak"), quoted_field('a;"b" c'))
    oak "a;""b"" c"
    """
    if _SEPARATOR not in text and '"' not in text:
        return text
    return '"' + text.replace('"', '""') + '"'
