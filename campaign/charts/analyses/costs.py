"""Costs against scores, with the front of runs that nobody beats at a lower cost."""

from collections.abc import Mapping, Sequence
from math import floor, log10
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy
from plotly.subplots import make_subplots

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    axis_title,
    run_label,
    run_name,
)
from campaign.charts.template import LEAF, MUTED, DataTable
from campaign.metric_names import metric_name
from campaign.numbers import decimals, number, percent
from campaign.reads.analyses import Made

_PANEL, _FRAME = 230, 70  # pixels: of a panel, of its axis with the title
_COSTS = {
    "training": gettext_lazy("training: hardware price × hours, in € h"),
    "preparation": gettext_lazy("preparation: person-days"),
    "answering": gettext_lazy("answering: minutes for 1 000 queries"),
}


def _finding(made: Made) -> Finding:
    """Tell who is as good as the best for less, of the first cost that somebody is."""
    for name, one in made.data["costs"].items():
        alike = one["as_good"]
        if alike:
            words = {
                "run": run_name(made, alike["run"]),
                "best": run_name(made, alike["best"]),
                "share": percent(alike["share"]),
            }
            return Finding(_AS_GOOD[name] % words)
    return Finding(_("No cheaper run is as good as the best"))


_AS_GOOD = {
    "training": gettext_lazy(
        "%(run)s cannot be told apart from the best, %(best)s, at %(share)s of its training cost"
    ),
    "preparation": gettext_lazy(
        "%(run)s cannot be told apart from the best, %(best)s, at %(share)s of its preparation"
    ),
    "answering": gettext_lazy(
        "%(run)s cannot be told apart from the best, %(best)s, and answers in %(share)s of its time"
    ),
}


def _draw(made: Made) -> Figure:
    """Draw one panel for each cost that is known."""
    costs = made.data["costs"]
    height = (_PANEL + _FRAME) * len(costs)
    figure = make_subplots(
        rows=len(costs), cols=1, vertical_spacing=_FRAME / height if len(costs) > 1 else 0
    )
    for row, (name, one) in enumerate(costs.items(), start=1):
        _add_panel(figure, made, one, row)
        figure.update_xaxes(**_scale(one["costs"]), title=str(_COSTS[name]), row=row, col=1)
        figure.update_yaxes(title=axis_title(made.metric), row=row, col=1)
    reading = _(
        "Each dot is a run; the line joins the runs that no other beats at the same cost or less. The scale "
        "of costs is logarithmic."
    )
    return Figure(figure, _numbers(made), reading, height)


def _scale(costs: Sequence[float]) -> dict[str, Any]:
    """Return a logarithmic axis with 1, 2 and 5 of each power of ten, and room for the names of the runs at its ends.

    >>> _scale([0.2, 3])["ticktext"]
    ['0.1', '0.2', '0.5', '1', '2', '5', '10', '20', '50']
    """
    low, high = log10(min(costs)), log10(max(costs))
    powers = range(floor(low), floor(high) + 2)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    room = max(0.2, 0.15 * (high - low))
    return {
        "type": "log",
        "range": [low - room, high + room],
        "tickvals": ticks,
        "ticktext": [f"{tick:g}" for tick in ticks],
    }


def _add_panel(figure: go.Figure, made: Made, one: Mapping[str, Any], row: int) -> None:
    place = {pk: at for at, pk in enumerate(one["runs"])}
    front = [place[pk] for pk in one["front"]]
    figure.add_scatter(
        x=[one["costs"][at] for at in front],
        y=[one["scores"][at] for at in front],
        mode="lines",
        line={"color": LEAF, "width": 2, "shape": "hv"},
        hoverinfo="skip",
        showlegend=False,
        row=row,
        col=1,
    )
    figure.add_scatter(
        x=one["costs"],
        y=one["scores"],
        mode="markers+text",
        marker={
            "color": [LEAF if pk in one["front"] else MUTED for pk in one["runs"]],
            "size": 10,
            "symbol": ["circle" if pk in one["front"] else "circle-open" for pk in one["runs"]],
        },
        text=[run_label(made, pk, 24) if pk in one["front"] else "" for pk in one["runs"]],
        textposition="bottom center",
        textfont={"size": 11},
        hovertext=[run_label(made, pk) for pk in one["runs"]],
        hovertemplate="%{hovertext}: %{x:,.0f}, %{y:.3f}<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )


def _numbers(made: Made) -> DataTable:
    costs = made.data["costs"]
    known = {name: dict(zip(one["runs"], one["costs"], strict=True)) for name, one in costs.items()}
    scores = {
        pk: s for one in costs.values() for pk, s in zip(one["runs"], one["scores"], strict=True)
    }
    head = [
        _("Run"),
        metric_name(made.metric),
        *(str(_COSTS[name]) for name in costs),
        _("Unbeaten at its cost"),
    ]
    rows = [
        [
            run_name(made, pk),
            decimals(scores[pk]),
            *(number(_rounded(known[name].get(pk))) for name in costs),
            ", ".join(
                str(_COSTS[name]).partition(":")[0].strip()
                for name, one in costs.items()
                if pk in one["front"]
            ),
        ]
        for pk in made.data["runs"]
    ]
    return DataTable(head, rows, numeric=frozenset(range(1, 2 + len(costs))))


def _rounded(cost: float | None) -> float | None:
    """Return a cost with the digits that matter."""
    if cost is None:
        return None
    return round(cost) if cost >= 10 else round(cost, 1)


DRAWINGS: Mapping[str, Drawing] = {"cost": Drawing(_finding, _draw)}
