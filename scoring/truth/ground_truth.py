"""What a run answers and what is right: queries, media, classes, relevant classes."""

import sys
from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import compress, islice
from operator import ne
from pathlib import Path

from scoring.records import dataclass
from scoring.run_rules import UNKNOWN_CLASS, Kind, RunRules
from scoring.truth.checks import public_problems, truth_problems, truth_rows
from scoring.truth.pairs import Ordered, Pairs, in_order
from scoring.truth.tables import InvalidTable, Table, TableProblem, places_among, read_table

LEVELS = ("Genus", "Family")
"""Columns of classes.csv that put classes together, from the fine to the coarse."""


@dataclass(frozen=True, eq=False)
class TestSet:
    """What is public of a test: which classes and queries there are, and their images.

    Attributes
    ----------
    classes
        ``classes.csv``: what a run may name; None where that is any class.
    queries
        ``queries.csv``: what a run answers.
    media
        ``media.csv``, the images of the queries; None where the task has none.
    """

    __test__ = False  # no test of pytest's, whatever its name

    classes: Table | None
    queries: Table
    media: Table | None = None

    def class_ids(self, rules: RunRules, kind: Kind) -> tuple[str, ...] | None:
        """Return what a run of a kind may name as a class; None where that is any id."""
        if self.classes is None:
            return None
        ids = self.sorted_classes
        is_label_run = rules.shape == "label" and kind == "run"
        takes_unknown = rules.unknown_class and is_label_run and UNKNOWN_CLASS not in ids
        return (*ids, UNKNOWN_CLASS) if takes_unknown else ids

    @cached_property
    def sorted_classes(self) -> tuple[str, ...]:
        """Return the classes of classes.csv in the order in which a trace numbers them."""
        if self.classes is None:
            return ()
        return self.classes.sorted("ClassId")

    def answerable(self, kind: Kind) -> list[str]:
        """Return the ids that a run of a kind answers: queries, or images for an image run."""
        if kind == "run":
            return self.queries.columns["QueryId"]
        if self.media is None:
            raise ValueError("an image run needs media.csv, and this test set has none")
        return self.media.columns["MediaId"]

    def flags(self, name: str) -> Mapping[str, bool] | None:
        """Return whether each class has an attribute, e.g. ``poisonous``; None without that column.

        -1 for unknown has none, even where classes.csv names it.
        """
        if self.classes is None or name not in self.classes.columns:
            return None
        columns = self.classes.columns
        pairs = zip(columns["ClassId"], columns[name], strict=True)
        return {c: flag == "1" for c, flag in pairs if c != UNKNOWN_CLASS}

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
    pairs
        The relevant classes of each of them, as columns.
    owners
        The query of queries.csv to which each of them belongs: itself, but for images.
    classes
        Every class of classes.csv, or of the truth where there is no such table; sorted. -1 for
        unknown is none, unless classes.csv names it.
    groups
        The genus, and the family, of each class, where classes.csv has these columns.
    """

    kind: Kind
    queries: tuple[str, ...]
    pairs: Pairs
    owners: tuple[str, ...]
    classes: tuple[str, ...]
    groups: Mapping[str, Mapping[str, str]]

    @cached_property
    def digest(self) -> str:
        """Return a SHA-256 that two of them share only if a trace fits both."""
        from hashlib import sha256  # noqa: PLC0415  # small runs do without what it loads

        pairs = self.pairs
        columns: list[Sequence[str]] = [[self.kind], self.queries, pairs.names, self.classes]
        for name, group in self.groups.items():
            columns += [[name], list(map(group.__getitem__, self.classes))]
        digest = sha256()
        for column in columns:  # each after its length, or two of them could be parted elsewhere
            digest.update("\n".join([str(len(column)), *column, ""]).encode())
        for places in (pairs.starts, pairs.middles):
            digest.update(_little_endian(places))
        return digest.hexdigest()

    @cached_property
    def relevant(self) -> tuple[Relevant, ...]:
        """Return the relevant classes of each query."""
        names = tuple(self.pairs.names)
        return tuple(Relevant(names[a:b], names[b:c]) for a, b, c in self.pairs.spans())

    @cached_property
    def asked(self) -> Sequence[str]:
        """Return the queries that have a relevant class."""
        starts = self.pairs.starts
        return tuple(compress(self.queries, map(ne, starts, islice(starts, 1, None))))

    @property
    def pair_starts(self) -> Sequence[int]:
        """Return where the pairs of each query begin; the last number is that of all pairs."""
        return self.pairs.starts


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """A test set with its hidden side.

    Attributes
    ----------
    test_set
        The public side.
    table
        ``ground_truth.csv``: a line for each relevant class of a query; hidden metadata beside.
    """

    test_set: TestSet
    table: Table

    @cached_property
    def relevant(self) -> Mapping[str, Relevant]:
        """Return the relevant classes of every query that the truth names, sorted by query."""
        judged = self._judged_queries
        return dict(zip(judged.queries, judged.relevant, strict=True))

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the canonical form.

        That form is the lines ``QueryId;ClassId;Background`` sorted by their bytes, each ended by
        a line feed. It also seeds every interval, so it must never depend on anything else.
        """
        from hashlib import sha256  # noqa: PLC0415  # small runs do without what it loads

        judged = self._judged_queries
        lines = judged.pairs.canonical_lines(judged.queries)
        return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()

    @property
    def seed(self) -> int:
        """Return what seeds every interval and every permutation: the first 8 bytes of the digest."""
        return int(self.digest[:16], 16)

    @cached_property
    def first_class(self) -> Mapping[str, str]:
        """Return the first foreground class in the file of each query that has one."""
        first: dict[str, str] = {}
        for query, name, background in truth_rows(self.table):
            if name and not background:
                first.setdefault(query, name)
        return first

    def judged(self, kind: Kind) -> Judged:
        """Return what runs of a kind are judged by; an image is asked what its query is asked."""
        return self._judged_images if kind == "image_run" else self._judged_queries

    def places(self, kind: Kind) -> "array[int]":
        """Return of each id that runs of a kind answer its place among the judged, -1 of a distractor."""
        ids = self.test_set.answerable(kind)
        if kind == "run" and ids == self.table.columns["QueryId"]:  # often so: no id is looked up
            return self.ordered.places
        return places_among(list(self.judged(kind).queries), ids)

    @cached_property
    def _judged_queries(self) -> Judged:
        queries = self.ordered.queries
        return Judged("run", queries, self.ordered.pairs, queries, self._classes, self._groups)

    @cached_property
    def ordered(self) -> Ordered:
        """Return the table by its queries."""
        queries = self.test_set.queries
        is_same = self.table.columns["QueryId"] == queries.columns["QueryId"]
        return in_order(self.table, (queries if is_same else self.table).order("QueryId"))

    @cached_property
    def _judged_images(self) -> Judged:
        of_queries, query_of = self._judged_queries, self.test_set.query_of_media
        place_of = {query: place for place, query in enumerate(of_queries.queries)}
        images = tuple(image for image in sorted(query_of) if query_of[image] in place_of)
        owners = tuple(map(query_of.__getitem__, images))
        pairs = of_queries.pairs.of([place_of[owner] for owner in owners])
        return Judged("image_run", images, pairs, owners, self._classes, self._groups)

    @property
    def _classes(self) -> tuple[str, ...]:
        if self.test_set.classes:
            return self.test_set.sorted_classes
        return tuple(sorted(self.table.values("ClassId") - {"", UNKNOWN_CLASS}))

    @property
    def _groups(self) -> Mapping[str, Mapping[str, str]]:
        columns = self.test_set.classes.columns if self.test_set.classes else {}
        return {
            name: dict(zip(columns["ClassId"], columns[name], strict=True))
            for name in LEVELS
            if name in columns
        }


def read_test_set(folder: Path) -> TestSet:
    """Read ``classes.csv``, ``queries.csv`` and, where it is there, ``media.csv``.

    Raises
    ------
    InvalidTable
        With every problem of every table.
    """
    reader = _Reader()
    test_set = reader.test_set(folder)
    if reader.problems or test_set is None:
        raise InvalidTable(reader.problems)
    return test_set


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
    file = path if path.is_file() else path / "ground_truth.csv"
    reader = _Reader()
    table = reader.read(file, None, "QueryId", "ClassId")
    test_set = reader.test_set(file.parent, table)
    if table is None or test_set is None:
        raise InvalidTable(reader.problems)
    truth = GroundTruth(test_set, table)
    reader.problems += truth_problems(
        table, truth.ordered, test_set.classes, test_set.queries, test_set.media
    )
    if reader.problems:
        raise InvalidTable(reader.problems)
    return truth


def read_truth_file(
    path: Path, classes: Path | None = None, media: Path | None = None
) -> GroundTruth:
    """Read a ground truth that stands alone: its queries are all there are.

    Parameters
    ----------
    path
        A table with ``QueryId`` and ``ClassId``, several lines for several classes of a query,
        perhaps ``Background``, and any other columns.
    classes
        A table with ``ClassId``, which says what a run may name: a test set holds fewer classes.
        Without it a run may name any class.
    media
        A table with ``MediaId`` and ``QueryId``: the images of the queries.

    Raises
    ------
    InvalidTable
        With every problem of every table.

    Examples
    --------
    >>> truth = read_truth_file(Path("fixtures/practice/leaves-practice/ground_truth.csv"))
    >>> len(truth.test_set.queries), truth.test_set.classes, len(truth.judged("run").classes)
    (400, None, 40)
    """
    reader = _Reader()
    table = reader.read(path, None, "QueryId", "ClassId")
    named = reader.read(classes, "ClassId", "ClassId") if classes else None
    images = reader.read(media, "MediaId", "MediaId", "QueryId") if media else None
    if table is None or reader.problems:
        raise InvalidTable(reader.problems)
    queries = Table(path.name, {"QueryId": list(dict.fromkeys(table.columns["QueryId"]))})
    truth = GroundTruth(TestSet(named, queries, images), table)
    reader.problems += truth_problems(table, truth.ordered, named, None, images)
    reader.problems += public_problems(named, queries, images)
    if reader.problems:
        raise InvalidTable(reader.problems)
    return truth


class _Reader:
    """Reads tables, and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[TableProblem] = []

    def read(
        self, path: Path, key: str | None, *needed: str, like: Table | None = None
    ) -> Table | None:
        try:
            return read_table(path, key=key, needed=needed, like=like)
        except InvalidTable as error:
            self.problems += error.problems
            return None

    def test_set(self, folder: Path, truth: Table | None = None) -> TestSet | None:
        """Return the public tables of a folder, None unless all tables so far are right."""
        classes = self.read(folder / "classes.csv", "ClassId", "ClassId")
        queries = self.read(folder / "queries.csv", "QueryId", "QueryId", like=truth)
        media = None
        if (folder / "media.csv").exists():
            media = self.read(folder / "media.csv", "MediaId", "MediaId", "QueryId")
        if self.problems or classes is None or queries is None:
            return None
        self.problems += public_problems(classes, queries, media)
        return TestSet(classes, queries, media)


def _little_endian(numbers: "array[int]") -> bytes:
    """Return numbers as the bytes that they are on most machines."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
