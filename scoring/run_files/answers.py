"""Checked lines into answers: all predictions of a query together.

Lines of a query usually stand together. `Grouped` then holds one query at a time, so that its memory
does not grow with the file. `Scattered` holds a few bytes a line, for files that are shuffled. `Lone` is
for shapes of which each line is an answer.
"""

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from math import inf
from typing import NamedTuple, Protocol

from scoring.problems import Problems, Sentence, said, shown
from scoring.run_files.answer import Answer, ScatteredLines, duplicate, too_many


class Lines(NamedTuple):
    """Lines in columns, in the order of the file.

    A class is None on a line that has no right one: it counts as a line of its query, no more. A line
    with a list of classes stands here once for each of them.
    """

    numbers: Sequence[int]
    queries: Sequence[str]
    classes: Sequence[str | None]
    probabilities: Sequence[float] = ()
    ranks: Sequence[int] = ()


class Collector(Protocol):
    """What gathers lines into answers, and sees what is wrong with a query as a whole."""

    def add(self, lines: Lines) -> None:
        """Take lines of known queries, in the order of the file."""

    def finish(self) -> None:
        """Give away what is still held."""


class Grouped:
    """Gathers the answers of a file whose queries stand together, one at a time."""

    def __init__(
        self, take: Callable[[Answer], None], problems: Problems, most: int | None
    ) -> None:
        self._take = take
        self._problems = problems
        self._most = most
        self._answer = Answer("", 0)
        self._seen: set[str] = set()
        self._n_lines = 0
        self._begun: set[str] = set()

    def add(self, lines: Lines) -> None:
        """Take lines; a query that comes back raises ScatteredLines."""
        start = 0
        for query, same in groupby(lines.queries):
            end = start + len(list(same))
            if query != self._answer.query or not self._n_lines:
                self._begin(query, lines.numbers[start])
            self._extend(lines, start, end)
            start = end

    def finish(self) -> None:
        """Give away the last answer."""
        if self._n_lines:
            self._take(self._answer)

    def _begin(self, query: str, line: int) -> None:
        self.finish()
        if query in self._begun:
            raise ScatteredLines
        self._begun.add(query)
        self._answer, self._seen, self._n_lines = Answer(query, line), set(), 0

    def _extend(self, lines: Lines, start: int, end: int) -> None:
        query = self._answer.query
        if self._most is not None and self._n_lines + end - start > self._most:
            over = max(start, start + self._most - self._n_lines)
            self._problems.add_lines(
                "too_many", lines.numbers[over:end], lambda: too_many(query, self._most)
            )
        self._n_lines += end - start
        classes = lines.classes[start:end]
        fresh = set(classes)
        if len(fresh) == len(classes) and None not in fresh and fresh.isdisjoint(self._seen):
            self._seen |= fresh  # type: ignore[arg-type]  # None is not in it
            self._answer.classes += classes  # type: ignore[arg-type]  # nor here
            self._answer.probabilities += lines.probabilities[start:end]
            self._answer.ranks += lines.ranks[start:end]
        else:
            for place in range(start, end):
                self._append(lines, place)

    def _append(self, lines: Lines, place: int) -> None:
        name = lines.classes[place]
        if name is None:
            return
        if name in self._seen:
            message = partial(duplicate, self._answer.query, name)
            self._problems.add("duplicate", lines.numbers[place], message)
            return
        self._seen.add(name)
        self._answer.classes.append(name)
        self._answer.probabilities.append(lines.probabilities[place])
        self._answer.ranks += lines.ranks[place : place + 1]


class Scattered:
    """Gathers the answers of a file whose lines stand in any order, a few bytes for each."""

    def __init__(
        self, take: Callable[[Answer], None], problems: Problems, most: int | None
    ) -> None:
        self._take = take
        self._problems = problems
        self._most = most
        self._codes: dict[str, int] = {}
        self._buckets: dict[str, _Bucket] = {}

    def add(self, lines: Lines) -> None:
        """Take lines; their answers are given away at the end."""
        codes = self._codes
        most = inf if self._most is None else self._most
        ranks = lines.ranks or [0] * len(lines.queries)
        rows = zip(
            lines.numbers, lines.queries, lines.classes, lines.probabilities, ranks, strict=True
        )
        for line, query, name, probability, rank in rows:
            bucket = self._buckets.get(query)
            if bucket is None:
                bucket = self._buckets[query] = _Bucket(line)
            bucket.n_lines += 1
            if bucket.n_lines > most:
                self._problems.add_lines("too_many", [line], partial(too_many, query, self._most))
            if name is not None:
                bucket.append(codes.setdefault(name, len(codes)), probability, rank, line)
            if len(bucket.codes) > 2 * len(codes):  # many classes stand in it twice
                self._deduplicate(query, bucket)

    def finish(self) -> None:
        """Give away every answer, in the order of their first lines."""
        names = list(self._codes)
        for query, bucket in self._buckets.items():
            self._deduplicate(query, bucket)
            self._take(bucket.answer(query, names))

    def _deduplicate(self, query: str, bucket: "_Bucket") -> None:
        if len(set(bucket.codes)) == len(bucket.codes):
            return
        names = list(self._codes)
        for line, code in bucket.deduplicate():
            self._problems.add("duplicate", line, partial(duplicate, query, names[code]))


class Lone:
    """Gathers the answers of a file where a line is the whole answer of its query."""

    def __init__(
        self, take: Callable[[Answer], None], problems: Problems, most: int | None
    ) -> None:
        self._take = take
        self._problems = problems
        self._most = most
        self._line_of: dict[str, int] = {}

    def add(self, lines: Lines) -> None:
        """Take lines, and give their answers away."""
        start = 0
        for (number, query), same in groupby(zip(lines.numbers, lines.queries, strict=True)):
            end = start + len(list(same))
            if self._line_of.setdefault(query, number) == number:
                self._take(self._answer(number, query, lines.classes[start:end]))
            else:
                _say_second_line(self._problems, number, query, self._line_of[query])
            start = end

    def finish(self) -> None:
        """Do nothing: all is given away."""

    def _answer(self, line: int, query: str, classes: Sequence[str | None]) -> Answer:
        if self._most is not None and len(classes) > self._most:
            self._problems.add_lines("too_many", [line], partial(too_many, query, self._most))
        answer = Answer(query, line)
        seen: set[str | None] = {None}
        for name in classes:
            if name is not None and name in seen:
                self._problems.add("duplicate", line, partial(duplicate, query, name))
            elif name is not None:
                seen.add(name)
                answer.classes.append(name)
        return answer


class _Bucket:
    """The predictions of one query, in machine numbers."""

    __slots__ = ("codes", "first_line", "lines", "n_lines", "probabilities", "ranks")

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.n_lines = 0
        self.codes = array("I")
        self.probabilities = array("d")
        self.ranks = array("i")  # 0 where the file has none
        self.lines = array("Q")

    def append(self, code: int, probability: float, rank: int, line: int) -> None:
        self.codes.append(code)
        self.probabilities.append(probability)
        self.ranks.append(rank)
        self.lines.append(line)

    def deduplicate(self) -> list[tuple[int, int]]:
        """Keep the first prediction of each class; return line and code of the others."""
        seen: set[int] = set()
        kept: list[int] = []
        twice: list[int] = []
        for place, code in enumerate(self.codes):
            (twice if code in seen else kept).append(place)
            seen.add(code)
        removed = [(self.lines[place], self.codes[place]) for place in twice]
        for name in ("codes", "probabilities", "ranks", "lines"):
            column = getattr(self, name)
            setattr(self, name, array(column.typecode, [column[place] for place in kept]))
        return removed

    def answer(self, query: str, names: Sequence[str]) -> Answer:
        return Answer(
            query,
            self.first_line,
            [names[code] for code in self.codes],
            self.probabilities.tolist(),
            self.ranks.tolist() if any(self.ranks) else [],
        )


def _say_second_line(problems: Problems, line: int, query: str, first: int) -> None:
    def sentence() -> Sentence:
        return said(
            "the query %(query)s is on line %(line)s already; right is one line for it",
            query=shown(query),
            line=first,
        )

    problems.add("duplicate_query", line, sentence)
