"""Runs kept in a temporary file of machine numbers: read once in any order, asked for query by query.

Memory is a few bytes for each query of each run, however many lines there are.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from scoring.run_files.answer import Answer

Vote = Callable[[Answer], Sequence[float]]
"""What an answer says for each of its classes, in their order."""


class Spool:
    """A temporary file that holds the votes of several runs; it is gone at the end of a ``with``."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed by __exit__
        self._codes = _Codes()
        self._names: list[str] = []
        self.end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()

    def cut(self, end: int) -> None:
        """Forget what stands from a place on."""
        self._file.seek(end)
        self._file.truncate()
        self.end = end

    def append(self, names: Sequence[str], votes: Iterable[float]) -> None:
        """Write classes and their votes at the end."""
        self._file.write(array("d", votes).tobytes())
        self._file.write(array("I", map(self._codes.__getitem__, names)).tobytes())
        self.end += self.size(len(names))

    @staticmethod
    def size(count: int) -> int:
        """Return how many bytes so many classes and votes take."""
        return count * _BYTES

    def read(self, start: int, count: int) -> Iterator[tuple[int, float]]:
        """Yield what was written at a place: the code of each class, and its vote."""
        self._file.seek(start)
        votes, codes = array("d"), array("I")
        votes.frombytes(self._file.read(count * votes.itemsize))
        codes.frombytes(self._file.read(count * codes.itemsize))
        return zip(codes, votes, strict=True)

    def name(self, code: int) -> str:
        """Return the class of a code."""
        if len(self._names) < len(self._codes):
            self._names = list(self._codes)
        return self._names[code]


_BYTES = array("d").itemsize + array("I").itemsize


class _Codes(dict[str, int]):
    """Numbers the classes as they are met."""

    def __missing__(self, name: str) -> int:
        code = self[name] = len(self)
        return code


class Votes:
    """The votes of one run: takes its answers, and finds them again.

    Parameters
    ----------
    spool
        Where they are kept; the run's begin at `start`, and whatever is there is forgotten.
    places
        The place of each query.
    vote
        What an answer says.
    """

    def __init__(self, spool: Spool, start: int, places: Mapping[str, int], vote: Vote) -> None:
        spool.cut(start)
        self._spool = spool
        self._places = places
        self._vote = vote
        self._starts = array("q", bytes(8 * len(places)))
        self._counts = array("q", bytes(8 * len(places)))
        self.n_taken = 0

    def take(self, answer: Answer) -> None:
        """Keep what an answer says."""
        place = self._places[answer.query]
        self._starts[place] = self._spool.end
        self._counts[place] = len(answer.classes)
        self._spool.append(answer.classes, self._vote(answer))
        self.n_taken += 1

    def has(self, place: int) -> bool:
        """Tell whether the query at a place was answered."""
        return self._counts[place] > 0

    def of(self, place: int) -> Iterator[tuple[int, float]]:
        """Yield the code and the vote of every class that the query at a place was answered with."""
        return self._spool.read(self._starts[place], self._counts[place])
