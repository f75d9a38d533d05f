"""Tables of what there is: CSV with a header, separated by commas or semicolons."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from scoring.run_files.writer import replaced


class CannotRead(ValueError):
    """Data that are not laid out as was said; the text says what is expected."""


def read_table(path: Path, *needed: str) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a table, without blanks around what is in them; what is missing is empty.

    Parameters
    ----------
    needed
        The columns that it must have; there may be others.

    Raises
    ------
    CannotRead
        When there is no such table, it has other columns, or it is no text.
    """
    right = f"right is a table with {_listed(needed)}"
    if not path.is_file():
        raise CannotRead(f"{path}: there is no such table; {right}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            rows = csv.DictReader(file, delimiter=";" if ";" in first else ",")
            names = rows.fieldnames or ()
            if missing := [name for name in needed if name not in names]:
                raise CannotRead(f"{path}: there is no column {', '.join(missing)}; {right}")
            for row in rows:
                yield {name: (row[name] or "").strip() for name in names}
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotRead(f"{path}: {error}; {right} in UTF-8") from error


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table separated by semicolons, whole or not at all."""
    with replaced(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _listed(names: tuple[str, ...]) -> str:
    return f"the column{'s' if len(names) > 1 else ''} {' and '.join(names)}"
