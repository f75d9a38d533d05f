"""The queries of a subset: those for which a column of some table holds a value, or a number in a band."""

import math
import re
from collections.abc import Mapping
from functools import lru_cache

from scoring.nearest import did_you_mean
from scoring.problems import UnknownMetric, shown
from scoring.records import dataclass
from scoring.run_rules import Kind
from scoring.truth.ground_truth import GroundTruth
from scoring.truth.tables import Table

UNKNOWN = "unknown"

# Texts, which are compiled when they are used: import time decides small runs.
_BAND = r"<([0-9]{1,15})|([0-9]{1,15})-([0-9]{1,15})|([0-9]{1,15})\+"
_NUMBER = r"-?[0-9]{1,15}(\.[0-9]+)?"


def queries_in(truth: GroundTruth, kind: Kind, column: str, value: str) -> frozenset[str]:
    """Return the queries (images, for image runs) of a subset.

    Parameters
    ----------
    truth, kind
        What is judged.
    column
        Looked up in queries.csv then media.csv (for images the other way round), then
        ground_truth.csv, then classes.csv.
    value
        A text of the column, or a band of its numbers: ``<10``, ``10-49`` or ``200+``.

    Raises
    ------
    UnknownMetric
        When no table has the column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import read_ground_truth
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> len(queries_in(truth, "run", "TrainImages", "10-49"))
    400
    """
    band = Band.parse(value)
    return frozenset(
        query
        for query, texts in values_of(truth, kind, column).items()
        if value in texts or (band is not None and any(map(band.holds, texts)))
    )


@lru_cache(maxsize=16)  # a truth never changes, and a leaderboard has many columns of one table
def values_of(truth: GroundTruth, kind: Kind, column: str) -> Mapping[str, frozenset[str]]:
    """Return the values of a column for every judged query (image, for image runs).

    A query has every value that its lines, or its images, have; a column of the classes is that of
    its first foreground class.
    """
    judged = truth.judged(kind)
    table = _home(truth, kind, column)
    if table is truth.test_set.classes:
        value = dict(zip(table.columns["ClassId"], table.columns[column], strict=True))
        by_owner = {
            query: frozenset([value[name]])
            for query, name in truth.first_class.items()
            if name in value  # -1 has no attributes
        }
    elif table is truth.test_set.media and kind == "image_run":
        by_image = _collect(table, "MediaId", column)
        return {image: by_image[image] for image in judged.queries}
    else:
        by_owner = _collect(table, "QueryId", column)
    pairs = zip(judged.queries, judged.owners, strict=True)
    return {query: by_owner.get(owner, frozenset()) for query, owner in pairs}


@lru_cache(maxsize=16)  # as above
def groups_of(truth: GroundTruth, kind: Kind, column: str) -> Mapping[str, tuple[str, ...]]:
    """Return the groups of every judged query (image, for image runs) by a column, each in one at least.

    A query without a value is of the group ``unknown``.
    """
    values = values_of(truth, kind, column)
    return {
        query: tuple(sorted(filter(None, texts))) or (UNKNOWN,) for query, texts in values.items()
    }


def is_number(text: str) -> bool:
    """Return whether a text of a table is a number, as bands take them."""
    return bool(re.fullmatch(_NUMBER, text))


def n_without(truth: GroundTruth, kind: Kind, column: str) -> int:
    """Return how many judged queries have no value in a column that some table has."""
    return sum(UNKNOWN in groups for groups in groups_of(truth, kind, column).values())


def has_column(truth: GroundTruth, kind: Kind, column: str) -> bool:
    """Return whether some table has a column."""
    return any(column in table.columns for table in _tables(truth, kind))


def _tables(truth: GroundTruth, kind: Kind) -> list[Table]:
    """Return the tables in the order in which a column is looked up."""
    public = truth.test_set
    first = [public.queries, public.media] if kind == "run" else [public.media, public.queries]
    return [table for table in (*first, truth.table, public.classes) if table is not None]


def _home(truth: GroundTruth, kind: Kind, column: str) -> Table:
    """Return the table in which a column is looked up."""
    tables = _tables(truth, kind)
    for table in tables:
        if column in table.columns:
            return table
    columns = sorted({name for table in tables for name in table.columns})
    hint = did_you_mean(column, columns) or f"; there are {', '.join(columns)}"
    raise UnknownMetric(f"no table has the column {shown(column)}{hint}")


def _collect(table: Table, key: str, column: str) -> dict[str, frozenset[str]]:
    values: dict[str, set[str]] = {}
    for owner, value in zip(table.columns[key], table.columns[column], strict=True):
        values.setdefault(owner, set()).add(value)
    return {owner: frozenset(texts) for owner, texts in values.items()}


@dataclass(frozen=True)
class Band:
    """Numbers from `low` up to, but without, `end`: the band 10-49 ends where 50-199 begins."""

    low: float
    end: float

    @classmethod
    def parse(cls, text: str) -> "Band | None":
        """Return the band a text writes, None where it writes none."""
        if not (match := re.fullmatch(_BAND, text)):
            return None
        below, low, high, over = match.groups()
        if below:
            return cls(-math.inf, int(below))
        return cls(int(low), int(high) + 1) if low else cls(int(over), math.inf)

    def holds(self, text: str) -> bool:
        """Return whether a text is a number of the band."""
        return is_number(text) and self.low <= float(text) < self.end
