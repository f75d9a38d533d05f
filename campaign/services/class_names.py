"""What classes.csv calls the classes that an answer is about."""

from collections.abc import Iterable, Sequence
from typing import Any

from scoring import GroundTruth


def names_of(
    truth: GroundTruth, rows: Iterable[Sequence[Any]], *places: int
) -> dict[str, list[str]]:
    """Return species and family of the classes in some places of rows, as far as they are known."""
    table = truth.test_set.classes
    if table is None or "Species" not in table.columns:
        return {}
    wanted = {row[place] for row in rows for place in places}
    families = table.columns.get("Family", [""] * len(table))
    lines = zip(table.columns["ClassId"], table.columns["Species"], families, strict=True)
    return {name: [species, family] for name, species, family in lines if name in wanted}
