"""A folder whose metadata.csv names its files, their classes and what is known of them."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from baselines.data.items import Findings, Item

NAME = "metadata.csv"
_OBSERVATIONS = ("observation", "recording")


class CannotRead(ValueError):
    """A folder that is not laid out as was said; the text says what is expected."""


def read_metadata_csv(folder: Path, findings: Findings) -> Iterator[Item]:
    """Yield the items of a folder, in the order of its table.

    The table has the columns ``file`` and ``class``; ``observation`` or ``recording``, ``organ``,
    ``author``, ``media`` and ``seconds`` where there are any. A file without an observation is its own.

    Raises
    ------
    CannotRead
        When there is no such table, or it names no files.
    """
    path = folder / NAME
    if not path.is_file():
        raise CannotRead(
            f"{folder} has no {NAME}; right is a table with the columns file and class"
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if "file" not in (rows.fieldnames or ()):
            raise CannotRead(f"{path}: there is no column file")
        for row in rows:
            item = _item(folder, row, findings)
            if item is not None:
                yield item


def _item(folder: Path, row: Mapping[str, str | None], findings: Findings) -> Item | None:
    name = _text(row, "file")
    path = folder / name
    if not name or not path.is_file():
        findings.add("named in the table and not there, left out", name or "a line without a file")
        return None
    if not _text(row, "class"):
        findings.add("without a class, left out of training", name)
    observation = next((o for key in _OBSERVATIONS if (o := _text(row, key))), name)
    return Item(
        path,
        _text(row, "media") or name,
        observation,
        _text(row, "class"),
        _text(row, "organ").lower(),
        _text(row, "author"),
        _seconds(row),
    )


def _seconds(row: Mapping[str, str | None]) -> float:
    try:
        return float(_text(row, "seconds"))
    except ValueError:
        return 0.0


def _text(row: Mapping[str, str | None], key: str) -> str:
    return (row.get(key) or "").strip()
