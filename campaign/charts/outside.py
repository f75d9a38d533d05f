"""Figures outside a page: on white, in the colours of the light style sheet."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from campaign.charts.template import Chart

_TOKENS = Path(__file__).parents[1] / "static/campaign/css/tokens.css"
_PROPERTY = re.compile(r"var\((--[\w-]+)\)")
_WIDTH = 760  # pixels


def outside(chart: Chart) -> dict[str, Any]:
    """Return a figure that any plotly draws: no page has to say what its colours and fonts are."""
    spec: dict[str, Any] = _resolved(chart.spec)
    spec["layout"] |= {"width": _WIDTH, "paper_bgcolor": "#ffffff"}
    return spec


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
