"""How files of printed figures are read: each line judged, and turned into the rows that it stands for."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

_SOURCES = "sources.csv"
_SOURCE_COLUMNS = ("file", "year", "task", "source")

Read = dict[str, Any]  # a line, its cells read by the columns of its file


@dataclass(frozen=True)
class Fact:
    """A row to be: what names it, and what it says."""

    model: type[models.Model]
    key: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """How the cells of a column are read, and in words what is right."""

    read: Callable[[str], Any]
    right: Promise
    optional: bool = False

    @property
    def in_words(self) -> str:
        """Return what is right."""
        if self.optional:
            return _("%(right)s, or nothing") % {"right": self.right}
        return str(self.right)

    def value(self, text: str) -> Any:
        """Return what a cell says; None of an empty one.

        Raises
        ------
        ValueError
            It says nothing that this column may say.
        """
        if text or not self.optional:
            return self.read(text)
        return None


@dataclass(frozen=True)
class File:
    """A file of history: its columns in their order, and the rows that a line becomes.

    `agrees` says what is wrong with a line whose cells are right one by one.
    """

    name: str
    columns: Mapping[str, Column]
    facts: Callable[[Read, int], Iterable[Fact]]
    agrees: Callable[[Read], str] = lambda _line: ""


@dataclass
class History:
    """What the files say, or all that is wrong with them."""

    facts: list[Fact] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_files(folder: Path, files: Iterable[File]) -> History:
    """Read files of a folder; a line that is wrong is said, never left out in silence."""
    history = History()
    sources = _read_sources(folder, history.problems)
    for file in files:
        _read_file(folder, file, sources, history)
    return history


def _read_file(folder: Path, file: File, sources: "_Sources", history: History) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for number, cells in _lines(folder / file.name, tuple(file.columns), history.problems):
        line = dict(_cells(file, number, cells, history.problems))
        if len(line) < len(file.columns):
            continue
        source = sources.get(file.name, line)
        wrong = file.agrees(line) or (
            "" if source else _("no line of sources.csv names its source")
        )
        if wrong:
            history.problems.append(_said(file.name, number, wrong))
            continue
        for fact in file.facts(line, number):
            key = (fact.model, *fact.key.values())
            if first.setdefault(key, number) != number:
                again = _("it says again what line %(n)s says") % {"n": first[key]}
                history.problems.append(_said(file.name, number, again))
            history.facts.append(Fact(fact.model, fact.key, {**fact.values, "source": source}))


def _lines(
    path: Path, columns: tuple[str, ...], problems: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a file with their numbers, once its head is as it should be."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        problems.append(f"{path.name}: {_('it cannot be read')} ({problem.__class__.__name__})")
        return
    reader = csv.reader(text.splitlines(keepends=True))
    head = tuple(next(reader, []))
    if head != columns:
        right = _("the columns are %(found)s; right are %(right)s")
        found = {"found": ",".join(head), "right": ",".join(columns)}
        problems.append(_said(path.name, 1, right % found))
        return
    for cells in reader:
        if len(cells) == len(columns):
            yield reader.line_num, cells
        else:
            right = _("it has %(n)s cells; right are %(right)s")
            numbers = {"n": len(cells), "right": len(columns)}
            problems.append(_said(path.name, reader.line_num, right % numbers))


def _cells(
    file: File, number: int, cells: list[str], problems: list[str]
) -> Iterator[tuple[str, Any]]:
    """Yield the cells that can be read; what cannot is a problem each."""
    for (name, column), text in zip(file.columns.items(), cells, strict=True):
        try:
            yield name, column.value(text.strip())
        except ValueError:
            right = _("'%(column)s' is '%(text)s'; right is %(right)s")
            found = {"column": name, "text": text, "right": column.in_words}
            problems.append(_said(file.name, number, right % found))


def _said(name: str, number: int, wrong: str) -> str:
    return _("%(file)s, line %(line)s: %(wrong)s.") % {"file": name, "line": number, "wrong": wrong}


class _Sources:
    """Where each file, or each edition in it, was printed."""

    def __init__(self) -> None:
        self._by_place: dict[tuple[str, str, str], str] = {}

    def add(self, file: str, year: str, task: str, source: str) -> None:
        self._by_place[file, year, task] = source

    def get(self, file: str, line: Read) -> str:
        """Return the source of a line, of its edition before that of its whole file."""
        year = str(line.get("campaign", line.get("year", "")))
        of_edition = self._by_place.get((file, year, line.get("task", "")), "")
        return of_edition or self._by_place.get((file, "", ""), "")


def _read_sources(folder: Path, problems: list[str]) -> _Sources:
    sources = _Sources()
    for _number_of_line, cells in _lines(folder / _SOURCES, _SOURCE_COLUMNS, problems):
        file, year, task, source = (cell.strip() for cell in cells)
        sources.add(file, year, task, source)
    return sources
