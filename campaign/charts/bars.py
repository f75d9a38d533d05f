"""Bars that lie, each with its name above or at its left and its figure at its end."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from campaign.charts.template import LEAF

# Names stand a little apart from the bars, the first one on top.
NAMES: dict[str, Any] = {
    "autorange": "reversed",
    "showgrid": False,
    "type": "category",  # a number may be a name
    "ticks": "outside",
    "ticklen": 8,
    "tickcolor": "rgba(0,0,0,0)",
}

ABOVE = 56  # the height of a bar with its name above it
_CLEAR = 24  # from a bar's middle to its name


def write_names_above(
    figure: go.Figure, rows: Sequence[str] | Sequence[int], names: Sequence[str]
) -> None:
    """Write names above the bars of a figure: on a phone there is no room at their left."""
    figure.update_yaxes(showticklabels=False, ticklen=0)
    for row, name in zip(rows, names, strict=True):
        figure.add_annotation(
            xref="paper",
            x=0,
            y=row,
            text=name,
            xanchor="left",
            yshift=_CLEAR,
            showarrow=False,
        )


def bars(
    names: Sequence[str],
    values: Sequence[float | None],
    *,
    text: Sequence[str],
    hover: Sequence[str],
    color: str | Sequence[str] = LEAF,
    above: bool = False,
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
        width=0.36 if above else 0.6,
        cliponaxis=False,
        customdata=[[words] for words in hover],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    figure.update_yaxes(**NAMES)
    if above:
        write_names_above(figure, names, names)
    return figure
