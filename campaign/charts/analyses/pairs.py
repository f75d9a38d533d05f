"""Runs two at a time: which differ, and which answer alike, as heat maps that stay readable at fifty runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from campaign.charts.analyses.drawing import Drawing, Figure, Finding, rises, run_label, run_name
from campaign.charts.template import LEAF, RULE, DataTable
from campaign.numbers import change, decimals, number
from campaign.reads.analyses import Made

SURE = 0.05  # of a corrected p-value: below, a difference is one

_GOLD, _SURFACE = "var(--gold)", "var(--surface)"
_STATES = {
    1: (LEAF, "+", gettext_lazy("the row's run is better")),
    -1: (_GOLD, "\N{MINUS SIGN}", gettext_lazy("the column's run is better")),
    0: (RULE, "", gettext_lazy("cannot be told apart")),
}
_HEAD, _FOOT = 66, 64  # pixels: of numbers and legend above, of a scale below
_MOST_WRITTEN = 14  # runs: of more, cells are too small to be written in
_Cells = list[list[Any]]
_Pair = tuple[int, ...]


# ---------------------------------------------------------------- which differ
def _differences(made: Made) -> Finding:
    runs, pairs = made.data["runs"], made.data["pairs"]
    sure = [pair for pair in pairs if _state(pair, made.metric)]
    if not sure:
        none = ngettext(
            "No two of %(n)s run can be told apart",
            "No two of %(n)s runs can be told apart",
            len(runs),
        )
        return Finding(none % {"n": number(len(runs))})
    said = ngettext(
        "%(n)s of %(all)s pairs of runs truly differs",
        "%(n)s of %(all)s pairs of runs truly differ",
        len(sure),
    ) % {"n": number(len(sure)), "all": number(len(pairs))}
    if _beats_all(made, sure):
        leads = _("%(finding)s; %(run)s is better than all others")
        said = leads % {"finding": said, "run": run_name(made, runs[0])}
    return Finding(said, sure=True)


def _state(pair: Mapping[str, Any], metric: str) -> int:
    """Return 1 where the first run of a pair is better, -1 where the second is, 0 where nobody can tell."""
    if pair["adjusted"] >= SURE:
        return 0
    return 1 if (pair["value"] > 0) == rises(metric) else -1


def _beats_all(made: Made, sure: Iterable[Mapping[str, Any]]) -> bool:
    first, *others = made.data["runs"]
    beaten = [pair for pair in sure if pair["runs"][0] == first]
    return len(beaten) == len(others) > 1


def _draw_differences(made: Made) -> Figure:
    pairs, runs = made.data["pairs"], made.data["runs"]
    states: dict[_Pair, float] = {}
    for pair in pairs:
        one, other = pair["runs"]
        states[one, other] = _state(pair, made.metric)
        states[other, one] = -states[one, other]
    marks = {pair: _STATES[int(state)][1] for pair, state in states.items()}
    hover = {pair: str(_STATES[int(state)][2]) for pair, state in states.items()}
    figure = _heat_map(made, runs, states, marks, hover)
    figure.update_traces(colorscale=_steps([_STATES[state][0] for state in (-1, 0, 1)]))
    figure.update_traces(zmin=-1, zmax=1)
    for color, mark, name in _STATES.values():
        _add_to_legend(figure, color, f"{mark} {name}".strip())
    figure.update_layout(legend={"y": 1, "yref": "container", "yanchor": "top"})
    reading = _(
        "The runs stand in the order of their scores, and every two are compared on the same queries; "
        "a difference counts only where it stays one among all %(n)s that are looked at."
    ) % {"n": number(len(pairs))}
    return Figure(figure, _differences_table(made), reading, _height(runs))


def _steps(colors: Sequence[str]) -> list[list[Any]]:
    """Return a scale of as many flat steps as there are colours."""
    n = len(colors)
    return [[end / n, color] for place, color in enumerate(colors) for end in (place, place + 1)]


def _add_to_legend(figure: go.Figure, color: str, name: str) -> None:
    marker = {"symbol": "square", "size": 12, "color": color}
    figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=name)


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
    if within and _is_sure(within):
        more = _("Runs of one team answer more alike than runs of different teams: %(by)s")
        less = _("Runs of one team answer less alike than runs of different teams: %(by)s")
        said = more if within["value"] > 0 else less
        return Finding(said % {"by": change(within["value"])}, sure=True)
    if lead and _is_sure(lead):
        said = _("%(one)s and %(other)s answer more alike than any other two teams' runs")
        one, other = (run_name(made, pk) for pk in lead["runs"])
        return Finding(said % {"one": one, "other": other}, sure=True)
    return Finding(_("No runs can be told to answer more alike than others"))


def _is_sure(estimate: Mapping[str, Any]) -> bool:
    return estimate["low"] is not None and (estimate["low"] > 0 or estimate["high"] < 0)


def _draw_likeness(made: Made) -> Figure:
    runs, pairs = made.data["runs"], made.data["pairs"]
    values = {tuple(order): pair["value"] for pair in pairs for order in _both(pair["runs"])}
    hover = {tuple(order): _estimate(pair) for pair in pairs for order in _both(pair["runs"])}
    marks = {pair: decimals(value, 2) for pair, value in values.items()}
    figure = _heat_map(made, runs, values, marks, hover)
    figure.update_traces(
        colorscale=[[0, _SURFACE], [1, LEAF]],
        showscale=True,
        colorbar={
            "orientation": "h",
            "y": 0,
            "yanchor": "top",
            "ypad": 8,
            "thickness": 10,
            "outlinewidth": 0,
            "nticks": 5,
            "title": {"text": _("rank correlation of positions (1: the same)"), "side": "bottom"},
        },
    )
    reading = _(
        "Each cell says how alike two runs put their first right class, over %(n)s queries: two that are "
        "alike are right and wrong in the same ones. Runs that are alike stand together."
    ) % {"n": number(made.data["n_queries"])}
    return Figure(figure, _likeness_table(made), reading, _height(runs) + _FOOT)


def _both(runs: Sequence[int]) -> list[Sequence[int]]:
    return [runs, runs[::-1]]


def _estimate(one: Mapping[str, Any]) -> str:
    if one["low"] is None:
        return decimals(one["value"])
    words = {name: decimals(one[name]) for name in ("value", "low", "high")}
    return _("%(value)s, %(low)s to %(high)s") % words


def _likeness_table(made: Made) -> DataTable:
    head = [_("Run"), _("Run beside it"), _("Correlation"), _("from"), _("to"), _("Same team")]
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
def _heat_map(
    made: Made,
    runs: Sequence[int],
    values: Mapping[_Pair, float],
    marks: Mapping[_Pair, str],
    hover: Mapping[_Pair, str],
) -> go.Figure:
    """Return runs against runs: rows have names and numbers, columns the numbers alone."""
    numbers = [str(place) for place, _pk in enumerate(runs, 1)]
    names = [run_label(made, pk, 22) for pk in runs]
    figure = go.Figure()
    figure.add_heatmap(
        x=numbers,
        y=numbers,
        z=_cells(runs, values.get),
        text=_cells(runs, marks.get) if len(runs) <= _MOST_WRITTEN else None,
        texttemplate="%{text}",
        textfont={"size": 12},
        customdata=_cells(
            runs, lambda pair: [*(run_label(made, pk) for pk in pair), hover.get(pair, "")]
        ),
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>",
        hoverongaps=False,
        showscale=False,
        xgap=1,
        ygap=1,
    )
    size = 13 if len(runs) <= 25 else 10
    axis = {"type": "category", "showgrid": False, "ticks": "", "tickfont": {"size": size}}
    figure.update_xaxes(**axis, side="top", tickangle=0, nticks=12)
    figure.update_yaxes(
        **axis,
        autorange="reversed",
        tickvals=numbers,
        ticktext=[f"{name}  {place}" for name, place in zip(names, numbers, strict=True)],
    )
    return figure


def _cells(runs: Sequence[int], value: Callable[[_Pair], Any]) -> _Cells:
    return [[value((row, column)) for column in runs] for row in runs]


def _height(runs: Sequence[int]) -> int:
    cell = 36 if len(runs) <= 8 else 28 if len(runs) <= _MOST_WRITTEN else 16
    return cell * len(runs) + _HEAD


DRAWINGS: Mapping[str, Drawing] = {
    "significance": Drawing(_differences, _draw_differences),
    "correlation": Drawing(_likeness, _draw_likeness),
}
