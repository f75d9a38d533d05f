"""Names beside dots, where they cross neither other dots nor a line, nor each other."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

FONT = 11
_LETTER, _LINE = 5.6, 14  # pixels: of a letter's width, of a name's height
_DOT = 7  # pixels, to each side of its middle
# As plotly calls it, and which way it goes from the dot.
_PLACES = {
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "top right": (1, 1),
    "bottom left": (-1, -1),
}

Dot = tuple[float, float]


class _Box(NamedTuple):
    left: float
    right: float
    bottom: float
    top: float

    def crosses(self, other: "_Box") -> bool:
        """Tell whether two boxes have more than an edge in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def is_within(self, width: float, height: float) -> bool:
        return self.left >= 0 and self.right <= width and self.bottom >= 0 and self.top <= height


def places_beside(
    dots: Sequence[Dot], names: Mapping[int, str], steps: Sequence[int], width: float, height: float
) -> dict[int, str]:
    """Return where names stand beside their dots, in the words of plotly.

    On a panel that is wider they still cross nothing: each box begins at its dot, and shrinks beside the rest.

    Parameters
    ----------
    dots
        In pixels, from the lower left corner.
    names
        By the places of their dots, the most important first; where there is no room a later one is left out.
    steps
        The dots that a line of steps joins, to the right and then up or down.

    Examples
    --------
    >>> places_beside([(20, 50), (100, 50), (100, 90)], {2: "best", 0: "cheapest"}, [0, 2], 120, 120)
    {2: 'top left', 0: 'bottom right'}
    >>> places_beside([(20, 50), (60, 40), (60, 60)], {0: "cheapest"}, [], 120, 120)
    {}
    """
    taken = [_Box(x - _DOT, x + _DOT, y - _DOT, y + _DOT) for x, y in dots]
    taken += [box for one, other in pairwise(steps) for box in _step(dots[one], dots[other])]
    found: dict[int, str] = {}
    for at, name in names.items():
        for place, direction in _PLACES.items():
            box = _box(dots[at], len(name), direction)
            if box.is_within(width, height) and not any(box.crosses(other) for other in taken):
                found[at] = place
                taken.append(box)
                break
    return found


def _step(one: Dot, other: Dot) -> list[_Box]:
    low, high = sorted((one[1], other[1]))
    return [_Box(one[0], other[0], one[1], one[1]), _Box(other[0], other[0], low, high)]


def _box(dot: Dot, n_letters: int, direction: tuple[int, int]) -> _Box:
    (x, y), (along, up) = dot, direction
    left, right = sorted((x, x + along * (_DOT + _LETTER * n_letters)))
    bottom, top = sorted((y + up * _DOT, y + up * (_DOT + _LINE)))
    return _Box(left, right, bottom, top)
