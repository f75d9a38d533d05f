"""The types of what `_kernel.c` offers."""

from array import array
from collections.abc import Callable, Sequence
from typing import TypedDict, final

from numpy import float64, int32
from numpy.typing import NDArray

FoundProblem = tuple[str, int, list[int], bytes, int, int]
"""Kind, how many, the first ten lines, the first of them as it stands, its query, its class."""

class Figures(TypedDict):
    """What was counted."""

    next_line: int
    n_blank: int
    n_lines: int
    n_predictions: int
    answered: bytes
    width: int
    width_line: int
    n_answers: int
    most: int
    lowest: float
    highest: float
    n_contradicting: int
    contradicting: list[int]
    first_contradiction: int

@final
class Ids:
    """Texts with numbers, in the order of a list."""

    def __new__(cls, ids: list[str], secret: bytes) -> Ids: ...
    def __len__(self) -> int: ...
    def __getitem__(self, code: int) -> str: ...
    def find(self, names: list[str], codes: array[int]) -> int:
        """Write the number of each id into an array, -1 where it has none; return how many have one.

        Neither this nor an id by its number is to be had while a reading adds to them.
        """
    def add(self, name: str) -> int:
        """Return the number of an id, a new one where it has none."""

@final
class Reading:
    """One file, read once."""

    def __new__(
        cls,
        queries: Ids,
        classes: Ids,
        separator: str,
        first_line: int,
        n_query: int,
        width: int,
        widths: tuple[int, int],
        limit: int,
        takes_any: bool,
        takes_unknown: bool,
        any_score: bool,
        is_scattered: bool,
    ) -> Reading: ...
    def feed(self, data: bytes) -> int | None:
        """Read the next whole lines; return how many problems there are, None when lines are scattered."""
    def finish(self) -> None:
        """Take the answers that are still held."""
    def judge(
        self,
        places: array[int],
        starts: array[int],
        n_foreground: array[int],
        pairs: array[int],
        n_predictions: array[int],
        first_classes: array[int],
        positions: array[int],
        probabilities: array[float] | None,
        swapped: array[int] | None,
        chance_positions: array[int] | None,
        chance_probabilities: array[float] | None,
        groups: Sequence[tuple[array[int], array[int]]],
    ) -> None:
        """Note positions in these arrays."""
    def count(
        self,
        columns: array[int],
        starts: array[int],
        steps: array[float],
        parts: list[tuple[bytes, array[int]]],
    ) -> None:
        """Count lines between the steps of their class."""
    def give(
        self, take: Callable[[int, int, list[str], list[float], list[int]], None], names: list[str]
    ) -> None:
        """Give every answer to a function."""
    def problems(self) -> list[FoundProblem]:
        """Return what is wrong, a kind each."""
    def figures(self) -> Figures:
        """Return what was counted."""

def cut(text: str, start: int, separator: str, alike: list[list[str]]) -> list[list[str]] | None:
    """Return the columns of lines from a byte on, None where they must be cut with care.

    The last lists hold, for each column, the texts that it is likely to have, row by row; where it has
    them they are in both.
    """

def order(texts: list[str], places: array[int]) -> bool:
    """Write the places of texts into an array, in the order of their UTF-8 bytes.

    Returns whether all texts differ.
    """

def take(texts: list[str], places: array[int]) -> tuple[str, ...]:
    """Return the texts in these places."""

def pairs(
    queries: list[str],
    names: list[str],
    flags: list[str] | None,
    all_differ: bool,
    rows: array[int],
    starts: array[int],
    middles: array[int],
    n_foreground: array[int],
    places: array[int],
) -> tuple[list[str], list[str], bool]:
    """Sort the rows of a ground truth, which come sorted by query, by foreground and class too.

    Where all queries differ they are not compared. Returns the queries, the class of each pair, and
    whether a line may contradict another one. The rows are only read; the arrays after them, longer
    by one than there are rows, are filled from their beginning, and what is left of them means nothing.
    """

def count_draws(
    words: array[int], codes: NDArray[int32], n_codes: int, counts: NDArray[float64]
) -> None:
    """Count what PCG64 draws, in rows of as many draws as there are codes.

    The words of 64 bits are its state and its step, two each, and how many of the halves of what
    follows the state are used up; they are moved on.
    """
