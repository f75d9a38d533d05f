"""A run class by class, and what it took for what: as kept answers say it, searched and sorted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class ClassName:
    """A class, with what classes.csv says it is called; the texts may be empty."""

    id: str
    species: str = ""
    family: str = ""

    def matches(self, text: str) -> bool:
        return any(text in own.casefold() for own in (self.id, self.species, self.family))

    @property
    def key(self) -> str:
        return (self.species or self.id).casefold()


@dataclass(frozen=True)
class ClassRow:
    """What a run made of one class; `instead` is what it was most often taken for."""

    name: ClassName
    n: int
    train_images: int | None
    figures: list[float | None]
    instead: ClassName | None
    n_instead: int


@dataclass(frozen=True)
class ConfusionRow:
    """In `n` of the `of` queries of a class, another stood first instead."""

    right: ClassName
    instead: ClassName
    n: int
    of: int

    @property
    def share(self) -> float:
        return self.n / self.of


@dataclass(frozen=True)
class ClassTable:
    """Every class of the test; `figures` are the names of those of each row."""

    figures: list[str]
    rows: list[ClassRow]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return what a kept answer says."""
        named = _names(data)
        rows = [
            ClassRow(named(name), n, images, figures, named(other) if other else None, n_other)
            for name, n, images, figures, other, n_other in data["rows"]
        ]
        return cls(data["figures"], rows)

    @property
    def columns(self) -> list[str]:
        """Return what the rows can be sorted by."""
        return ["class", "n", "train_images", *self.figures, "instead"]

    def listed(self, *, search: str = "", sort: str = "") -> list[ClassRow]:
        """Return the rows with a text in their names, sorted by a column; `-` turns the order."""
        text = search.casefold().strip()
        rows = [row for row in self.rows if row.name.matches(text)]
        return _sorted(rows, self.known(sort), self._keys())

    def known(self, sort: str) -> str:
        """Return a sort by one of the columns; the number of queries instead of any other."""
        return sort if sort.removeprefix("-") in self.columns else "n"

    def _keys(self) -> dict[str, Callable[[ClassRow], Any]]:
        """Return what each column sorts by; None stands last either way."""
        keys: dict[str, Callable[[ClassRow], Any]] = {
            "class": lambda row: row.name.key,
            "n": lambda row: row.n,
            "train_images": lambda row: row.train_images,
            "instead": lambda row: row.n_instead,
        }
        figures = {name: _figure(place) for place, name in enumerate(self.figures)}
        return keys | figures


@dataclass(frozen=True)
class ConfusionTable:
    """What was taken for what, the most frequent first."""

    rows: list[ConfusionRow]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return what a kept answer says."""
        named = _names(data)
        return cls(
            [
                ConfusionRow(named(right), named(instead), n, of)
                for right, instead, n, of in data["rows"]
            ]
        )

    def listed(self, *, search: str = "") -> list[ConfusionRow]:
        """Return the rows with a text in the names of either class."""
        text = search.casefold().strip()
        return [row for row in self.rows if row.right.matches(text) or row.instead.matches(text)]


def _figure(place: int) -> Callable[[ClassRow], Any]:
    return lambda row: row.figures[place]


def _names(data: Mapping[str, Any]) -> Callable[[str], ClassName]:
    names: Mapping[str, Sequence[str]] = data["names"]
    return lambda name: ClassName(name, *names.get(name, ()))


def _sorted(
    rows: list[ClassRow], sort: str, keys: Mapping[str, Callable[[ClassRow], Any]]
) -> list[ClassRow]:
    column = sort.removeprefix("-")
    key = keys[column]
    rows = sorted(rows, key=lambda row: row.name.key)
    known = [row for row in rows if key(row) is not None]
    falls = (column != "class") != sort.startswith("-")
    return sorted(known, key=key, reverse=falls) + [row for row in rows if key(row) is None]
