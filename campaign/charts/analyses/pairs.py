"""Runs two at a time: which differ, and which answer alike, as heat maps that stay readable at fifty runs."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, floor
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    better_of,
    is_sure,
    run_label,
    run_name,
)
from campaign.charts.template import LEAF, RULE, DataTable
from campaign.numbers import RANGE, change, decimals, number
from campaign.reads.analyses import Made

_GOLD, _PAPER = "var(--gold)", "var(--paper)"
_STATES = {
    1: (LEAF, "+", gettext_lazy("the row's run is better")),
    -1: (_GOLD, "\N{MINUS SIGN}", gettext_lazy("the column's run is better")),
    0: (RULE, "", gettext_lazy("cannot be told apart")),
}
_SHADES = (0.1, 0.3, 0.5, 0.75, 1.0)  # of green, from unlike to alike
_HEAD = 100  # pixels: of numbers and legend above, which takes three lines on a phone
_LEGEND = {"y": 1, "yref": "container", "yanchor": "top", "maxheight": 1}
_MOST_WRITTEN = 14  # runs: of more, cells are too small to be written in
_Pair = tuple[int, ...]


# ---------------------------------------------------------------- which differ
def _differences(made: Made) -> Finding:
    runs, pairs = made.data["runs"], made.data["pairs"]
    sure = [pair for pair in pairs if better_of(pair, made.metric)]
    if len(pairs) == 1:
        one, other = (run_name(made, pk) for pk in runs)
        said = _("%(one)s is better than %(other)s")
        if not sure:
            said = _("%(one)s and %(other)s cannot be told apart")
        return Finding(said % {"one": one, "other": other}, sure=bool(sure))
    if not sure:
        none = _("No two of %(n)s runs can be told apart")
        return Finding(none % {"n": number(len(runs))})
    said = _("%(n)s of %(all)s pairs of runs truly differ")
    said %= {"n": number(len(sure)), "all": number(len(pairs))}
    if _beats_all(made):
        leads = _("%(finding)s; %(run)s is better than all others")
        said = leads % {"finding": said, "run": run_name(made, runs[0])}
    return Finding(said, sure=True)


def _beats_all(made: Made) -> bool:
    first, *others = made.data["runs"]
    own = [pair for pair in made.data["pairs"] if pair["runs"][0] == first]
    return sum(better_of(pair, made.metric) == 1 for pair in own) == len(others)


def _draw_differences(made: Made) -> Figure:
    pairs, runs = made.data["pairs"], made.data["runs"]
    states: dict[_Pair, int] = {}
    for pair in pairs:
        one, other = pair["runs"]
        states[one, other] = better_of(pair, made.metric)
        states[other, one] = -states[one, other]
    figure = _runs_by_runs(made, runs)
    for state, (color, mark, meaning) in _STATES.items():
        _add_cells(
            figure,
            made,
            {pair: str(meaning) for pair, own in states.items() if own == state},
            marker={"color": color},
            name=f"{mark} {meaning}".strip(),
            text=mark if len(runs) <= _MOST_WRITTEN else "",
        )
    figure.update_layout(legend=_LEGEND)
    reading = ngettext(
        "Each cell compares the run of its row with that of its column (the same runs, by number); they stand in "
        "the order of their scores. A difference counts where it is significant.",
        "Each cell compares the run of its row with that of its column (the same runs, by number); they stand in "
        "the order of their scores. A difference counts where it is significant after correction for all %(n)s "
        "comparisons.",
        len(pairs),
    )
    reading %= {"n": number(len(pairs))}
    return Figure(figure, _differences_table(made), reading, _height(runs))


def _differences_table(made: Made) -> DataTable:
    head = [_("Run"), _("Compared with"), _("Difference"), _("from"), _("to"), _("p, corrected")]
    rows = [
        [
            *(run_name(made, pk) for pk in pair["runs"]),
            *(change(pair[name]) for name in ("value", "low", "high")),
            decimals(pair["adjusted"]),
        ]
        for pair in made.data["pairs"]
    ]
    return DataTable(head, rows, numeric=frozenset(range(2, 6)))


# ---------------------------------------------------------------- which answer alike
def _likeness(made: Made) -> Finding:
    within, lead = made.data["within_teams"], made.data["lead"]
    if within and is_sure(within):
        more = _(
            "Runs of one team answer more alike than runs of different teams: %(by)s in rank correlation"
        )
        less = _(
            "Runs of one team answer less alike than runs of different teams: %(by)s in rank correlation"
        )
        said = more if within["value"] > 0 else less
        return Finding(said % {"by": change(within["value"])}, sure=True)
    if lead and is_sure(lead):
        said = _("%(one)s and %(other)s answer more alike than any other two teams' runs")
        one, other = (run_name(made, pk) for pk in lead["runs"])
        return Finding(said % {"one": one, "other": other}, sure=True)
    return Finding(_most_alike(made))


def _most_alike(made: Made) -> str:
    """Tell the two runs that answered most alike in this very test."""
    pairs = made.data["pairs"]
    most = max(pairs, key=lambda pair: pair["value"])
    one, other = (run_name(made, pk) for pk in most["runs"])
    said = _("The answers of %(one)s and %(other)s have a rank correlation of %(value)s")
    if len(pairs) > 1:
        said = _("%(one)s and %(other)s answer most alike here: a rank correlation of %(value)s")
    return said % {"one": one, "other": other, "value": decimals(most["value"])}


def _draw_likeness(made: Made) -> Figure:
    runs, pairs = made.data["runs"], made.data["pairs"]
    figure = _runs_by_runs(made, runs)
    for (low, high), opacity in zip(
        _bands([pair["value"] for pair in pairs]), _SHADES, strict=True
    ):
        within = [pair for pair in pairs if low <= pair["value"] < high]
        _add_cells(
            figure,
            made,
            {tuple(order): _estimate(pair) for pair in within for order in _both(pair["runs"])},
            marker={"color": LEAF},
            opacity=opacity,
            name=f"{decimals(low, 2)}{RANGE}{decimals(min(high, 1.0), 2)}",
        )
    figure.update_layout(legend=_LEGEND | {"entrywidth": 66})
    reading = _(
        "The stronger the green, the more alike two runs answer: whether they have the right class high or low in "
        "the same ones of %(n)s queries (rank correlation; 1: in just the same). Runs that answer alike stand "
        "side by side."
    ) % {"n": number(made.data["n_queries"])}
    return Figure(figure, _likeness_table(made), reading, _height(runs))


def _bands(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return equal parts of the range of values, one for each shade, with ends of two decimals."""
    low = floor(min(values) * 100) / 100
    step = ceil(max(1.0, (max(values) - low) * 100 / len(_SHADES) + 1e-6)) / 100
    ends = [round(low + step * place, 2) for place in range(len(_SHADES) + 1)]
    return list(pairwise(ends))


def _both(runs: Sequence[int]) -> list[Sequence[int]]:
    return [runs, runs[::-1]]


def _estimate(one: Mapping[str, Any]) -> str:
    if one["low"] is None:
        return decimals(one["value"])
    words = {name: decimals(one[name]) for name in ("value", "low", "high")}
    return _("%(value)s, %(low)s to %(high)s") % words


def _likeness_table(made: Made) -> DataTable:
    head = [_("Run"), _("Other run"), _("Correlation"), _("from"), _("to"), _("Same team")]
    rows = [
        [
            *(run_name(made, pk) for pk in pair["runs"]),
            *(decimals(pair[name]) for name in ("value", "low", "high")),
            _("yes") if pair["same_team"] else _("no"),
        ]
        for pair in sorted(made.data["pairs"], key=lambda pair: -pair["value"])
    ]
    return DataTable(head, rows, numeric=frozenset({2, 3, 4}))


# ---------------------------------------------------------------- both
def _runs_by_runs(made: Made, runs: Sequence[int]) -> go.Figure:
    """Return an empty figure of runs against runs: rows have numbers and names, columns the numbers."""
    places = list(range(1, len(runs) + 1))
    few = len(runs) <= _MOST_WRITTEN
    names = [f"{place}  {run_label(made, pk, 20)}" for place, pk in zip(places, runs, strict=True)]
    figure = go.Figure(layout={"barmode": "overlay", "barcornerradius": 0, "bargap": 0})
    axis = {"showgrid": False, "zeroline": False, "ticks": ""}
    ends = [0.5, len(runs) + 0.5]
    font = {"size": 13 if len(runs) <= 25 else 10}
    columns = places if few else places[:: 1 + len(runs) // 10]
    figure.update_xaxes(
        **axis, range=ends, side="top", tickangle=0, tickvals=columns, tickfont=font
    )
    figure.update_yaxes(**axis, range=ends[::-1], tickvals=places, ticktext=names, tickfont=font)
    return figure


def _add_cells(figure: go.Figure, made: Made, hover: Mapping[_Pair, str], **fields: Any) -> None:
    """Add a cell for each of some pairs of a row and a column, as bars.

    Plotly's own heat maps are pictures with a style in the page, which the policy forbids. The first cell
    is none: it keeps the trace in the legend where no pair is of it.
    """
    place = {pk: at for at, pk in enumerate(made.data["runs"], 1)}
    names = {pk: run_label(made, pk) for pk in place}
    said = [f"{names[row]}<br>{names[column]}<br>{text}" for (row, column), text in hover.items()]
    fields["marker"] = fields["marker"] | {"line": {"color": _PAPER, "width": 1}}
    figure.add_bar(
        orientation="h",
        y=[None, *(place[row] for row, _column in hover)],
        base=[None, *(place[column] - 0.5 for _row, column in hover)],
        x=[None, *(1 for _pair in hover)],
        width=1,
        customdata=[[""], *([one] for one in said)],
        hovertemplate="%{customdata[0]}<extra></extra>",
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        **fields,
    )


def _height(runs: Sequence[int]) -> int:
    cell = 36 if len(runs) <= 8 else 28 if len(runs) <= _MOST_WRITTEN else 16
    return cell * len(runs) + _HEAD


DRAWINGS: Mapping[str, Drawing] = {
    "significance": Drawing(_differences, _draw_differences),
    "correlation": Drawing(_likeness, _draw_likeness),
}
