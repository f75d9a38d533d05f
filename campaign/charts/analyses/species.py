"""Whether runs are good on rare species too: scores by how many training images a class has."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    axis_title,
    change_text,
    intervals,
    is_sure,
    range_text,
)
from campaign.charts.template import INK, MARKERS, SERIES, DataTable, as_text
from campaign.metric_names import metric_name
from campaign.numbers import RANGE, change, number
from campaign.reads.analyses import Made
from campaign.reads.board_filters import TRAINING_DATA

_HEIGHT = 420
_APART = 0.07  # of a band, between the dots of two lines

_Group = Mapping[str, Any]


def _finding(made: Made) -> Finding:
    every, bands = made.data["groups"][0], made.data["bands"]
    if not is_sure(every["rare"]):
        return Finding(_("No difference between rare and common species can be shown"))
    said = _(
        "Species with %(few)s training examples: %(change)s %(metric)s against those with %(many)s or more"
    )
    words = {
        "few": _band(bands, 0),
        "many": number(bands[-1][0]),
        "change": change(every["rare"]["value"]),
        "metric": metric_name(made.data["metric"]),
    }
    return Finding(said % words, sure=True)


def _band(bands: Sequence[tuple[int, int]], place: int) -> str:
    low, end = bands[place]
    if place == len(bands) - 1:
        return f"{number(low)}+"
    if end - low == 1:
        return number(low)
    return f"{number(low)}{RANGE}{number(end - 1)}"


def _draw(made: Made) -> Figure:
    groups = _drawn(made)
    names = [_band(made.data["bands"], place) for place in range(len(made.data["bands"]))]
    figure = go.Figure()
    for place, group in enumerate(groups):
        _add(figure, place, len(groups), group, names)
    figure.update_xaxes(
        title=_("training examples of a species"),
        tickvals=list(range(len(names))),
        ticktext=names,
        tickangle=0,
        range=[-0.5, len(names) - 0.5],
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(title=axis_title(made.data["metric"]))
    return Figure(figure, _numbers(made, names), _reading(made), _HEIGHT)


def _drawn(made: Made) -> Sequence[_Group]:
    """Return a line for each kind of training data; where there is one kind only, all runs are it."""
    every, *kinds = made.data["groups"]
    return kinds if len(kinds) > 1 else [every]


def _add(figure: go.Figure, place: int, n_groups: int, group: _Group, names: Sequence[str]) -> None:
    color = SERIES[place] if n_groups > 1 else INK
    shift = _APART * (place - (n_groups - 1) / 2)
    figure.add_scatter(
        x=[at + shift for at in range(len(names))],
        y=[band["value"] for band in group["bands"]],
        name=as_text(_name(group)),
        mode="lines+markers",
        error_y={**intervals(group["bands"]), "color": color},
        line={"color": color, "width": 1.5},
        marker={"color": color, "size": 9, "symbol": MARKERS[place]},
        hovertext=[
            as_text(f"{_name(group)}, {name}: {range_text(band)}")
            for name, band in zip(names, group["bands"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=n_groups > 1,
    )


def _name(group: _Group) -> str:
    said = TRAINING_DATA.get(group["group"], _("all runs"))
    return f"{said} · {number(group['n_runs'])}"


def _numbers(made: Made, names: Sequence[str]) -> DataTable:
    head = [
        _("Training data · runs"),
        *names,
        _("Rare against common"),
        _("Mean over queries"),
        _("Mean over species"),
        _("Mean over species against queries"),
    ]
    rows = [
        [
            _name(group),
            *map(range_text, group["bands"]),
            change_text(group["rare"]),
            range_text(group["by_query"]),
            range_text(group["by_class"]),
            change_text(group["price"]),
        ]
        for group in made.data["groups"]
    ]
    return DataTable(head, rows, frozenset(range(1, len(head))))


def _reading(made: Made) -> str:
    words = [
        _(
            "Mean score of the species with so many training examples (images or recordings), on average over the best "
            "run of each team (or baselines alone), with intervals over species (95 %)."
        ),
        _(
            "If every species counted alike instead of every query, the mean of all runs would change by %(change)s."
        )
        % {"change": change_text(made.data["groups"][0]["price"])},
    ]
    if len(_drawn(made)) > 1:
        words.append(_("Lines are kinds of training data, with their number of runs."))
    return " ".join(words)


DRAWING = Drawing(_finding, _draw)
