"""The csv tables of a task: classes, queries, media, ground truth."""

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.dialect import BadQuotes, split_columns, split_fields
from scoring.kernel import KERNEL
from scoring.nearest import did_you_mean
from scoring.problems import shown
from scoring.records import dataclass

if TYPE_CHECKING:
    from scoring._kernel import Ids

SEPARATOR = ";"
_SHOWN_PROBLEMS = 100  # of one file: a wrong column can make one a line


@dataclass(frozen=True)
class TableProblem:
    """One thing to put right in a table.

    Attributes
    ----------
    file
        Name of the file.
    line
        Its line, the first is 1; None where the whole file is meant.
    message
        What was read and what would be right.
    """

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class InvalidTable(ValueError):
    """Tables that cannot be used; carries every problem, not only the first.

    Attributes
    ----------
    problems
        All of them, in the order of files and lines; of a file the first hundred.
    """

    def __init__(self, problems: Iterable[TableProblem]) -> None:
        ordered = sorted(problems, key=lambda p: (p.file, p.line or 0, p.message))
        by_file = groupby(ordered, key=lambda p: p.file)
        self.problems = [p for file, those in by_file for p in _first(file, list(those))]
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _first(file: str, problems: list[TableProblem]) -> list[TableProblem]:
    more = len(problems) - _SHOWN_PROBLEMS
    if more <= 0:
        return problems
    return [*problems[:_SHOWN_PROBLEMS], TableProblem(file, None, f"and {more:,} more problems")]


@dataclass(frozen=True)
class Order:
    """The order of texts.

    Attributes
    ----------
    places
        Where each of them stands, sorted by code point; equal ones as they come.
    all_differ
        Whether no two are equal.
    """

    places: "array[int]"
    all_differ: bool


def order_of(texts: list[str]) -> Order:
    """Return the order of texts."""
    if KERNEL is None:
        places = array("i", sorted(range(len(texts)), key=texts.__getitem__))
        return Order(places, len(set(texts)) == len(texts))
    places = array("i", bytes(4 * len(texts)))
    return Order(places, KERNEL.order(texts, places))


@dataclass(frozen=True)
class Table:
    """A table read: texts by column, in the order of the file.

    Row ``i`` stands on line ``i + 2`` of its file.

    Attributes
    ----------
    name
        Of the file, e.g. ``classes.csv``.
    columns
        Column name to one text a row.
    """

    name: str
    columns: Mapping[str, list[str]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def values(self, column: str) -> frozenset[str]:
        """Return the different values of a column."""
        return frozenset(self.columns[column])

    def order(self, column: str) -> Order:
        """Return the order of the values of a column."""
        if column not in self._orders:
            self._orders[column] = order_of(self.columns[column])
        return self._orders[column]

    def sorted(self, column: str) -> tuple[str, ...]:
        """Return the values of a column, sorted by code point."""
        values, places = self.columns[column], self.order(column).places
        if KERNEL is None:
            return tuple(map(values.__getitem__, places))
        taken: tuple[str, ...] = KERNEL.take(values, places)
        return taken

    def is_key(self, column: str) -> bool:
        """Tell whether the values of a column are there and different from each other."""
        order = self.order(column)
        return order.all_differ and self.columns[column][order.places[0]] != ""

    def ids(self, column: str) -> "Ids":
        """Return the values of a key as the kernel looks them up, numbered as they are sorted."""
        if column not in self._ids:
            self._ids[column] = ids_of(list(self.sorted(column)))
        return self._ids[column]

    def n_known(self, column: str, values: list[str]) -> int:
        """Return how many of some values stand in a column that is a key."""
        if KERNEL is None:
            return sum(map(frozenset(self.columns[column]).__contains__, values))
        return self.ids(column).find(values, array("i", bytes(4 * len(values))))

    @cached_property
    def _ids(self) -> dict[str, "Ids"]:
        return {}

    @cached_property
    def _orders(self) -> dict[str, Order]:
        return {}

    def problem(self, row: int, message: str) -> TableProblem:
        """Return a problem of one row."""
        return TableProblem(self.name, row + 2, message)


def ids_of(texts: list[str]) -> "Ids":
    """Return texts, each another one, as the kernel looks them up: nobody can tell how they are hashed."""
    assert KERNEL is not None  # or nobody would ask
    ids: Ids = KERNEL.Ids(texts, os.urandom(16))
    return ids


def places_among(known: list[str], values: list[str]) -> "array[int]":
    """Return which of some known texts, each another one, each value is; -1 for none."""
    if KERNEL is None:
        place_of = {text: place for place, text in enumerate(known)}
        return array("i", map(place_of.get, values, repeat(-1)))
    places = array("i", bytes(4 * len(values)))
    ids_of(known).find(values, places)
    return places


def read_table(
    path: Path, *, key: str | None, needed: Sequence[str], like: Table | None = None
) -> Table:
    """Read one table: UTF-8, a header, columns separated by ``;``.

    Parameters
    ----------
    path
        The file.
    key
        The column whose values must be there and different from each other.
    needed
        The columns it must have.
    like
        A table whose columns may well be the same, row by row: texts that are have one place in
        memory.

    Raises
    ------
    InvalidTable
        With every problem of the file.
    """
    reader = _Reader(path.name, like)
    table = reader.read(path)
    if table is not None:
        reader.problems += _missing_columns(table, needed)
    if table is not None and key is not None and key in table.columns:
        reader.problems += _key_problems(table, key)
    if reader.problems or table is None:
        raise InvalidTable(reader.problems)
    return table


class _Reader:
    def __init__(self, name: str, like: Table | None) -> None:
        self.name = name
        self._like = like.columns if like else {}
        self.problems: list[TableProblem] = []

    def read(self, path: Path) -> Table | None:
        text = self._text(path)
        if text is None:
            return None
        first = text[: text.find("\n")] if "\n" in text else text
        header = self._header(first.removesuffix("\r"))
        if header is None:
            return None
        start = len(first) + 1
        columns = None if self.problems else self._columns_at_once(text, start, header)
        if columns is None:
            columns = self._careful_columns(text[start:], len(header))
        return None if self.problems else Table(self.name, dict(zip(header, columns, strict=True)))

    def _add(self, line: int | None, message: str) -> None:
        self.problems.append(TableProblem(self.name, line, message))

    def _text(self, path: Path) -> str | None:
        try:
            content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        except (FileNotFoundError, IsADirectoryError):
            self._add(None, "there is no such file")
            return None
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            self._add(content[: error.start].count(b"\n") + 1, "not UTF-8: save it as UTF-8")
            return None
        if not text or text.isspace():
            self._add(None, "is empty: it needs a header and lines")
            return None
        return text

    def _header(self, line: str) -> list[str] | None:
        header = self._split(1, line)
        if header is None:
            return None
        if len(header) == 1 and any(mark in line for mark in ",\t"):
            self._add(1, f"no '{SEPARATOR}' in the header: columns are separated by '{SEPARATOR}'")
        for place, name in enumerate(header):
            if not name.strip():
                self._add(1, f"column {place + 1} has no name")
            elif name != name.strip():
                self._add(1, f"the column {shown(name)} has blanks around its name")
            elif name in header[:place]:
                self._add(1, f"the column {shown(name)} stands here twice")
        return header

    def _columns_at_once(self, text: str, start: int, header: list[str]) -> list[list[str]] | None:
        columns: list[list[str]] | None = None
        if KERNEL is not None and start < len(text):
            alike = [self._like.get(name, []) for name in header]
            columns = KERNEL.cut(text, len(text[:start].encode()), SEPARATOR, alike)
        return columns or _plain_columns(text[start:], len(header))

    def _careful_columns(self, text: str, width: int) -> list[list[str]]:
        """Return the columns of lines that are judged one by one: this is the rule."""
        lines = [line.removesuffix("\r") for line in text.split("\n")]
        while lines and not lines[-1].strip():
            lines.pop()
        rows = [row for row in self._rows(lines, width) if row is not None]
        if not self.problems and not rows:
            self._add(None, "holds no line below its header")
        return list(map(list, zip(*rows, strict=True)))

    def _rows(self, lines: Sequence[str], width: int) -> Iterator[list[str] | None]:
        for number, line in enumerate(lines, start=2):
            if not line.strip():
                self._add(number, "a blank line: take it out")
                continue
            row = self._split(number, line)
            if row is not None and len(row) != width:
                counted = f"{len(row)} column" + "s" * (len(row) != 1)
                self._add(number, f"{counted}, where the header has {width}")
                row = None
            yield row

    def _split(self, number: int, line: str) -> list[str] | None:
        try:
            return split_fields(line, SEPARATOR)
        except BadQuotes as error:
            self._add(number, str(error))
            return None


def _plain_columns(text: str, width: int) -> list[list[str]] | None:
    """Return the columns of lines cut all at once, None where each must be judged by itself."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").removesuffix("\r")
    columns = split_columns(text.rstrip("\n"), SEPARATOR, width)
    if columns is None or (width == 1 and not all(map(str.strip, columns[0]))):
        return None  # in one column a blank line is no shorter than others
    return columns


def _missing_columns(table: Table, needed: Sequence[str]) -> Iterator[TableProblem]:
    for name in needed:
        if name not in table.columns:
            hint = did_you_mean(name, table.columns) or f": there are {', '.join(table.columns)}"
            yield TableProblem(table.name, 1, f"has no column '{name}'{hint}")


def _key_problems(table: Table, key: str) -> Iterator[TableProblem]:
    if table.is_key(key):
        return
    first: dict[str, int] = {}
    for row, value in enumerate(table.columns[key]):
        if not value:
            yield table.problem(row, f"{key} is empty")
        elif value in first:
            yield table.problem(row, f"{key} {shown(value)} is on line {first[value] + 2} already")
        else:
            first[value] = row
