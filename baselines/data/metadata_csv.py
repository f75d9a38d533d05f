"""A folder whose metadata.csv names its files, their classes and what is known of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from baselines.data.items import Findings, Item
from baselines.data.tables import read_table

NAME = "metadata.csv"
_OBSERVATIONS = ("observation", "recording")
_MAY_BE_EMPTY = (*_OBSERVATIONS, "organ", "author", "media")


def read_metadata_csv(folder: Path, findings: Findings) -> Iterator[Item]:
    """Yield the items of a folder, in the order of its table.

    The table has the columns ``file`` and ``class``; ``observation`` or ``recording``, ``organ``,
    ``author``, ``media`` and ``seconds`` where there are any. A file without an observation is its own.

    Raises
    ------
    CannotRead
        When there is no such table, or it names no files or no classes.
    """
    named = set[str]()
    for row in read_table(folder / NAME, "file", "class"):
        name = row["file"]
        if name and name in named:
            findings.add("named in the table before, left out", name)
            continue
        named.add(name)
        if not name or not (folder / name).is_file():
            what = "named in the table and not there, left out"
            findings.add(what, name or "a line without a file")
        else:
            yield _item(folder, row, findings)


def _item(folder: Path, row: Mapping[str, str], findings: Findings) -> Item:
    name = row["file"]
    if not row["class"]:
        findings.add("without a class, left out of training", name)
    for column in _MAY_BE_EMPTY:
        if row.get(column) == "":
            findings.add(f"empty {column}", name)
    observation = next((o for column in _OBSERVATIONS if (o := row.get(column))), name)
    return Item(
        folder / name,
        row.get("media") or name,
        observation,
        row["class"],
        row.get("organ", "").lower(),
        row.get("author", ""),
        _seconds(row.get("seconds", "")),
    )


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
