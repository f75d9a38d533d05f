"""Which cells of a table may not show while labels are hidden: of few queries, scores tell labels."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from typing import Literal

Values = tuple[str, ...]
Why = Literal["few", "beside"]

# Queries of a cell that shows. The mean of the reciprocal ranks of one query is its rank, and with
# the run at hand its label; the means of a handful are still told apart by trying the ranks. From
# twenty on, too many ranks have the same mean: what is left is what the score of the whole test says.
FEWEST = 20


def withheld(sizes: Mapping[Values, int]) -> dict[Values, Why]:
    """Return the cells of a table that may not show, and why.

    A cell of `few` queries may not. Nor may enough cells `beside` it: what the cells of a line leave
    of the score of the whole line, which shows elsewhere, must again be of 20 queries or more.

    Examples
    --------
    >>> withheld({("leaf",): 90, ("fruit",): 30, ("bark",): 3})
    {('bark',): 'few', ('fruit',): 'beside'}
    >>> withheld({("leaf",): 90, ("fruit",): 15, ("bark",): 12})
    {('fruit',): 'few', ('bark',): 'few'}
    """
    found: dict[Values, Why] = {values: "few" for values, n in sizes.items() if n < FEWEST}
    lines = list(_lines(sizes))
    while more := {one for line in lines for one in _one_more(line, sizes, found.keys())}:
        found |= dict.fromkeys(more, "beside")
    return found


def _lines(sizes: Mapping[Values, int]) -> Iterator[list[Values]]:
    """Yield the cells that sum up to one that shows elsewhere: a column; rows and columns of a cross."""
    for place in range(len(next(iter(sizes), ()))):
        lines: defaultdict[Values, list[Values]] = defaultdict(list)
        for values in sizes:
            lines[values[:place] + values[place + 1 :]].append(values)
        yield from lines.values()


def _one_more(
    line: list[Values], sizes: Mapping[Values, int], hidden: Set[Values]
) -> Iterator[Values]:
    """Yield the smallest cell that must be hidden too, where the hidden ones are few together."""
    inside = [values for values in line if values in hidden]
    shown = [values for values in line if values not in hidden]
    if inside and shown and sum(sizes[values] for values in inside) < FEWEST:
        yield min(shown, key=lambda values: (sizes[values], values))
