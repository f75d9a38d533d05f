"""Which classes are relevant to which queries, as columns: a truth may hold a million queries."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress, count, islice, pairwise
from operator import eq, ne, sub

from scoring.kernel import KERNEL
from scoring.records import dataclass
from scoring.truth.checks import is_background
from scoring.truth.tables import Table


@dataclass(frozen=True, eq=False)
class Pairs:
    """All relevant (query, class) pairs in one row, query after query.

    The pairs of a query are its foreground classes, then its background classes.

    Attributes
    ----------
    starts
        Where the pairs of each query begin; the last number is that of all pairs.
    middles
        Where the background classes of each query begin.
    names
        The class of each pair.
    """

    starts: "array[int]"
    middles: "array[int]"
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def n_foreground(self) -> Sequence[int]:
        """Return how many foreground classes each query has."""
        return list(map(sub, self.middles, self.starts))

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """Yield where the pairs of each query begin, where their background begins, and where they end."""
        ends = islice(self.starts, 1, None)
        return zip(self.starts, self.middles, ends, strict=False)  # one start more than queries

    def of(self, places: Sequence[int]) -> "Pairs":
        """Return the pairs of some queries, by their places; one may come several times."""
        spans = [(self.starts[p], self.middles[p], self.starts[p + 1]) for p in places]
        starts = array("i", accumulate((end - start for start, _, end in spans), initial=0))
        return Pairs(
            starts,
            array("i", (at + b - a for at, (a, b, _) in zip(starts, spans, strict=False))),
            [name for start, _, end in spans for name in self.names[start:end]],
        )

    def canonical_lines(self, queries: Sequence[str]) -> list[str]:
        """Return the lines ``QueryId;ClassId;Background`` that say all of it, sorted."""
        names = self.names
        lines = [
            f"{query};{names[at]};{int(at >= middle)}"
            for query, (start, middle, end) in zip(queries, self.spans(), strict=True)
            for at in range(start, end)
        ]
        nothing = map(eq, self.starts, islice(self.starts, 1, None))
        lines += [f"{query};;0" for query in compress(queries, nothing)]
        return sorted(lines)  # by code point, which is the order of their UTF-8 bytes


@dataclass(frozen=True, eq=False)
class Ordered:
    """A truth by its queries, sorted.

    Attributes
    ----------
    queries
        Every query that it names.
    pairs
        Their relevant classes.
    rows
        Its rows, those of one query after the other's.
    """

    queries: tuple[str, ...]
    pairs: Pairs
    rows: "array[int]"

    def place_by_row(self) -> "array[int]":
        """Return the place of the query of each row, where each query has one row."""
        places = array("i", self.rows)
        for place, row in enumerate(self.rows):
            places[row] = place
        return places


def order_of(texts: list[str]) -> "array[int]":
    """Return the places of texts, sorted by code point; equal ones as they come."""
    if KERNEL is None:
        return array("i", sorted(range(len(texts)), key=texts.__getitem__))
    places = array("i", bytes(4 * len(texts)))
    KERNEL.order(texts, places)
    return places


def in_order(truth: Table) -> Ordered:
    """Return a truth by its queries.

    A line is a pair, but for a query that has none: its one line has no class.
    """
    columns, flags = truth.columns, is_background(truth)
    rows = order_of(columns["QueryId"]).tolist()
    queries = list(map(columns["QueryId"].__getitem__, rows))
    begins = _begins(queries)
    if len(begins) <= len(rows):  # fewer queries than rows, as there is one end more than queries
        _sort_within(begins, rows, columns["ClassId"], flags)
    names = list(map(columns["ClassId"].__getitem__, rows))
    starts = _counts_before(begins, map(bool, names)) if "" in names else begins
    middles = starts[1:]
    if any(flags):
        in_front = (name != "" and not flags[row] for name, row in zip(names, rows, strict=True))
        before = _counts_before(begins, in_front)
        middles = array(
            "i", (s + b - a for s, (a, b) in zip(starts, pairwise(before), strict=False))
        )
    return Ordered(
        tuple(map(queries.__getitem__, begins[:-1])),
        Pairs(starts, middles, list(filter(None, names))),
        array("i", rows),
    )


def _begins(queries: Sequence[str]) -> "array[int]":
    """Return where each query of a sorted column begins, and where the last one ends."""
    if len(set(queries)) == len(queries):
        return array("i", range(len(queries) + 1))
    differs = map(ne, queries, islice(queries, 1, None))
    return array("i", [0, *compress(count(1), differs), len(queries)])


def _sort_within(
    begins: Sequence[int], rows: list[int], names: Sequence[str], flags: Sequence[bool]
) -> None:
    """Sort the rows of each query: the foreground first, then by class."""
    for begin, end in pairwise(begins):
        if end - begin > 1:
            rows[begin:end] = sorted(rows[begin:end], key=lambda row: (flags[row], names[row]))


def _counts_before(places: Iterable[int], marks: Iterable[bool]) -> "array[int]":
    """Return how many marks stand before each of some places."""
    return array("i", map(list(accumulate(marks, initial=0)).__getitem__, places))
