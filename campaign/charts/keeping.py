"""What is drawn is kept: plotly takes up to a fifth of a second to make a figure, a page has several.

Nothing has to be told when data change: what a figure is drawn from is what it is kept under.
"""

import pickle  # noqa: TID251 - to tell data apart; nothing reads it back
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec

from django.utils.translation import get_language

from campaign.charts.template import Chart

P = ParamSpec("P")
_FIGURES = 32  # of each function, in each process


class _Call:
    """A call of a function in a language; it equals another by what is said in its arguments."""

    def __init__(self, draw: Callable[[], Chart], *said: object) -> None:
        self.draw = draw
        self.said = pickle.dumps((get_language(), *said))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Call) and self.said == other.said

    def __hash__(self) -> int:
        return hash(self.said)


def kept(draw: Callable[P, Chart]) -> Callable[P, Chart]:
    """Keep what a function draws from its arguments in the language of who asks.

    A chart that is kept is many readers' at once: nobody changes its figure.
    """

    @lru_cache(maxsize=_FIGURES)
    def drawn(call: _Call) -> Chart:
        return call.draw()

    @wraps(draw)
    def kept_or_drawn(*args: P.args, **named: P.kwargs) -> Chart:
        return drawn(_Call(lambda: draw(*args, **named), args, named))

    return kept_or_drawn
