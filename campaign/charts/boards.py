"""Printed boards of past editions: a mark for each figure, the best on top."""

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from campaign.charts.bars import NAMES
from campaign.charts.template import LEAF, MARKERS, SERIES, Chart, DataTable, as_text, shortened
from campaign.metric_names import metric_name
from campaign.numbers import decimals
from campaign.reads.history import Published, PublishedRow

_COLORS = (LEAF, SERIES[5], SERIES[0])
_ROW_HEIGHT = 24


def printed_board(name: str, title: str, published: Published) -> Chart:
    """Draw what was printed of each run, or of each team, by all metrics of its board."""
    places = [str(i) for i in range(len(published.rows))]  # two labels may be alike
    figure = go.Figure()
    for i, metric in enumerate(published.metrics):
        _add_metric(figure, published.rows, places, i, metric_name(metric))
    _say_which_is_which(figure, published)
    most = max((value or 0 for row in published.rows for value in row.values), default=1)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title=_axis(published.metrics), range=[-0.03 * most, 1.08 * most])
    figure.update_yaxes(
        **NAMES | {"showgrid": True},
        tickfont={"size": 13},
        tickmode="array",
        tickvals=places,  # all of them, however little room there is
        ticktext=[_label(row) for row in published.rows],
    )
    return Chart(
        name=name,
        title=_title(title, published),
        figure=figure,
        table=_table(published),
        reading=_reading(published.metrics),
        height=100 + _ROW_HEIGHT * max(1, len(places)),
        sources=published.sources,
    )


def _reading(metrics: Sequence[str]) -> str:
    reading = _("As printed: these are no runs of this platform. No intervals were printed.")
    if {"map", "map_foreground"} <= {*metrics}:
        reading += " " + _("MAP counts the species in the background too; the other one does not.")
    return reading


def _label(row: PublishedRow) -> str:
    team = shortened(row.team, 22)
    return as_text(f"{team} · {shortened(row.run, 10)}" if row.run else team)


def _add_metric(
    figure: go.Figure, rows: Sequence[PublishedRow], places: list[str], i: int, name: str
) -> None:
    figure.add_scatter(
        x=[row.values[i] for row in rows],
        y=places,
        name=as_text(name),
        mode="markers",
        marker={
            "color": _COLORS[i % len(_COLORS)],
            "symbol": MARKERS[i % len(MARKERS)],
            "size": 10,
        },
        cliponaxis=False,
        customdata=[[as_text(f"{row.team} {row.run}")] for row in rows],
        hovertemplate=f"%{{customdata[0]}}<br>{as_text(name)} %{{x:.3f}}<extra></extra>",
    )


def _axis(metrics: Sequence[str]) -> str:
    name = metric_name(metrics[0]) if len(metrics) == 1 else _("score")
    return _("%(metric)s (higher is better)") % {"metric": name}


def _say_which_is_which(figure: go.Figure, published: Published) -> None:
    """Write the names of the metrics above the first row, where several are drawn."""
    if len(published.metrics) < 2 or not published.rows:
        return
    values = [(v, i) for i, v in enumerate(published.rows[0].values) if v is not None]
    for height, (value, i) in enumerate(sorted(values)):
        figure.add_annotation(
            x=value,
            y="0",
            text=as_text(metric_name(published.metrics[i])),
            font={"color": _COLORS[i % len(_COLORS)]},
            xanchor="right",
            xshift=10,
            yshift=18 + 17 * height,
            showarrow=False,
        )
    figure.update_layout(margin={"t": 14 + 17 * len(values)})


def _title(title: str, published: Published) -> str:
    """Return how far the best team stands before the next, by the first metric."""
    best: dict[str, float] = {}
    for row in published.rows:
        if row.values and row.values[0] is not None:
            best.setdefault(row.team, row.values[0])
    for (team, value), (_other, next_value) in pairwise(best.items()):
        return _("%(edition)s: %(team)s first with %(value)s, the next team %(next)s") % {
            "edition": title,
            "team": team,
            "value": decimals(value),
            "next": decimals(next_value),
        }
    return title


def _table(published: Published) -> DataTable:
    head = [_("Team"), _("Run"), *(metric_name(metric) for metric in published.metrics)]
    rows = [
        [row.team, row.run or "—", *(decimals(value) for value in row.values)]
        for row in published.rows
    ]
    return DataTable(head, rows, numeric=frozenset(range(2, len(head))))
