"""The values of a column, or bands of its numbers, by which queries are put together."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from scoring.problems import shown
from scoring.records import dataclass
from scoring.run_rules import Kind
from scoring.truth.ground_truth import GroundTruth
from scoring.truth.subsets import Band, is_number, values_of

_BANDS = r"[1-9][0-9]{0,14}(,[1-9][0-9]{0,14})*"  # compiled when it is used
_RIGHT = "right is e.g. Organ, TrainImages=10,50,200 or Organ+TrainImages=10,50,200"


class WrongGrouping(ValueError):
    """A text that says no grouping; the message says what would be right."""


@dataclass(frozen=True)
class Grouping:
    """A column, and where its numbers are cut into bands; without cuts every value is one group.

    Examples
    --------
    >>> Grouping.parse("TrainImages=10,50,200").band_names
    ('<10', '10-49', '50-199', '200+')
    >>> str(Grouping("Organ")), str(Grouping("TrainImages", (10, 50)))
    ('Organ', 'TrainImages=10,50')
    """

    column: str
    cuts: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Grouping":
        """Return the grouping of a text such as ``Organ`` or ``TrainImages=10,50,200``.

        Raises
        ------
        WrongGrouping
            When there is no column, or the numbers do not grow.
        """
        column, equals, cuts = text.partition("=")
        if not column or (equals and not re.fullmatch(_BANDS, cuts)):
            raise WrongGrouping(f"{shown(text)} is no column and no bands of one; {_RIGHT}")
        numbers = tuple(map(int, cuts.split(","))) if equals else ()
        if any(low >= high for low, high in pairwise(numbers)):
            raise WrongGrouping(f"the numbers of {shown(text)} do not grow; {_RIGHT}")
        return cls(column, numbers)

    def __str__(self) -> str:
        cuts = ",".join(map(str, self.cuts))
        return f"{self.column}={cuts}" if cuts else self.column

    @property
    def band_names(self) -> tuple[str, ...]:
        """Return the bands from the lowest to the highest, as a metric's subset has them."""
        if not self.cuts:
            return ()
        between = (f"{low}-{high - 1}" for low, high in pairwise(self.cuts))
        return (f"<{self.cuts[0]}", *between, f"{self.cuts[-1]}+")

    def queries_by_value(self, truth: GroundTruth, kind: Kind) -> dict[str, frozenset[str]]:
        """Return the queries (images, for image runs) of each value, or of each band.

        Values stand by name, numbers by size before them, no value last; bands by size, all of them,
        and what is no number is in none.

        Raises
        ------
        UnknownMetric
            When no table has the column.
        """
        bands = {name: Band.parse(name) for name in self.band_names}
        queries: dict[str, set[str]] = {name: set() for name in bands}
        for query, texts in values_of(truth, kind, self.column).items():
            for name in _bands_of(bands, texts) if bands else texts:
                queries.setdefault(name, set()).add(query)
        names = bands or sorted(queries, key=_order)
        return {name: frozenset(queries[name]) for name in names}


def parse_groupings(text: str) -> tuple[Grouping, ...]:
    """Return the groupings of a text: one, or two with a ``+`` between them for a cross table.

    Raises
    ------
    WrongGrouping
        When one of them is none, or there are more than two.

    Examples
    --------
    >>> [str(grouping) for grouping in parse_groupings("Organ+TrainImages=10,50")]
    ['Organ', 'TrainImages=10,50']
    """
    groupings = tuple(Grouping.parse(part) for part in text.split("+"))
    if len(groupings) > 2:
        raise WrongGrouping(f"{shown(text)} crosses {len(groupings)} columns; {_RIGHT}")
    if len({grouping.column for grouping in groupings}) < len(groupings):
        raise WrongGrouping(f"{shown(text)} crosses a column with itself; {_RIGHT}")
    return groupings


def cells_of(
    groupings: Sequence[Grouping], truth: GroundTruth, kind: Kind
) -> dict[tuple[str, ...], frozenset[str]]:
    """Return the queries of each cell of a table: a value of each grouping, the last changing first.

    Of a cross only the cells that some query is in: two columns of many values have few of them.
    """
    first, *others = [grouping.queries_by_value(truth, kind) for grouping in groupings]
    if not others:
        return {(name,): queries for name, queries in first.items()}
    [second] = others
    names = _names_by_query(second)
    order = {name: place for place, name in enumerate(second)}
    cells: dict[tuple[str, ...], frozenset[str]] = {}
    for name, queries in first.items():
        found = sorted(
            {other for query in queries for other in names.get(query, ())}, key=order.__getitem__
        )
        cells |= {(name, other): queries & second[other] for other in found}
    return cells


def _names_by_query(queries_by_value: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, queries in queries_by_value.items():
        for query in queries:
            names.setdefault(query, []).append(name)
    return names


def _bands_of(bands: Mapping[str, Band | None], texts: frozenset[str]) -> list[str]:
    return [name for name, band in bands.items() if band and any(map(band.holds, texts))]


def _order(name: str) -> tuple[bool, bool, float, str]:
    number = is_number(name)
    return not name, not number, float(name) if number else 0.0, name
