"""A large good file read by two threads: each has a kernel of its own, and half of the file.

Whatever is not simple, one thread reads again from the beginning: a line with a problem or without
anything, a query with lines in both halves. So what is wrong is found and said in one place, and where
the file is cut decides nothing but the time.
"""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from scoring.dialect import find_separator
from scoring.problems import Problem
from scoring.run_files.answer import ReadAgain
from scoring.run_files.kernel_reading import KernelReading, Tables, without_answer
from scoring.run_files.layouts import Layout
from scoring.run_files.line_blocks import whole_lines
from scoring.run_files.packed import packing_of, read_from
from scoring.run_files.reading import LineReading, Question
from scoring.run_files.warnings import Watched

if TYPE_CHECKING:
    from scoring._kernel import Figures

_NEAR = 1 << 19  # bytes in which a place to cut is looked for; lines of one query may be many


class NotSimple(ReadAgain):
    """The file has to be read by one thread."""


def place_to_cut(path: Path, layout: Layout) -> int | None:
    """Return where a line begins near the middle of a file, of another query than the line before.

    None in a packed file, and where there is none, as far as quick looks tell: no place is wrong.
    """
    if packing_of(path) != "plain":
        return None
    middle = path.stat().st_size // 2
    with path.open("rb") as file:
        file.seek(middle)
        data = file.read(_NEAR)
    start = data.find(b"\n") + 1
    prefix = _query_of(data[start : data.find(b"\n", start)], layout)
    while start and prefix and data.startswith(prefix, start):
        start = data.find(b"\n", start) + 1
    return middle + start if start and prefix and start < len(data) else None


def _query_of(line: bytes, layout: Layout) -> bytes:
    """Return how a line names its query, up to its class; nothing where it does not seem to."""
    separator = (find_separator(line.decode("utf-8", "replace")) or ";").encode()
    *names, _ = line.split(separator, layout.n_query)
    return separator.join([*names, b""]) if len(names) == layout.n_query else b""


class ParallelReading(LineReading):
    """Reads the lines up to a place, and beside them those after it; see `scoring.run_files.reading`."""

    def __init__(
        self,
        question: Question,
        separator: str,
        width: int | None,
        taker: Any,
        *,
        first_line: int,
        path: Path,
        cut: int,
    ) -> None:
        tables = Tables(question)
        self._halves = [
            KernelReading(question, separator, width, taker, first_line=first_line, tables=tables)
            for _ in range(2)
        ]
        self._ids = question.ids
        self._first_line = first_line
        self._is_done = False
        self._odd = Event()
        self._beside = Thread(target=self._read_from, args=(path, cut), daemon=True)
        self._beside.start()

    def _read_from(self, path: Path, cut: int) -> None:
        """Read the lines after the place, unless there is an odd one."""
        try:
            for data in whole_lines(read_from(path, cut)):
                if self._odd.is_set() or not _feed(self._halves[1], data):
                    self._odd.set()
                    return
        except Exception:  # noqa: BLE001  # it is raised again by the one thread that reads again
            self._odd.set()

    def add(self, data: bytes) -> None:
        """Read the next lines of those before the place."""
        if self._odd.is_set() or not _feed(self._halves[0], data):
            raise NotSimple

    def finish(self) -> None:
        """Wait for the other half, and put together what was counted."""
        self._beside.join()
        if self._odd.is_set():
            raise NotSimple
        for own in self._halves:
            own.finish()
        one, other = (own.kernel.figures() for own in self._halves)
        if not _fit(one, other):
            raise NotSimple
        self._answered = _either(one["answered"], other["answered"])
        n_lines = one["next_line"] + other["next_line"] - 2 * self._first_line
        self.n_lines = self._first_line - 1 + n_lines if n_lines else 0
        self.n_predictions = one["n_predictions"] + other["n_predictions"]
        self._watched = Watched(
            one["n_answers"] + other["n_answers"],
            max(one["most"], other["most"]),
            min(one["lowest"], other["lowest"]),
            max(one["highest"], other["highest"]),
        )
        self._is_done = True

    def close(self) -> None:
        """Say nothing: a file with a problem is read again."""
        if not self._is_done:
            raise NotSimple

    def missing(self) -> list[str]:
        """Return the queries without an answer."""
        return without_answer(self._ids, self._answered)

    def warnings(self) -> Iterator[Problem]:
        """Yield what looks like a mistake."""
        return self._watched.warnings()

    def stop(self) -> None:
        """Let the other thread end."""
        if not self._is_done:
            self._odd.set()
        self._beside.join()


def _feed(half: KernelReading, data: bytes) -> bool:
    """Read lines; tell whether all so far are good."""
    return half.kernel.feed(data) == 0


def _either(one: bytes, other: bytes) -> bytes:
    """Return the bytes of two rows, each a 1 where it is one in either of them."""
    return (int.from_bytes(one) | int.from_bytes(other)).to_bytes(len(one))


def _fit(one: "Figures", other: "Figures") -> bool:
    """Tell whether two good halves make a good file: lines alike, and each query in one of them."""
    both = int.from_bytes(one["answered"]) & int.from_bytes(other["answered"])
    n_odd = sum(own[name] for own in (one, other) for name in ("n_blank", "n_contradicting"))
    widths = {own["width"] for own in (one, other) if own["n_predictions"]}
    return not both and not n_odd and len(widths) <= 1
