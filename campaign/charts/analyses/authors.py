"""Whether it matters who took the picture or recording: the scores of authors against what chance makes of them."""

from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, ngettext

from campaign.charts.analyses.drawing import Drawing, Figure, Finding, axis_title
from campaign.charts.template import INK, LEAF, DataTable, with_interval
from campaign.metric_names import metric_name
from campaign.numbers import RANGE, decimals, number
from campaign.reads.analyses import Made

_HEIGHT = 400


def _own(made: Made) -> Any:
    [own] = made.data["columns"]
    return own


def _finding(made: Made) -> Finding:
    spread = _own(made)["spread"]
    if spread["low"] <= 0:
        return Finding(_("No difference between authors beyond chance can be shown"))
    said = _("Scores differ by author: a standard deviation of %(spread)s %(metric)s beyond chance")
    words = {"spread": decimals(spread["value"]), "metric": metric_name(made.data["metric"])}
    return Finding(said % words, sure=True)


def _draw(made: Made) -> Figure:
    own = _own(made)["histogram"]
    edges = list(pairwise(own["edges"]))
    middles = [(low + high) / 2 for low, high in edges]
    figure = go.Figure(
        go.Bar(
            x=middles,
            y=own["counts"],
            width=[0.86 * (high - low) for low, high in edges],
            name=_("authors"),
            marker={"color": LEAF, "opacity": 0.55},
            hovertext=[_bin(edge) for edge in edges],
            hovertemplate="%{hovertext}: %{y}<extra></extra>",
        )
    )
    figure.add_scatter(
        x=middles,
        y=own["expected"],
        name=_("by chance"),
        mode="markers",
        error_y={**with_interval(own["expected"], own["low"], own["high"]), "color": INK},
        marker={"color": INK, "size": 9, "symbol": "diamond"},
        hovertemplate="%{y:.1f}<extra></extra>",
    )
    figure.update_xaxes(title=axis_title(made.data["metric"]))
    figure.update_yaxes(title=_("authors"), rangemode="tozero")
    return Figure(figure, _numbers(made), _reading(made), _HEIGHT)


def _bin(edge: tuple[float, float]) -> str:
    return f"{decimals(edge[0], 2)}{RANGE}{decimals(edge[1], 2)}"


def _numbers(made: Made) -> DataTable:
    own = _own(made)["histogram"]
    rows = [
        [
            _bin(edge),
            number(n),
            decimals(expected, 1),
            f"{decimals(low, 1)}{RANGE}{decimals(high, 1)}",
        ]
        for edge, n, expected, low, high in zip(
            pairwise(own["edges"]),
            own["counts"],
            own["expected"],
            own["low"],
            own["high"],
            strict=True,
        )
    ]
    metric = metric_name(made.data["metric"])
    return DataTable(
        [metric, _("Authors"), _("By chance"), _("95 in 100 times")], rows, frozenset({1, 2, 3})
    )


def _reading(made: Made) -> str:
    own = _own(made)
    said = ngettext(
        "Bars: how many authors, of those with at least %(least)s queries, have which mean score, of %(n)s run. "
        "Diamonds: how many would if queries were dealt to authors at random, with the range of 95 in 100 deals.",
        "Bars: how many authors, of those with at least %(least)s queries, have which mean score, on average over "
        "%(n)s runs, the best of each team (or baselines alone). Diamonds: how many would if queries were dealt to authors at random, "
        "with the range of 95 in 100 deals.",
        made.data["n_runs"],
    )
    spread = _(
        "Over all %(authors)s authors, the standard deviation beyond chance is %(value)s (%(low)s to %(high)s). "
        "Part of it may be the species: authors do not all meet the same ones."
    )
    words = {name: decimals(max(0, value)) for name, value in own["spread"].items()}
    return " ".join(
        [
            said % {"least": own["least"], "n": number(made.data["n_runs"])},
            spread % {"authors": number(own["n_authors"]), **words},
        ]
    )


DRAWING = Drawing(_finding, _draw)
