"""What runs score together: the best sets of them, and what each two gain."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from plotly.subplots import make_subplots

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    axis_title,
    better_of,
    change_text,
    rises,
    run_label,
    run_name,
    zero_line,
)
from campaign.charts.bars import NAMES
from campaign.charts.template import INK, LEAF, MUTED, DataTable, with_interval
from campaign.metric_names import metric_name
from campaign.numbers import change, decimals, number, percent
from campaign.reads.analyses import Made

_MOST_PAIRS = 12  # drawn: those that gain most; the table has all
_ROW, _AXIS, _GAP = (
    44,
    62,
    20,
)  # pixels: of a row with its name above it, of an axis, between panels
_ABOVE = 18  # from a dot's middle to the name over it
_METHODS = {
    "mean": gettext_lazy("the mean of their probabilities"),
    "rrf": gettext_lazy("reciprocal rank fusion"),
}


# ---------------------------------------------------------------- in words
def _finding(made: Made) -> Finding:
    """Tell what the best run of all gains when it is fused with others, if it does for sure.

    A fusion of two weaker ones may gain over these, and still be worth less than that run.
    """
    metric, leader = made.metric, _best_alone(made)["run"]
    fused = [*made.data["steps"], *made.data["pairs"]]
    with_it = [one for one in fused if leader in one["runs"]]
    gains = [one for one in with_it if _gain_state(one["gain"], metric) > 0]
    if not gains:
        if made.data["waits"]:
            return Finding(_("The fusions of runs are being made"))
        return Finding(_("No fusion with the best run can be shown to beat it"))
    best = (max if rises(metric) else min)(gains, key=lambda one: one["value"])
    words = {
        "best": run_name(made, leader),
        "others": _joined(run_name(made, pk) for pk in best["runs"] if pk != leader),
        "score": decimals(best["value"]),
        "metric": metric_name(metric),
        "gain": change_text(best["gain"]),
    }
    said = _(
        "%(best)s, the best run, scores better fused with %(others)s: %(metric)s %(score)s, a gain of %(gain)s"
    )
    return Finding(said % words, sure=True)


def _best_alone(made: Made) -> Mapping[str, Any]:
    best: Mapping[str, Any] = (max if rises(made.metric) else min)(
        made.data["alone"], key=lambda one: one["value"]
    )
    return best


def _gain_state(gain: Mapping[str, Any] | None, metric: str) -> int:
    """Return 1 where a fusion is better than the best run in it, -1 where it is worse, 0 where nobody can tell."""
    return better_of(gain, metric) if gain else 0


def _joined(names: Iterable[str]) -> str:
    *first, last = names
    if not first:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


# ---------------------------------------------------------------- drawn
def _draw(made: Made) -> Figure:
    """Draw the scores of the best sets above the gains of pairs."""
    best = _best_alone(made)
    sets = [{**best, "runs": [best["run"]], "gain": None}, *made.data["steps"]]
    pairs = _most_gained(made)
    panels = [_ROW * len(own) for own in (sets, pairs) if own]
    height = sum(panels) + _AXIS * len(panels) + _GAP
    figure = make_subplots(
        rows=len(panels),
        cols=1,
        row_heights=panels,
        vertical_spacing=(_AXIS + _GAP) / height if pairs else 0,
    )
    _add_sets(figure, made, sets)
    if pairs:
        _add_pairs(figure, made, pairs)
    return Figure(figure, _numbers(made), _reading(made), height)


def _most_gained(made: Made) -> list[dict[str, Any]]:
    pairs = [one for one in made.data["pairs"] if one["gain"]]
    pairs.sort(key=lambda one: one["gain"]["value"], reverse=rises(made.metric))
    return pairs[:_MOST_PAIRS]


def _add_sets(figure: go.Figure, made: Made, sets: Sequence[Mapping[str, Any]]) -> None:
    """Add a row for the best run alone, and one for each run that joins."""
    names = [run_label(made, sets[0]["runs"][0], 40)]
    names += [f"+ {run_label(made, one['runs'][-1], 40)}" for one in sets[1:]]
    values = [one["value"] for one in sets]
    _add_dots(
        figure,
        values,
        [one["low"] for one in sets],
        [one["high"] for one in sets],
        names,
        [LEAF] * len(sets),
        row=1,
    )
    figure.update_xaxes(title=axis_title(made.metric), row=1, col=1)


def _add_pairs(figure: go.Figure, made: Made, pairs: Sequence[Mapping[str, Any]]) -> None:
    gains = [one["gain"] for one in pairs]
    names = [" + ".join(run_label(made, pk, 22) for pk in one["runs"]) for one in pairs]
    _add_dots(
        figure,
        [gain["value"] for gain in gains],
        [gain["low"] for gain in gains],
        [gain["high"] for gain in gains],
        names,
        [INK if _gain_state(gain, made.metric) else MUTED for gain in gains],
        row=2,
    )
    title = _("gain over the better of two, in %(metric)s")
    figure.update_xaxes(title=title % {"metric": metric_name(made.metric)}, row=2, col=1)
    zero_line(figure, row=2, col=1)


def _add_dots(
    figure: go.Figure,
    values: Sequence[float],
    lows: Sequence[float | None],
    highs: Sequence[float | None],
    names: Sequence[str],
    colors: Sequence[str],
    *,
    row: int,
) -> None:
    """Add dots with their intervals, each with its name above it: on a phone there is no room beside it."""
    rows = [str(place) for place, _name in enumerate(names)]
    figure.add_scatter(
        x=values,
        y=rows,
        mode="markers",
        error_x=with_interval(values, lows, highs),
        marker={
            "color": colors,
            "size": 10,
            "symbol": ["circle-open" if color == MUTED else "circle" for color in colors],
        },
        hovertext=names,
        hovertemplate="%{hovertext}: %{x:.3f}<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )
    figure.update_yaxes(**{**NAMES, "showticklabels": False, "ticklen": 0}, row=row, col=1)
    figure.update_yaxes(range=[len(rows) - 0.5, -0.8], autorange=False, row=row, col=1)
    axis = {"xref": "paper", "yref": "y" if row == 1 else f"y{row}"}
    for place, name in zip(rows, names, strict=True):
        where = {"x": 0, "y": place, "xanchor": "left", "yshift": _ABOVE}
        figure.add_annotation(text=name, showarrow=False, font={"size": 13}, **axis, **where)


def _numbers(made: Made) -> DataTable:
    metric = metric_name(made.metric)
    head = [
        *(_("Runs"), metric, _("from"), _("to")),
        *(_("Gain over the best of them"), _("from"), _("to"), _("p, corrected")),
    ]
    alone = [{**one, "runs": [one["run"]], "gain": None} for one in made.data["alone"]]
    larger = [one for one in made.data["steps"] if len(one["runs"]) > 2]
    rows = [_row(made, one) for one in (*alone, *made.data["pairs"], *larger)]
    return DataTable(head, rows, numeric=frozenset(range(1, 8)))


def _row(made: Made, one: Mapping[str, Any]) -> list[str]:
    gain = one["gain"] or {}
    return [
        _joined(run_name(made, pk) for pk in one["runs"]),
        *(decimals(one[name]) for name in ("value", "low", "high")),
        *(change(gain.get(name)) for name in ("value", "low", "high")),
        decimals(gain.get("adjusted")),
    ]


def _reading(made: Made) -> str:
    """Return how to read the figure, how much there is to gain at most, and what is not there yet."""
    data = made.data
    said = _(
        "Runs are fused by %(method)s. Above: the best run, and after it, one at a time, the run that adds most "
        "to those before. Below: pairs of runs, filled where gain or loss is significant after correction for "
        "all fusions tried."
    ) % {"method": str(_METHODS[data["method"]])}
    sentences = [said]
    if data["right"]["any"] is not None:
        shares = {"any": percent(data["right"]["any"]), "best": percent(data["right"]["best"])}
        oracle = _(
            "At least one of these runs puts the right class first in %(any)s of the queries, the best of them "
            "in %(best)s."
        )
        sentences.append(oracle % shares)
    if n := len(data["waits"]):
        more = ngettext(
            "%(n)s fusion is still being made.", "%(n)s fusions are still being made.", n
        )
        sentences.append(more % {"n": number(n)})
    if n := data["n_failed"]:
        failed = ngettext("%(n)s fusion could not be made.", "%(n)s fusions could not be made.", n)
        sentences.append(failed % {"n": number(n)})
    return " ".join(sentences)


DRAWINGS: Mapping[str, Drawing] = {"complementarity": Drawing(_finding, _draw)}
