"""Bars that lie: names at their left, each with its figure at its end."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from campaign.charts.template import LEAF

# Names stand a little apart from the bars, the first one on top.
NAMES: dict[str, Any] = {
    "autorange": "reversed",
    "showgrid": False,
    "ticks": "outside",
    "ticklen": 8,
    "tickcolor": "rgba(0,0,0,0)",
}


def bars(
    names: Sequence[str],
    values: Sequence[float | None],
    *,
    text: Sequence[str],
    hover: Sequence[str],
    color: str | Sequence[str] = LEAF,
) -> go.Figure:
    """Return a figure of lying bars; names and what hovers come as `as_text` makes them."""
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=values,
        orientation="h",
        text=text,
        textposition="outside",
        marker={"color": color},
        width=0.6,
        cliponaxis=False,
        customdata=[[words] for words in hover],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    figure.update_yaxes(**NAMES)
    return figure
