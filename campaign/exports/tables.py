"""Tables as CSV and JSON: for spreadsheets and for programs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

DIGITS = 4  # of scores, as `clefboard score` shows them

# A spreadsheet takes a cell that begins so for a formula, and would run it; some strip what stands
# before, and some read the wide signs of East Asian keyboards too.
_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\n", *"\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True)
class Table:
    """Rows below names of columns; a cell is a text, a number, a moment, a truth value or JSON."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def to_csv(table: Table, *, exact: bool = False) -> str:
    """Return a table as CSV with semicolons, safe to be opened in a spreadsheet.

    A text that a spreadsheet would run as a formula gets an apostrophe before it: it says there
    that the rest is a text.

    Parameters
    ----------
    exact
        Whether numbers keep all their digits.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(map(safe_text, table.columns))
    writer.writerows([_cell(value, exact=exact) for value in row] for row in table.rows)
    return file.getvalue()


def safe_text(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula.

    Examples
    --------
    >>> safe_text("=HYPERLINK(1)"), safe_text("Elm")
    ("'=HYPERLINK(1)", 'Elm')
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # a cell with \n stands in quotes
    return f"'{text}" if text.lstrip(" ").startswith(_BEGIN_FORMULAS) else text


def to_json(table: Table, **head: Any) -> str:
    """Return a table as JSON: the values of `head`, then its rows as objects."""
    rows = [dict(zip(table.columns, map(plain, row), strict=True)) for row in table.rows]
    return dump({**{name: plain(value) for name, value in head.items()}, "rows": rows})


def dump(value: Mapping[str, Any]) -> str:
    """Return JSON that people can read too."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def plain(value: Any) -> Any:
    """Return a cell as JSON has it: numbers rounded, moments as text."""
    if isinstance(value, float):
        return round(value, DIGITS)
    return moment_text(value) if isinstance(value, datetime) else value


def moment_text(moment: datetime) -> str:
    """Return a moment such as 2017-05-01T12:00:00Z."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _cell(value: Any, *, exact: bool) -> str:
    """Return a cell of CSV; what is no text of people's begins no formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, float):
        return repr(value) if exact else f"{value:.{DIGITS}f}"
    if isinstance(value, datetime):
        return moment_text(value)
    return json.dumps(value, ensure_ascii=False)  # a number, a truth value, an object, a list
