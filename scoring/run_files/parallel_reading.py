"""A large good file read by two threads: each has a kernel of its own, and gets whole queries.

Whatever is not simple, one thread reads again from the beginning: a line with a problem or without
anything, queries that lie apart. So what is wrong is found and said in one place.
"""

from collections.abc import Iterator
from operator import or_
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from scoring.problems import Problem
from scoring.run_files.answer import ReadAgain
from scoring.run_files.kernel_reading import KernelReading, Tables, without_answer
from scoring.run_files.reading import LineReading, Question
from scoring.run_files.warnings import Watched

if TYPE_CHECKING:
    from scoring._kernel import Figures

_N_THREADS = 2
_MOST_BYTES = 8_000_000  # of the lines of one query
_N_WAITING = 4  # blocks that are read before a thread asks for them


class NotSimple(ReadAgain):
    """The file has to be read by one thread."""


class ParallelReading(LineReading):
    """Has the lines of a file read by two kernels; see `scoring.run_files.reading`."""

    def __init__(
        self,
        question: Question,
        separator: str,
        width: int | None,
        taker: Any,
        *,
        first_line: int,
    ) -> None:
        tables = Tables(question)
        self._readings = [
            KernelReading(question, separator, width, taker, first_line=first_line, tables=tables)
            for _ in range(_N_THREADS)
        ]
        self._ids = question.ids
        self._first_line = first_line
        self._is_done = False
        self._separator = separator.encode()
        self._n_query = question.layout.n_query
        self._rest: list[bytes] = []
        self._rest_prefix = b""
        self._odd = Event()
        self._blocks: Queue[bytes | None] = Queue(_N_WAITING)
        self._threads = [
            Thread(target=_work, args=(own, self._blocks, self._odd), daemon=True)
            for own in self._readings
        ]
        for thread in self._threads:
            thread.start()

    def add(self, data: bytes) -> None:
        """Give the next lines to who is free, all but those of their last query."""
        prefix = self._prefix(data)
        if not prefix:
            raise NotSimple
        start = _begin(data, prefix)
        if start:
            self._give([*self._rest, data[: start - 1]])
            self._rest = [data[start:]]
        elif prefix == self._rest_prefix:
            self._rest.append(data)
        else:
            self._give(self._rest)
            self._rest = [data]
        self._rest_prefix = prefix
        if self._odd.is_set() or sum(map(len, self._rest)) > _MOST_BYTES:
            raise NotSimple

    def finish(self) -> None:
        """Wait for the threads, and put together what they counted."""
        self._give(self._rest)
        self.stop()
        if self._odd.is_set():
            raise NotSimple
        for own in self._readings:
            own.finish()
        one, other = (own.kernel.figures() for own in self._readings)
        if not _fit(one, other):
            raise NotSimple
        self._answered = bytes(map(or_, one["answered"], other["answered"]))
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
        """Let the threads end."""
        for _ in self._threads:
            self._blocks.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _give(self, lines: list[bytes]) -> None:
        if lines:
            self._blocks.put(b"\n".join(lines))

    def _prefix(self, data: bytes) -> bytes:
        """Return how the last line names its query; nothing where it is blank, or too short."""
        line = data[data.rfind(b"\n") + 1 :]
        *names, _ = line.split(self._separator, self._n_query)
        return self._separator.join([*names, b""]) if len(names) == self._n_query else b""


def _begin(data: bytes, prefix: bytes) -> int:
    """Return where the lines of the last query begin; 0 where they are all, or seem to be.

    Of a query of millions of lines only the first is looked at, once it has begun before them.
    """
    start = 0 if data.startswith(prefix) else data.rfind(b"\n") + 1
    while start and data.startswith(prefix, before := data.rfind(b"\n", 0, start - 1) + 1):
        start = before
    return start


def _work(reading: KernelReading, blocks: "Queue[bytes | None]", odd: Event) -> None:
    """Read blocks until there is none; one that is odd is not read, nor is any after it."""
    while (data := blocks.get()) is not None:
        if not odd.is_set():
            try:
                n_problems = reading.kernel.feed(data)
            except Exception:  # noqa: BLE001  # it is raised again by the one thread that reads again
                n_problems = None
            if n_problems != 0:
                odd.set()


def _fit(one: "Figures", other: "Figures") -> bool:
    """Tell whether two good halves make a good file: lines alike, and each query in one of them."""
    both = int.from_bytes(one["answered"]) & int.from_bytes(other["answered"])
    n_odd = sum(own[name] for own in (one, other) for name in ("n_blank", "n_contradicting"))
    widths = {own["width"] for own in (one, other) if own["n_predictions"]}
    return not both and not n_odd and len(widths) <= 1
