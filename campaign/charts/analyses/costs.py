"""Costs against scores, with the front of runs that nobody beats at a lower cost."""

from collections.abc import Iterator, Mapping, Sequence
from math import floor, log10
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from plotly.subplots import make_subplots

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    axis_title,
    run_label,
    run_name,
)
from campaign.charts.names_beside import FONT, places_beside
from campaign.charts.template import LEAF, MUTED, DataTable, labelled
from campaign.metric_names import metric_name
from campaign.numbers import decimals, number, percent, roughly
from campaign.reads.analyses import Made

_MANY_POWERS = 2  # of ten: of more, only these are named
_PANEL, _FRAME = 230, 70  # pixels: of a panel, of its axis with the title
_NARROWEST = 240  # pixels: of a panel on a phone
_NAME = 24  # letters
_COSTS = {
    "training": (gettext_lazy("training"), gettext_lazy("€ of hardware used up")),
    "preparation": (gettext_lazy("preparation"), gettext_lazy("person-days")),
    "answering": (
        gettext_lazy("answering"),
        gettext_lazy("minutes for 1 000 media"),
    ),
}
_PANELS = {
    "training": gettext_lazy("The panel of training"),
    "preparation": gettext_lazy("The panel of preparation"),
    "answering": gettext_lazy("The panel of answering"),
}


def _finding(made: Made) -> Finding:
    """Tell who is as good as the best for less, of the first cost that somebody is; else of which nobody is."""
    costs = made.data["costs"]
    for name, one in costs.items():
        if one["as_good"]:
            return Finding(_AS_GOOD[name] % _words(made, one))
    for name, one in costs.items():
        if one.get("of_the_best"):  # what was made before it was asked does not say
            return Finding(_NONE_AS_GOOD[name] % _words(made, one))
    return Finding(_("Whether a cheaper run is as good as the best cannot be told"))


def _words(made: Made, one: Mapping[str, Any]) -> dict[str, str]:
    words = {"best": run_name(made, one["runs"][0]), "n": number(len(one["runs"]))}
    if alike := one["as_good"]:
        words |= {"run": run_name(made, alike["run"]), "share": percent(alike["share"])}
    return words


_AS_GOOD = {
    "training": gettext_lazy(
        "%(run)s cannot be told apart from %(best)s, the best of the %(n)s runs that say what training cost, at "
        "%(share)s of that cost"
    ),
    "preparation": gettext_lazy(
        "%(run)s cannot be told apart from %(best)s, the best of the %(n)s runs that say how long preparation took, "
        "at %(share)s of that time"
    ),
    "answering": gettext_lazy(
        "%(run)s cannot be told apart from %(best)s, the best of the %(n)s runs that say how fast they answer, and "
        "answers in %(share)s of its time"
    ),
}
_NONE_AS_GOOD = {
    "training": gettext_lazy(
        "No run of cheaper training is as good as %(best)s, the best of the %(n)s runs that say what training cost"
    ),
    "preparation": gettext_lazy(
        "No run of shorter preparation is as good as %(best)s, the best of the %(n)s runs that say how long it took"
    ),
    "answering": gettext_lazy(
        "No faster run is as good as %(best)s, the best of the %(n)s runs that say how fast they answer"
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
        figure.update_xaxes(**_scale(one["costs"]), title=_cost(name), row=row, col=1)
        ends = _score_ends(one["scores"])
        figure.update_yaxes(title=axis_title(made.metric), range=ends, row=row, col=1)
    reading = _(
        "Each dot is a run; the line joins the runs that no other beats at the same cost or less, named where there "
        "is room. Costs are on a logarithmic scale; the cheapest are on the left."
    )
    return Figure(figure, _numbers(made), " ".join([reading, *_left_out(made)]), height)


def _left_out(made: Made) -> Iterator[str]:
    """Yield of how many runs each panel cannot speak."""
    for name, one in made.data["costs"].items():
        if silent := one.get("n_left_out", 0):  # what was made before does not say it
            said = ngettext(
                "%(what)s leaves out %(n)s run: its description does not say it.",
                "%(what)s leaves out %(n)s runs: their descriptions do not say it.",
                silent,
            )
            yield said % {"what": _PANELS[name], "n": number(silent)}


def _cost(name: str) -> str:
    what, unit = _COSTS[name]
    return labelled(str(what), str(unit))


def _scale(costs: Sequence[float]) -> dict[str, Any]:
    """Return a logarithmic axis that names powers of ten, of few also twice and five times, with room at its ends.

    >>> _scale([0.2, 3])["ticktext"]
    ['0.1', '0.2', '0.5', '1', '2', '5', '10', '20', '50']
    """
    low, high = log10(min(costs)), log10(max(costs))
    digits = (1, 2, 5) if high - low < _MANY_POWERS else (1,)
    powers = range(floor(low), floor(high) + 2)
    ticks = {digit * 10.0**power: _tick(digit, power) for power in powers for digit in digits}
    return {
        "type": "log",
        "range": _cost_ends(costs),
        "tickvals": list(ticks),
        "ticktext": list(ticks.values()),
        "tickangle": 0,
    }


def _cost_ends(costs: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the axis of costs, as powers of ten."""
    low, high = log10(min(costs)), log10(max(costs))
    room = max(0.2, 0.25 * (high - low))
    return low - room, high + room


def _score_ends(scores: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the axis of scores, with room for a name above and below."""
    low, high = min(scores), max(scores)
    room = 0.15 * (high - low) or 0.05
    return low - room, high + room


def _tick(digit: int, power: int) -> str:
    return number(digit * 10**power) if power >= 0 else decimals(digit * 10.0**power, -power)


def _add_panel(figure: go.Figure, made: Made, one: Mapping[str, Any], row: int) -> None:
    place = {pk: at for at, pk in enumerate(one["runs"])}
    front = [place[pk] for pk in one["front"]]
    named = _named(made, one, front)
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
        text=[
            run_label(made, pk, _NAME) if at in named else "" for at, pk in enumerate(one["runs"])
        ],
        textposition=[named.get(at, "top left") for at in range(len(one["runs"]))],
        textfont={"size": FONT},
        cliponaxis=False,
        hovertext=[
            f"{run_label(made, pk)}: {_rounded(cost)}, {decimals(score)}"
            for pk, cost, score in zip(one["runs"], one["costs"], one["scores"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )


def _named(made: Made, one: Mapping[str, Any], front: Sequence[int]) -> dict[int, str]:
    """Return which runs of the front have their names in the panel of a phone, the best first, and on which side."""
    xs = _pixels([log10(cost) for cost in one["costs"]], _cost_ends(one["costs"]), _NARROWEST)
    ys = _pixels(one["scores"], _score_ends(one["scores"]), _PANEL)
    names = {at: run_name(made, one["runs"][at], _NAME) for at in reversed(front)}
    return places_beside(list(zip(xs, ys, strict=True)), names, front, _NARROWEST, _PANEL)


def _pixels(values: Sequence[float], ends: tuple[float, float], length: int) -> list[float]:
    low, high = ends
    return [length * (value - low) / (high - low) for value in values]


def _numbers(made: Made) -> DataTable:
    costs = made.data["costs"]
    known = {name: dict(zip(one["runs"], one["costs"], strict=True)) for name, one in costs.items()}
    scores = {
        pk: s for one in costs.values() for pk, s in zip(one["runs"], one["scores"], strict=True)
    }
    head = [
        _("Run"),
        metric_name(made.metric),
        *map(_cost, costs),
        _("Unbeaten at its cost"),
    ]
    rows = [
        [
            run_name(made, pk),
            decimals(scores[pk]),
            *(_rounded(known[name].get(pk)) for name in costs),
            ", ".join(str(_COSTS[name][0]) for name, one in costs.items() if pk in one["front"]),
        ]
        for pk in made.data["runs"]
    ]
    return DataTable(head, rows, numeric=frozenset(range(1, 2 + len(costs))))


def _rounded(cost: float | None) -> str:
    """Return a cost with the digits that matter."""
    return number(round(cost)) if cost and cost >= 10 else roughly(cost)


DRAWINGS: Mapping[str, Drawing] = {"cost": Drawing(_finding, _draw)}
