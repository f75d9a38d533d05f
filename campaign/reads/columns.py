"""The columns of a test by which scores may be parted: where each stands, and how many values it has."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from campaign import storage
from campaign.models import TruthVersion
from scoring import Grouping

KEYS = frozenset({"QueryId", "ClassId", "MediaId"})  # they name a query or its label: no parts


@dataclass(frozen=True)
class Columns:
    """The columns of a truth version, each in the table where the scorer looks it up.

    Attributes
    ----------
    n_values
        Of each column, the number of its different values; the keys are not among them.
    hidden
        Those of ground_truth.csv.
    of_classes
        Those of classes.csv: they say something of the label.
    """

    n_values: Mapping[str, int]
    hidden: frozenset[str]
    of_classes: frozenset[str]

    def __contains__(self, grouping: Grouping) -> bool:
        return grouping.column in self.n_values

    def n_parts(self, grouping: Grouping) -> int:
        """Return into how many parts a grouping parts the test, at most."""
        return len(grouping.band_names) or self.n_values[grouping.column]


def columns_of(truth: TruthVersion) -> Columns:
    """Return the columns of a truth version; it reads its tables once in each process."""
    return _columns(truth.folder)


@lru_cache(maxsize=64)  # a truth version's files are never changed
def _columns(folder: str) -> Columns:
    place = storage.local_folder(folder)
    # As the scorer looks a column up; an image run's media come before its queries, both public.
    tables = [dict(_counted(place / f"{name}.csv")) for name in ("queries", "media")]
    hidden, of_classes = (
        dict(_counted(place / f"{name}.csv")) for name in ("ground_truth", "classes")
    )
    public = {name: max(table.get(name, 0) for table in tables) for name in set().union(*tables)}
    n_values = {**of_classes, **hidden, **public}
    return Columns(
        {name: n for name, n in n_values.items() if name not in KEYS},
        frozenset(hidden.keys() - public.keys() - KEYS),
        frozenset(of_classes.keys() - hidden.keys() - public.keys() - KEYS),
    )


def _counted(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the columns of a table, if it is there, and how many values each has."""
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=";")
        names = next(lines, [])
        found: list[set[str]] = [set() for _ in names]
        for line in lines:
            for values, value in zip(found, line, strict=False):  # a blank line has none
                values.add(value)
    yield from zip(names, map(len, found), strict=True)
