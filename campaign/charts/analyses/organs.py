"""Which images one needs: the scores of kinds of images, alone, in pairs and all together."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, ngettext

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    axis_title,
    intervals,
    is_sure,
    range_text,
    row_lines,
)
from campaign.charts.bars import NAMES
from campaign.charts.template import INK, LEAF, DataTable, as_text, shortened
from campaign.column_names import column_name, value_name
from campaign.metric_names import metric_name
from campaign.numbers import change, decimals, number
from campaign.reads.analyses import Made

_ROW, _FRAME = 30, 100  # pixels: of a row, of the axis with its title and the legend
_PAIRS = 7  # are drawn: the best; the table has all

_ENDS = ("value", "low", "high")

_Row = Mapping[str, Any]


def _finding(made: Made) -> Finding:
    """Tell what is gained for sure; nothing is as long as another image run may still change it."""
    if n := made.data["n_unread"]:
        unread = ngettext(
            "%(n)s image run is still being read", "%(n)s image runs are still being read", n
        )
        return Finding(unread % {"n": number(n)})
    sure = [one for one in made.data["gains"] if is_sure(one)]
    if not sure:
        return Finding(_("No gain from fusing kinds of images can be shown"))
    gain = sure[0]
    said = _("%(images)s: %(change)s %(metric)s against %(reference)s") % {
        "images": _sentence(gain["values"]),
        "change": change(gain["value"]),
        "metric": metric_name(made.data["metric"]),
        "reference": _reference(gain["reference"]),
    }
    return Finding(said, sure=True)


def _sentence(values: Sequence[str]) -> str:
    if not values:
        return _("All images together")
    names = [shortened(value_name(value)) for value in values]
    return _("Images of %(one)s and %(other)s together") % {"one": names[0], "other": names[1]}


def _reference(values: Sequence[str]) -> str:
    if len(values) == 1:
        return _("%(kind)s alone") % {"kind": shortened(value_name(values[0]))}
    one, other = (shortened(value_name(value)) for value in values)
    return _("%(one)s and %(other)s") % {"one": one, "other": other}


def _draw(made: Made) -> Figure:
    rows = _rows(made)
    figure = go.Figure()
    series = [
        (_("every observation counts"), "counted", LEAF, "circle"),
        (_("only those with such an image"), "left_out", INK, "circle-open"),
    ]
    if not _some_are_left_out(rows):
        series.pop()
    for name, figures, color, symbol in series:
        figure.add_scatter(
            x=[row[figures]["value"] for row in rows],
            y=[as_text(_name(row)) for row in rows],
            name=name,
            mode="markers",
            error_x=intervals([row[figures] for row in rows]),
            marker={"color": color, "size": 10, "symbol": symbol},
            hovertext=[as_text(range_text(row[figures])) for row in rows],
            hovertemplate="%{y}: %{hovertext}<extra></extra>",
        )
    figure.update_yaxes(**NAMES)
    figure.update_xaxes(title=axis_title(made.data["metric"]))
    row_lines(figure)
    return Figure(figure, _numbers(made), _reading(made), _ROW * len(rows) + _FRAME)


def _rows(made: Made) -> list[_Row]:
    """Return what is drawn: all images, then the kinds alone, then the best pairs."""
    by_size: dict[int, list[_Row]] = {0: [], 1: [], 2: []}
    for row in made.data["combinations"]:
        by_size[len(row["values"])].append(row)
    singles, pairs = (sorted(by_size[size], key=_score, reverse=True) for size in (1, 2))
    return [*by_size[0], *singles, *pairs[:_PAIRS]]


def _some_are_left_out(rows: Sequence[_Row]) -> bool:
    """Tell whether an observation lacks a kind of image: or both figures are the same."""
    return len({row["n"] for row in rows}) > 1


def _score(row: _Row) -> float:
    value: float = row["counted"]["value"]
    return value


def _name(row: _Row) -> str:
    return " + ".join(shortened(value_name(value), 14) for value in row["values"]) or _(
        "all images"
    )


def _numbers(made: Made) -> DataTable:
    head = [
        column_name(made.data["column"]).capitalize(),
        _("Observations with such an image"),
        _("Image runs"),
        *(_("Every observation counts"), _("from"), _("to")),
        *(_("Only those with such an image"), _("from"), _("to")),
    ]
    rows = [
        [
            " + ".join(map(value_name, row["values"])) or _("all images"),
            *map(number, (row["n"], row["n_runs"])),
            *(decimals(row[of][end]) for of in ("counted", "left_out") for end in _ENDS),
        ]
        for row in made.data["combinations"]
    ]
    return DataTable(head, rows, frozenset(range(1, len(head))))


def _reading(made: Made) -> str:
    said = ngettext(
        "What a run scores from these images alone, by the image run of %(n)s run, with 95 %% intervals over "
        "observations.",
        "What runs score from these images alone, on average over the image runs of %(n)s runs, with 95 %% "
        "intervals over observations.",
        made.data["n_runs"],
    )
    words = [said % {"n": number(made.data["n_runs"])}]
    if _some_are_left_out(made.data["combinations"]):
        words.append(
            _("Filled: an observation without such an image counts 0. Open: it is left out.")
        )
    if made.data["n_complete"] < made.data["n_runs"]:
        words.append(_of_which_runs(made.data["n_complete"]))
    return " ".join(words)


def _of_which_runs(n_complete: int) -> str:
    if not n_complete:
        return _(
            "A run counts where it answers images of each of these kinds; none answers images of every kind, so "
            "nothing is said of gains."
        )
    said = ngettext(
        "A run counts where it answers images of each of these kinds, the numbers say how many do; gains are of "
        "the %(n)s run that answers images of every kind.",
        "A run counts where it answers images of each of these kinds, the numbers say how many do; gains are over "
        "the %(n)s runs that answer images of every kind.",
        n_complete,
    )
    return said % {"n": number(n_complete)}


DRAWING = Drawing(_finding, _draw)
