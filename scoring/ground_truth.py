"""What a run answers and what is right: queries, media, classes, relevant classes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import ClassVar

from scoring.nearest import did_you_mean
from scoring.problems import shown
from scoring.run_rules import Kind
from scoring.tables import InvalidTable, Table, TableProblem, read_table

_GROUPS = ("Genus", "Family")
_ATTRIBUTES = ("poisonous", "venomous")
_FLAGS = {"1": True, "0": False, "": False}
_KEYS = frozenset({"QueryId", "ClassId", "MediaId"})
_HINTS = 3  # suggestions look at every id: the first ones are enough


@dataclass(frozen=True, eq=False)
class TestSet:
    """What is public of a test: which classes and queries there are, and their images.

    Attributes
    ----------
    classes
        ``classes.csv``: what a run may name.
    queries
        ``queries.csv``: what a run answers.
    media
        ``media.csv``, the images of the queries; None where the task has none.
    """

    __test__: ClassVar[bool] = False  # no test of pytest's, whatever its name

    classes: Table
    queries: Table
    media: Table | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables there are."""
        return tuple(t for t in (self.classes, self.queries, self.media) if t is not None)

    def answerable(self, kind: Kind) -> list[str]:
        """Return the ids that a run of a kind answers: queries, or images for an image run."""
        if kind == "run":
            return self.queries.columns["QueryId"]
        if self.media is None:
            raise ValueError("an image run needs media.csv, and this test set has none")
        return self.media.columns["MediaId"]

    @cached_property
    def query_of_media(self) -> Mapping[str, str]:
        """Return the query of each image."""
        if self.media is None:
            return {}
        columns = self.media.columns
        return dict(zip(columns["MediaId"], columns["QueryId"], strict=True))


@dataclass(frozen=True)
class Relevant:
    """The relevant classes of one query, each part sorted by id."""

    foreground: tuple[str, ...] = ()
    background: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Judged:
    """What a run of one kind is judged by: its queries in canonical order, with their classes.

    Attributes
    ----------
    kind
        ``run`` or ``image_run``.
    queries
        Every query that the truth names (every image of one, for an image run), sorted.
    relevant
        The relevant classes of each of them.
    owners
        The query of queries.csv to which each of them belongs: itself, but for images.
    classes
        Every class a run may name, sorted.
    groups
        The genus, and the family, of each class, where classes.csv has these columns.
    """

    kind: Kind
    queries: tuple[str, ...]
    relevant: tuple[Relevant, ...]
    owners: tuple[str, ...]
    classes: tuple[str, ...]
    groups: Mapping[str, Mapping[str, str]]

    @cached_property
    def digest(self) -> str:
        """Return a SHA-256 that two of them share only if a trace fits both."""
        pairs = zip(self.queries, self.relevant, strict=True)
        lines = [self.kind, *_canonical_lines(pairs), *self.classes]
        for column, group in self.groups.items():
            lines += [column, *map(group.__getitem__, self.classes)]
        return sha256("\n".join(lines).encode()).hexdigest()

    @cached_property
    def pair_starts(self) -> tuple[int, ...]:
        """Return where the pairs of each query begin when all pairs stand in one row.

        The pairs of a query are its foreground classes, then its background classes; the last
        number is that of all pairs.
        """
        starts = [0]
        for relevant in self.relevant:
            starts.append(starts[-1] + len(relevant.foreground) + len(relevant.background))
        return tuple(starts)


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """A test set with its hidden side.

    Attributes
    ----------
    test_set
        The public side.
    table
        ``ground_truth.csv``: a line for each relevant class of a query; hidden metadata beside.
    relevant
        The relevant classes of every query that the truth names, sorted by query.
    """

    test_set: TestSet
    table: Table
    relevant: Mapping[str, Relevant]

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the canonical form.

        That form is the lines ``QueryId;ClassId;Background`` sorted by their bytes, each ended by
        a line feed. It also seeds every interval, so it must never depend on anything else.
        """
        lines = _canonical_lines(self.relevant.items())
        return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()

    @cached_property
    def first_class(self) -> Mapping[str, str]:
        """Return the first foreground class in the file of each query that has one."""
        columns = self.table.columns
        first: dict[str, str] = {}
        for query, name in zip(columns["QueryId"], columns["ClassId"], strict=True):
            if query not in first and name in self.relevant[query].foreground:
                first[query] = name
        return first

    def judged(self, kind: Kind) -> Judged:
        """Return what runs of a kind are judged by; an image is asked what its query is asked."""
        return self._judged_images if kind == "image_run" else self._judged_queries

    @cached_property
    def _judged_queries(self) -> Judged:
        return self._judge("run", {query: query for query in self.relevant})

    @cached_property
    def _judged_images(self) -> Judged:
        owners = self.test_set.query_of_media
        return self._judge(
            "image_run",
            {image: owners[image] for image in sorted(owners) if owners[image] in self.relevant},
        )

    def _judge(self, kind: Kind, owners: Mapping[str, str]) -> Judged:
        columns = self.test_set.classes.columns
        return Judged(
            kind=kind,
            queries=tuple(owners),
            relevant=tuple(self.relevant[owner] for owner in owners.values()),
            owners=tuple(owners.values()),
            classes=tuple(sorted(columns["ClassId"])),
            groups={
                name: dict(zip(columns["ClassId"], columns[name], strict=True))
                for name in _GROUPS
                if name in columns
            },
        )


def read_test_set(folder: Path) -> TestSet:
    """Read ``classes.csv``, ``queries.csv`` and, where it is there, ``media.csv``.

    Raises
    ------
    InvalidTable
        With every problem of every table.
    """
    return _Reader(folder).test_set()


def read_ground_truth(path: Path) -> GroundTruth:
    """Read a test set and its ground truth.

    Parameters
    ----------
    path
        The folder with ``ground_truth.csv`` and the tables of the test set, or the file itself,
        whatever its name, with the other tables beside it.

    Raises
    ------
    InvalidTable
        With every problem of every table.

    Examples
    --------
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> len(truth.test_set.queries), truth.relevant["1000"].foreground
    (400, ('c27',))
    """
    folder, name = (path.parent, path.name) if path.is_file() else (path, "ground_truth.csv")
    reader = _Reader(folder)
    table = reader.read(name, key=None, needed=("QueryId", "ClassId"))
    test_set = reader.test_set(table)
    assert table is not None  # `test_set` raised otherwise
    return GroundTruth(test_set, table, _relevant(table))


class _Reader:
    """Reads the tables of a folder, and judges them together once each is right by itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[TableProblem] = []

    def read(self, name: str, *, key: str | None, needed: Sequence[str]) -> Table | None:
        try:
            return read_table(self.folder / name, key=key, needed=needed)
        except InvalidTable as error:
            self.problems += error.problems
            return None

    def test_set(self, truth: Table | None = None) -> TestSet:
        classes = self.read("classes.csv", key="ClassId", needed=["ClassId"])
        queries = self.read("queries.csv", key="QueryId", needed=["QueryId"])
        media = None
        if (self.folder / "media.csv").exists():
            media = self.read("media.csv", key="MediaId", needed=["MediaId", "QueryId"])
        if self.problems or classes is None or queries is None:
            raise InvalidTable(self.problems)
        test_set = TestSet(classes, queries, media)
        problems = list(_problems_between(test_set, truth))
        if problems:
            raise InvalidTable(problems)
        return test_set


def _problems_between(test_set: TestSet, truth: Table | None) -> Iterator[TableProblem]:
    tables = (*test_set.tables, truth) if truth else test_set.tables
    for one, other in combinations(tables, 2):
        yield from _clashes(one, other)
    for name in _ATTRIBUTES:
        yield from _flag_problems(test_set.classes, name)
    if test_set.media:
        yield from _unknown(test_set.media, "QueryId", test_set.queries)
    if truth:
        yield from _unknown(truth, "QueryId", test_set.queries)
        yield from _unknown(truth, "ClassId", test_set.classes)
        yield from _flag_problems(truth, "Background")
        yield from _contradictions(truth)


def _clashes(one: Table, other: Table) -> Iterator[TableProblem]:
    if {one.name, other.name} == {"queries.csv", "media.csv"}:
        return
    for name in one.columns:
        if name in other.columns and name not in _KEYS:
            yield TableProblem(
                other.name,
                1,
                f"the column {shown(name)} is in {one.name} too: a subset would not know which "
                f"is meant, give one of them another name",
            )


def _flag_problems(table: Table, name: str) -> Iterator[TableProblem]:
    for row, value in enumerate(table.columns.get(name, ())):
        if value not in _FLAGS:
            yield table.problem(row, f"{name} is {shown(value)}; right is 1, 0 or nothing")


def _unknown(table: Table, column: str, home: Table) -> Iterator[TableProblem]:
    known = frozenset(home.columns[column])
    empty_is_right = column == "ClassId"  # a query without a relevant class
    found = 0
    for row, value in enumerate(table.columns[column]):
        if value in known or (empty_is_right and not value):
            continue
        hint = did_you_mean(value, home.columns[column]) if found < _HINTS else ""
        found += 1
        yield table.problem(row, f"{column} {shown(value)} is not in {home.name}{hint}")


def _contradictions(truth: Table) -> Iterator[TableProblem]:
    """Yield lines that say twice, or both ways, which classes a query has."""
    first: dict[tuple[str, str], int] = {}
    some: dict[str, int] = {}
    for row, (query, name, background) in enumerate(_rows(truth)):
        if background and not name:
            yield truth.problem(row, "Background without a ClassId; leave one out, or give both")
        if (query, name) in first:
            line = first[query, name] + 2
            yield truth.problem(row, f"{shown(query)} with {shown(name)} is on line {line} already")
        first.setdefault((query, name), row)
        if name:
            some.setdefault(query, row)
    for (query, name), row in first.items():
        if not name and query in some:
            line = some[query] + 2
            yield truth.problem(
                row, f"{shown(query)} has no class here, and one on line {line}: take one line out"
            )


def _rows(truth: Table) -> Iterable[tuple[str, str, bool]]:
    columns = truth.columns
    flags = columns.get("Background", [""] * len(truth))
    for query, name, flag in zip(columns["QueryId"], columns["ClassId"], flags, strict=True):
        yield query, name, _FLAGS.get(flag, False)


def _relevant(truth: Table) -> dict[str, Relevant]:
    parts: dict[str, tuple[list[str], list[str]]] = {}
    for query, name, background in _rows(truth):
        lists = parts.setdefault(query, ([], []))
        if name:
            lists[background].append(name)
    return {
        query: Relevant(tuple(sorted(foreground)), tuple(sorted(background)))
        for query, (foreground, background) in sorted(parts.items())
    }


def _canonical_lines(relevant: Iterable[tuple[str, Relevant]]) -> list[str]:
    lines = []
    for query, classes in relevant:
        lines += [f"{query};{name};0" for name in classes.foreground]
        lines += [f"{query};{name};1" for name in classes.background]
        if classes == Relevant():
            lines.append(f"{query};;0")
    return sorted(lines)  # by code point, which is the order of their UTF-8 bytes
