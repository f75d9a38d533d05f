"""Which file shows which medium of a task: a table with the columns MediaId and file."""

import csv
from collections.abc import Mapping
from pathlib import Path

from baselines.data.metadata_csv import CannotRead

_COLUMNS = {"MediaId", "file"}


def read_media(path: Path) -> Mapping[str, str]:
    """Return the file of each medium, as the table names it, in its order.

    Raises
    ------
    CannotRead
        When there is no such table, or it has other columns.
    """
    if not path.is_file():
        raise CannotRead(f"{path}: there is no such table; right is one with MediaId and file")
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter=";" if ";" in first else ",")
        if not set(rows.fieldnames or ()) >= _COLUMNS:
            raise CannotRead(f"{path}: right is a table with the columns MediaId and file")
        return {row["MediaId"]: row["file"] for row in rows}
