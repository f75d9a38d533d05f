"""Tables: aligned everywhere, with colours where a person looks.

A row is a line, whatever the width of the terminal: names of runs that were cut would be worse.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from clefboard.cli.output import print_styled


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
    table = [[Cell(name, "bold") for name in header], *cells]
    texts = [[cell.legible for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip_longest(*texts, fillvalue="")]
    for row, own in zip(table, texts, strict=True):
        padded = [
            text.ljust(width) if place < left else text.rjust(width)
            for place, (text, width) in enumerate(zip(own, widths, strict=False))
        ]
        print_styled(*_parts(padded, [cell.style for cell in row]))


def _parts(texts: Sequence[str], styles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a row and what parts them; blanks at the end of a line are left out."""
    last = max((place for place, text in enumerate(texts) if text.strip()), default=0)
    for place, (text, style) in enumerate(zip(texts[: last + 1], styles, strict=False)):
        if place:
            yield "  ", ""
        yield (text.rstrip() if place == last else text), style
