"""Tables: with colours where a person looks, plain and aligned where they are piped."""

import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple


class Cell(NamedTuple):
    """A text with its style, which shows on a terminal alone."""

    text: str
    style: str = ""

    @property
    def legible(self) -> str:
        """Return the text with what cannot be printed written out: an id may hold anything."""
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in self.text)


def number(value: float | None) -> str:
    """Return a score as tables show it."""
    return "undefined" if value is None else f"{value:.4f}"


def best_first(direction: str, value: float | None) -> tuple[bool, float]:
    """Return what scores are sorted by: the best first, undefined ones last.

    Examples
    --------
    >>> sorted([0.5, None, 0.75], key=lambda value: best_first("higher", value))
    [0.75, 0.5, None]
    """
    if value is None:
        return True, 0.0
    return False, -value if direction == "higher" else value


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str | Cell]], *, left: int = 1
) -> None:
    """Print rows below a header.

    Parameters
    ----------
    left
        How many columns hold texts; the others hold numbers, and stand to the right.
    """
    cells = [[c if isinstance(c, Cell) else Cell(c) for c in row] for row in rows]
    if sys.stdout.isatty():
        _print_rich(header, cells, left)
    else:
        _print_plain([[Cell(name) for name in header], *cells], left)


def _print_plain(rows: Sequence[Sequence[Cell]], left: int) -> None:
    texts = [[cell.legible for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip_longest(*texts, fillvalue="")]
    for row in texts:
        padded = (
            text.ljust(width) if place < left else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=False))
        )
        print("  ".join(padded).rstrip())


def _print_rich(header: Sequence[str], rows: Sequence[Sequence[Cell]], left: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(header):
        table.add_column(Text(name), justify="left" if place < left else "right")
    for row in rows:
        table.add_row(*(Text(cell.legible, cell.style) for cell in row))
    Console().print(table)
