"""What is wrong between the tables of a task, once each is right by itself."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from scoring.nearest import did_you_mean
from scoring.problems import shown
from scoring.run_rules import UNKNOWN_CLASS
from scoring.truth.pairs import Ordered, is_background
from scoring.truth.tables import Table, TableProblem

_ATTRIBUTES = ("poisonous", "venomous")
_FLAGS = frozenset({"1", "0", ""})
_KEYS = frozenset({"QueryId", "ClassId", "MediaId"})
_OTHER_CLASSES = ("", UNKNOWN_CLASS)  # a query without a relevant class, or that nobody could name
_HINTS = 3  # suggestions look at every id: the first ones are enough


def public_problems(
    classes: Table | None, queries: Table | None, media: Table | None
) -> Iterator[TableProblem]:
    """Yield what is wrong between the tables that participants get."""
    yield from _all_clashes(classes, queries, media)
    if classes:
        for name in _ATTRIBUTES:
            yield from _flag_problems(classes, name)
    if media and queries:
        yield from _unknown(media, "QueryId", queries)


def truth_problems(
    truth: Table,
    ordered: Ordered,
    classes: Table | None,
    queries: Table | None,
    media: Table | None,
) -> Iterator[TableProblem]:
    """Yield what is wrong in a ground truth, alone and beside the other tables.

    Parameters
    ----------
    truth, ordered
        The table, and the same by its queries.
    classes
        None where every class is right.
    queries
        None where the truth itself says which queries there are.
    """
    for table in (classes, queries, media):
        yield from _all_clashes(table, truth)
    if queries:
        yield from _unknown(truth, "QueryId", queries)
    elif ordered.queries[0] == "":
        yield from _empty_queries(truth)
    if classes:
        yield from _unknown(truth, "ClassId", classes)
    yield from _flag_problems(truth, "Background")
    if ordered.may_contradict:
        yield from _contradictions(truth)


def truth_rows(truth: Table) -> Iterable[tuple[str, str, bool]]:
    """Yield the query, the class and whether it is in the background, line by line."""
    columns = truth.columns
    return zip(columns["QueryId"], columns["ClassId"], is_background(truth), strict=True)


def _all_clashes(*tables: Table | None) -> Iterator[TableProblem]:
    for one, other in combinations(filter(None, tables), 2):
        yield from _clashes(one, other)


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
    values = table.columns.get(name, [])
    if _FLAGS.issuperset(values):
        return
    for row, value in enumerate(values):
        if value not in _FLAGS:
            yield table.problem(row, f"{name} is {shown(value)}; right is 1, 0 or nothing")


def _empty_queries(truth: Table) -> Iterator[TableProblem]:
    for row, value in enumerate(truth.columns["QueryId"]):
        if not value:
            yield truth.problem(row, "QueryId is empty")


def _unknown(table: Table, column: str, home: Table) -> Iterator[TableProblem]:
    values, ids = table.columns[column], home.columns[column]
    if values == ids:
        return
    n_unknown = len(values) - home.n_known(column, values)
    others = _OTHER_CLASSES if column == "ClassId" and n_unknown else ()
    if n_unknown == sum(values.count(name) for name in others if name not in ids):
        return
    known = {*ids, *others}
    found = 0
    for row, value in enumerate(values):
        if value in known:
            continue
        hint = did_you_mean(value, ids) if found < _HINTS else ""
        found += 1
        yield table.problem(row, f"{column} {shown(value)} is not in {home.name}{hint}")


def _contradictions(truth: Table) -> Iterator[TableProblem]:
    """Yield lines that say twice, or both ways, which classes a query has."""
    first: dict[tuple[str, str], int] = {}
    some: dict[str, int] = {}
    for row, (query, name, background) in enumerate(truth_rows(truth)):
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
