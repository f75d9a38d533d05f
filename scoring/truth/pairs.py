"""Which classes are relevant to which queries, as columns: a truth may hold a million queries."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress, count, islice, pairwise
from operator import eq, ne, sub

from scoring.kernel import KERNEL
from scoring.records import dataclass
from scoring.truth.tables import Order, Table


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
    n_foreground
        How many foreground classes each query has.
    names
        The class of each pair.
    """

    starts: "array[int]"
    middles: "array[int]"
    n_foreground: "array[int]"
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.names)

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
            array("i", map(self.n_foreground.__getitem__, places)),
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
    places
        The place of the query of each row of the table.
    may_contradict
        Whether lines have to be compared one by one: not where each says another pair.
    """

    queries: tuple[str, ...]
    pairs: Pairs
    places: "array[int]"
    may_contradict: bool


def is_background(truth: Table) -> list[bool]:
    """Return whether the class of each line is in the background."""
    flags = truth.columns.get("Background")
    return [False] * len(truth) if flags is None else [flag == "1" for flag in flags]


def in_order(truth: Table, order: Order) -> Ordered:
    """Return a truth by its queries, whose order is known.

    A line is a pair, but for a query that has none: its one line has no class.
    """
    if KERNEL is None:
        return _slowly_in_order(truth, order)
    columns, room = truth.columns, bytes(4 * len(truth) + 4)
    starts, middles, n_foreground, places = (array("i", room) for _ in range(4))
    queries, names, may_contradict = KERNEL.pairs(
        columns["QueryId"],
        columns["ClassId"],
        columns.get("Background"),
        order.all_differ,
        order.places,
        starts,
        middles,
        n_foreground,
        places,
    )
    del (
        starts[len(queries) + 1 :],
        middles[len(queries) :],
        n_foreground[len(queries) :],
        places[-1:],
    )
    pairs = Pairs(starts, middles, n_foreground, names)
    return Ordered(tuple(queries), pairs, places, may_contradict)


def _slowly_in_order(truth: Table, order: Order) -> Ordered:
    columns, flags = truth.columns, is_background(truth)
    rows = order.places.tolist()
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
        Pairs(starts, middles, array("i", map(sub, middles, starts)), list(filter(None, names))),
        _place_by_row(begins, rows),
        (True in flags and "" in names) or (not order.all_differ and _may_repeat(queries, names)),
    )


def _may_repeat(queries: Sequence[str], names: Sequence[str]) -> bool:
    return "" in names or len(set(zip(queries, names, strict=True))) < len(names)


def _begins(queries: Sequence[str]) -> "array[int]":
    """Return where each query of a sorted column begins, and where the last one ends."""
    if len(set(queries)) == len(queries):
        return array("i", range(len(queries) + 1))
    differs = map(ne, queries, islice(queries, 1, None))
    return array("i", [0, *compress(count(1), differs), len(queries)])


def _place_by_row(begins: Sequence[int], rows: Sequence[int]) -> "array[int]":
    places = array("i", rows)
    for place, (begin, end) in enumerate(pairwise(begins)):
        for row in rows[begin:end]:
            places[row] = place
    return places


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
