"""Which file shows which medium of a task: a table with the columns MediaId and file."""

from collections.abc import Mapping
from pathlib import Path

from baselines.data.tables import read_table


def read_media(path: Path) -> Mapping[str, str]:
    """Return the file of each medium, as the table names it, in its order.

    Raises
    ------
    CannotRead
        When there is no such table, or it has other columns.
    """
    return {row["MediaId"]: row["file"] for row in read_table(path, "MediaId", "file")}
