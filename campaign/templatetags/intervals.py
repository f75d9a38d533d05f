"""Scores of a table drawn on one scale: a dot with its confidence interval, as in a forest plot."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_WIDTH = 120
_MARGIN = 5


@dataclass(frozen=True)
class Scale:
    """What the left and the right end stand for."""

    low: float
    high: float

    def x(self, value: float) -> float:
        """Return where a value stands, in pixels from the left."""
        span = self.high - self.low or 1.0
        return round(_MARGIN + (value - self.low) / span * (_WIDTH - 2 * _MARGIN), 1)


def scale_of(scores: Iterable[Any]) -> Scale | None:
    """Return the scale on which all these scores and their intervals fit; None where there is none."""
    defined = [score for score in scores if score and score.value is not None]
    ends = [end for score in defined for end in (score.value, score.low, score.high)]
    known = [end for end in ends if end is not None]
    return Scale(min(known), max(known)) if known else None


@register.simple_tag
def scale_of_firsts(cells: Iterable[Any]) -> Scale | None:
    """Return the scale of what is drawn in a table: the first score of each cell."""
    return scale_of(cell.first for cell in cells)


@register.simple_tag
def interval(score: Any, scale: Scale | None) -> SafeString | str:
    """Draw a score; its figures stand beside it, so it is hidden from screen readers."""
    if scale is None or not score or score.value is None:
        return ""
    has_interval = score.low is not None and score.high is not None
    whisker = format_html(
        '<path d="M{} 7H{}" stroke="currentColor" stroke-width="2"/>',
        scale.x(score.low if has_interval else score.value),
        scale.x(score.high if has_interval else score.value),
    )
    return format_html(
        '<svg class="interval-plot" width="{0}" height="14" viewBox="0 0 {0} 14" aria-hidden="true">'
        '<path d="M{3} 7H{4}" stroke="currentColor" opacity=".25"/>{1}<circle cx="{2}" cy="7" r="3.5" fill="currentColor"/></svg>',
        _WIDTH,
        whisker,
        scale.x(score.value),
        _MARGIN,
        _WIDTH - _MARGIN,
    )
