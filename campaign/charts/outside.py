"""Figures outside a page: on white, in the colours of the light style sheet."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from campaign.charts.template import MUTED, Chart

_TOKENS = Path(__file__).parents[1] / "static/campaign/css/tokens.css"
_PROPERTY = re.compile(r"var\((--[\w-]+)\)")
_WIDTH = 760  # pixels


def outside(chart: Chart) -> dict[str, Any]:
    """Return a figure that any plotly draws: no page has to say what its colours and fonts are."""
    layout = chart.spec["layout"] | {"width": _WIDTH, "paper_bgcolor": "#ffffff"}
    if chart.generated:
        layout["title"] = _mark()
    outside_of_pages: dict[str, Any] = _resolved(chart.spec | {"layout": layout})
    return outside_of_pages


def _mark() -> dict[str, Any]:
    """Return the word that stands beside the title on a page, for a figure that loses it: in the upper right corner."""
    return {
        "text": _("generated"),
        "font": {"size": 12, "color": MUTED},
        "xref": "container",
        "x": 1,
        "xanchor": "right",
        "yref": "container",
        "y": 1,
        "yanchor": "top",
        "pad": {"t": 6, "r": 8},
        "automargin": True,
    }


def _resolved(value: Any) -> Any:
    """Put in what the style sheet says where a figure names a property, as js/charts.js does."""
    if isinstance(value, str):
        name = _PROPERTY.fullmatch(value)
        return _light()[name[1]] if name else value
    if isinstance(value, list):
        return [_resolved(item) for item in value]
    if isinstance(value, dict):
        return {key: _resolved(item) for key, item in value.items()}
    return value


@cache
def _light() -> dict[str, str]:
    light, _end, _dark = _TOKENS.read_text(encoding="utf-8").partition("}")
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", light))
