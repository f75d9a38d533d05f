"""Which parts of a test are hard: scores by the values of its columns, one panel for each column."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, ngettext
from plotly.subplots import make_subplots

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    axis_title,
    change_text,
    intervals,
    is_sure,
    range_text,
    rises,
    row_lines,
)
from campaign.charts.bars import NAMES
from campaign.charts.template import INK, LEAF, DataTable, as_text, shortened
from campaign.column_names import column_name, value_name
from campaign.metric_names import metric_name
from campaign.numbers import change, decimals, number
from campaign.reads.analyses import Made

_ROW, _TITLE, _AXIS = 30, 40, 62  # pixels: of a value, of a column's name, of the axis

_Column = Mapping[str, Any]


def _finding(made: Made) -> Finding:
    """Tell the hardest value of the first column that has one."""
    for column in made.data["columns"]:
        hard = [one for one in column["values"] if _is_hard(one, made.data["metric"])]
        if hard:
            return _said(made, column, max(hard, key=lambda one: abs(one["gap"]["value"])))
    return Finding(_("No part of the test can be shown to be harder than the rest"))


def _is_hard(one: Mapping[str, Any], metric: str) -> bool:
    found = one["gap"]
    return is_sure(found) and (found["value"] < 0) == rises(metric)


def _said(made: Made, column: _Column, one: Mapping[str, Any]) -> Finding:
    words = {
        "column": column_name(column["column"]),
        "value": shortened(_value(one)),
        "change": change(one["gap"]["value"]),
        "metric": metric_name(made.data["metric"]),
    }
    said = _("Hardest by %(column)s: %(value)s, %(change)s %(metric)s against the rest")
    return Finding(said % words, sure=True)


def _value(one: Mapping[str, Any]) -> str:
    return value_name(one["value"]) or _("not said")


def _draw(made: Made) -> Figure:
    columns = made.data["columns"]
    heights = [_ROW * len(column["values"]) for column in columns]
    height = sum(heights) + _TITLE * len(columns) + _AXIS
    figure = make_subplots(
        rows=len(columns),
        cols=1,
        shared_xaxes=True,
        row_heights=heights,
        vertical_spacing=_TITLE / (height - _AXIS),
        subplot_titles=[as_text(column_name(column["column"])) for column in columns],
    )
    for row, column in enumerate(columns, 1):
        _add(figure, row, column)
    figure.update_layout(margin={"t": _TITLE})
    figure.update_annotations(x=0, xanchor="left", xref="paper", font={"size": 14})
    figure.update_xaxes(title=axis_title(made.data["metric"]), row=len(columns), col=1)
    figure.add_vline(x=made.data["value"], line={"color": INK, "width": 1, "dash": "dot"})
    row_lines(figure)
    return Figure(figure, _numbers(made), _reading(made), height)


def _add(figure: go.Figure, row: int, column: _Column) -> None:
    values = sorted(column["values"], key=lambda one: -one["score"]["value"])
    scores = [one["score"] for one in values]
    figure.add_scatter(
        x=[score["value"] for score in scores],
        y=[f"{as_text(shortened(_value(one), 20))} · {number(one['n'])}" for one in values],
        mode="markers",
        error_x=intervals(scores),
        marker={"color": LEAF, "size": 10},
        hovertext=[as_text(f"{_value(one)}: {range_text(one['score'])}") for one in values],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )
    figure.update_yaxes(**NAMES, row=row, col=1)


def _numbers(made: Made) -> DataTable:
    metric = metric_name(made.data["metric"])
    head = [_("Column"), _("Value"), _("Queries"), metric, _("Against the rest")]
    rows = [
        [
            column_name(column["column"]),
            _value(one),
            number(one["n"]),
            range_text(one["score"]),
            change_text(one["gap"]),
        ]
        for column in made.data["columns"]
        for one in column["values"]
    ]
    return DataTable(head, rows, frozenset({2, 3, 4}))


def _reading(made: Made) -> str:
    said = ngettext(
        "Score of %(n)s run on each part of the test, with 95 %% intervals; beside each name, its number of "
        "queries. Dotted: the whole test, %(value)s.",
        "Mean score of %(n)s runs, the best of each team (or baselines alone), on each part of the test, with 95 %% intervals; beside "
        "each name, its number of queries. Dotted: the whole test, %(value)s.",
        made.data["n_runs"],
    )
    words = [said % {"n": number(made.data["n_runs"]), "value": decimals(made.data["value"])}]
    if more := sum(column["n_more"] for column in made.data["columns"]):
        left = ngettext(
            "%(n)s value with fewer queries is not drawn.",
            "%(n)s values with fewer queries are not drawn.",
            more,
        )
        words.append(left % {"n": number(more)})
    return " ".join(words)


DRAWING = Drawing(_finding, _draw)
