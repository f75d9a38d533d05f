"""What runs say of the test itself: hard queries, confusions, labels that may be wrong, what would show."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
import plotly.graph_objects as go
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, ngettext

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    is_sure,
    named_bars,
    team_name,
)
from campaign.charts.template import INK, LEAF, MUTED, DataTable, as_text, shortened
from campaign.metric_names import metric_name
from campaign.numbers import RANGE, decimals, number, percent
from campaign.reads.analyses import Made
from scoring import detectable_difference

_MOST_BARS = 12
_TICKS = 13  # that stand side by side on a phone
_REACH = 1.96  # standard deviations to either side, within which 95 of 100 counts lie


def _name(made: Made, name: str) -> str:
    """Return what a class is called: its species, where classes.csv says it."""
    species: str = made.data["names"].get(name, [""])[0]
    return species or name


# ---------------------------------------------------------------- hard queries
def _difficulty_finding(made: Made) -> Finding:
    data = made.data
    if data["low"] is None or data["low"] <= 1:
        return Finding(_("No query can be shown to be harder than others"))
    words = {
        "n": number(data["counts"][0]),
        "all": number(data["n_queries"]),
        "runs": number(data["n_runs"]),
        "expected": number(round(data["expected"][0])),
    }
    said = _(
        "%(n)s of %(all)s queries are answered right by none of %(runs)s runs; were all equally hard, it would be %(expected)s"
    )
    return Finding(said % words, sure=True)


def _draw_difficulty(made: Made) -> Figure:
    data = made.data
    shares = list(range(data["n_runs"] + 1))
    reach = _reach(data)
    figure = go.Figure()
    figure.add_bar(
        x=shares,
        y=data["counts"],
        marker={"color": LEAF, "opacity": 0.55},
        hovertemplate="%{x}: %{y}<extra></extra>",
    )
    figure.add_scatter(
        x=shares,
        y=data["expected"],
        mode="markers",
        marker={"color": INK, "symbol": "diamond", "size": 8},
        error_y={"type": "data", "array": reach, "color": MUTED, "thickness": 1.5, "width": 3},
        hovertemplate="%{x}: %{y:.0f}<extra></extra>",
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(
        title=_("runs that have it right"), dtick=1 if len(shares) <= _TICKS else None
    )
    figure.update_yaxes(title=_("queries"), rangemode="tozero")
    return Figure(
        figure,
        _extremes(made),
        _difficulty_reading(data),
        height=420,
        table_open=True,
        more=[_histogram(data)],
    )


def _reach(data: Mapping[str, Any]) -> list[float]:
    """Return how far from what is expected 95 of 100 counts lie at most."""
    n = data["n_queries"]
    return [_REACH * sqrt(count * max(0.0, 1 - count / n)) for count in data["expected"]]


def _histogram(data: Mapping[str, Any]) -> DataTable:
    head = [_("Runs right"), _("Queries"), _("If all were equally hard"), _("from"), _("to")]
    rows = [
        [
            *map(number, (n_right, count)),
            *(decimals(one, 1) for one in (expected, max(0.0, expected - reach), expected + reach)),
        ]
        for n_right, (count, expected, reach) in enumerate(
            zip(data["counts"], data["expected"], _reach(data), strict=True)
        )
    ]
    return DataTable(head, rows, numeric=frozenset(range(len(head))))


def _difficulty_reading(data: Mapping[str, Any]) -> str:
    said = _(
        "Bars: how many queries are answered right, at the first position, by none of the runs (the best of each "
        "team, or baselines alone), by one, by two ... Diamonds: how many would be if all queries were equally hard, with the range of "
        "95 in 100 tests."
    )
    if data["low"] is None:
        return said
    spread = _(
        "The number of runs that have a query right varies %(times)s times as much (%(low)s to %(high)s) as it "
        "then would."
    ) % {key: decimals(data[name], 1) for key, name in _SPREAD}
    return f"{said} {spread}"


_SPREAD = (("times", "inflation"), ("low", "low"), ("high", "high"))


def _extremes(made: Made) -> DataTable:
    """Return the hardest queries, and the easiest."""
    rows = [
        [
            kind,
            query["query"],
            _name(made, query["label"]),
            f"{number(query['n_right'])} / {number(made.data['n_runs'])}",
        ]
        for kind, queries in (
            (_("hardest"), made.data["hardest"]),
            (_("easiest"), made.data["easiest"]),
        )
        for query in queries
    ]
    head = [_("How hard"), _("Query"), _("Class"), _("Runs right")]
    return DataTable(head, rows, numeric=frozenset({3}))


# ---------------------------------------------------------------- confusions
def _confusion_finding(made: Made) -> Finding:
    first = next((pair for pair in made.data["pairs"] if is_sure(pair)), None)
    if first is None:
        return Finding(_("No pair of classes can be shown to be confused often"))
    said = _(
        "%(right)s is taken for %(instead)s in %(share)s of the answers, by %(n)s of %(runs)s runs"
    )
    words = _pair_words(made, first, "right") | {"share": percent(first["share"])}
    return Finding(said % words, sure=True)


def _pair_words(made: Made, pair: Mapping[str, Any], right: str) -> dict[str, str]:
    return {
        "right": _name(made, pair[right]),
        "instead": _name(made, pair["instead"]),
        "n": number(pair.get("n_runs")),
        "runs": number(made.data["n_runs"]),
    }


def _arrow(made: Made, pair: Mapping[str, Any], right: str) -> str:
    return (
        f"{shortened(_name(made, pair[right]), 22)} → {shortened(_name(made, pair['instead']), 22)}"
    )


def _draw_confusions(made: Made) -> Figure:
    shown = made.data["pairs"][:_MOST_BARS]
    figure, height = named_bars(
        names=[_arrow(made, pair, "right") for pair in shown],
        values=[pair["share"] for pair in shown],
        intervals=[(pair["low"], pair["high"]) for pair in shown],
        texts=[f"{number(pair['n_runs'])} / {number(made.data['n_runs'])}" for pair in shown],
        title=_("share of the answers"),
    )
    reading = _(
        "Class → class put first instead, and in which share of the answers to queries of the class, with an "
        "interval where it has ten. Beside it, how many runs do so (the best of each team, or baselines alone). "
        "Listed are the %(n)s pairs "
        "confused more often than by chance."
    ) % {"n": number(made.data["n_pairs"])}
    return Figure(figure, _confusion_table(made), reading, height)


def _confusion_table(made: Made) -> DataTable:
    head = [
        *(_("Class"), _("Taken for"), _("Runs"), _("Queries any run confuses so")),
        *(_("Queries of the class"), _("Share of the answers"), _("from"), _("to")),
    ]
    rows = [
        [
            *(_name(made, pair["right"]), _name(made, pair["instead"])),
            *map(number, (pair["n_runs"], pair["n_confused"], pair["n_queries"])),
            *map(decimals, (pair["share"], pair["low"], pair["high"])),
        ]
        for pair in made.data["pairs"]
    ]
    return DataTable(head, rows, numeric=frozenset(range(2, 8)))


# ---------------------------------------------------------------- labels that may be wrong
def _suspect_finding(made: Made) -> Finding:
    data, first = made.data, made.data["classes"][0]
    words = _pair_words(made, first, "label") | {
        "queries": number(first["n_queries"]),
        "suspects": number(first["n_suspects"]),
    }
    if first["sure"]:
        said = _(
            "Of %(queries)s queries of %(right)s, %(suspects)s are taken for %(instead)s by most of %(runs)s "
            "good runs: is the label right?"
        )
        return Finding(said % words, sure=True)
    said = ngettext(
        "%(n)s label of %(all)s may be wrong; no class stands out",
        "%(n)s labels of %(all)s may be wrong; no class stands out",
        data["n_suspects"],
    )
    return Finding(said % {"n": number(data["n_suspects"]), "all": number(data["n_queries"])})


def _draw_suspects(made: Made) -> Figure:
    shown = made.data["classes"][:_MOST_BARS]
    figure, height = named_bars(
        names=[_arrow(made, one, "label") for one in shown],
        values=[one["n_suspects"] / one["n_queries"] for one in shown],
        intervals=[(one["low"], one["high"]) for one in shown],
        texts=[f"{number(one['n_suspects'])} / {number(one['n_queries'])}" for one in shown],
        colors=[LEAF if one["sure"] else MUTED for one in shown],
        title=_("share of its queries"),
    )
    reading = _(
        "Asked are %(n)s good runs: each team's best (or baselines alone), and of these the half with the higher "
        "scores, or four where there are so many. A label is suspected where two thirds of them, and at least "
        "three, put the same other class first and do not have the label among their first five. Grey: no more "
        "often than elsewhere in the test. A species that no run has learned looks the same: check before you "
        "correct."
    ) % {"n": number(made.data["n_runs"])}
    return Figure(figure, _suspect_table(made), reading, height, table_open=True)


def _suspect_table(made: Made) -> DataTable:
    """Return the queries; the label leads to what the best of the runs made of its class."""
    queries = made.data["queries"]
    rows = [
        [
            one["query"],
            _name(made, one["label"]),
            _name(made, one["instead"]),
            f"{number(one['n_runs'])} / {number(made.data['n_runs'])}",
        ]
        for one in queries
    ]
    head = [_("Query"), _("Label"), _("What runs say"), _("Runs")]
    links = {(row, 1): link for row, one in enumerate(queries) if (link := _link(made, one))}
    return DataTable(head, rows, numeric=frozenset({3}), links=links)


def _link(made: Made, suspect: Mapping[str, Any]) -> str:
    best = next((pk for pk in made.data["runs"] if pk in made.names), None)
    if best is None:
        return ""
    return f"{reverse('run-classes', args=[best])}?{urlencode({'search': suspect['label']})}"


# ---------------------------------------------------------------- what would show
def _difference_finding(made: Made) -> Finding:
    """Tell the median of what pairs must differ by; each is compared with its own."""
    pairs = made.data["pairs"]
    words = {
        "smallest": decimals(made.data["median"]),
        "metric": metric_name(made.metric),
        "n": number(sum(_is_wide(pair) for pair in pairs)),
        "all": number(len(pairs)),
    }
    said = ngettext(
        "The smallest difference that shows between two runs is %(smallest)s %(metric)s; %(n)s of %(all)s pair "
        "differs by as much",
        "The smallest difference that shows between two runs is %(smallest)s %(metric)s at the median; %(n)s of "
        "%(all)s pairs differ by their own or more",
        len(pairs),
    )
    return Finding(said % words)


def _is_wide(pair: Mapping[str, Any]) -> bool:
    return bool(pair["difference"] >= pair["smallest"])


def _draw_differences(made: Made) -> Figure:
    figure = go.Figure()
    if made.data["bounded"]:
        _add_bound(figure, made.data["n_units"])
    for wide, symbol in ((True, "circle"), (False, "circle-open")):
        pairs = [pair for pair in made.data["pairs"] if _is_wide(pair) == wide]
        figure.add_scatter(
            x=[pair["disagreement"] for pair in pairs],
            y=[pair["smallest"] for pair in pairs],
            mode="markers",
            marker={"color": LEAF, "symbol": symbol, "size": 9},
            hovertext=[as_text(_pair_name(made, pair)) for pair in pairs],
            hovertemplate="%{hovertext}: %{y:.3f}<extra></extra>",
        )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(
        title=_("units on which two runs differ"),
        tickformat=".0%",
        rangemode="tozero",
    )
    title = _("smallest difference in %(metric)s") % {"metric": metric_name(made.metric)}
    figure.update_yaxes(title=title, rangemode="tozero")
    return Figure(figure, _difference_table(made), _difference_reading(made), height=440)


def _add_bound(figure: go.Figure, n_units: int) -> None:
    """Draw what the number of units alone says: with the differences as large as they can be."""
    found = [(share, detectable_difference(n_units, share)) for share in np.linspace(0.01, 1, 100)]
    shown = [(share, smallest) for share, smallest in found if smallest is not None]
    figure.add_scatter(
        x=[float(share) for share, _smallest in shown],
        y=[smallest for _share, smallest in shown],
        mode="lines",
        line={"color": INK, "width": 1.5},
        hovertemplate="%{x:.0%}: %{y:.3f}<extra></extra>",
    )


def _pair_name(made: Made, pair: Mapping[str, Any]) -> str:
    names = (team_name(made, pk) for pk in pair["runs"] if pk in made.names)
    return f" {RANGE} ".join(names)


def _difference_reading(made: Made) -> str:
    return _(
        "Each dot is a pair of runs (the best of each team, or baselines alone). Its height is the smallest difference that a paired test at "
        "5 %% finds in 80 of 100 tests like this one, of %(n)s units (queries, or what else the metric averages "
        "over). Filled: the two do differ by as much. Line: what the number of units alone promises, before there "
        "is a run."
    ) % {"n": number(made.data["n_units"])}


def _difference_table(made: Made) -> DataTable:
    head = [_("Runs of"), _("Units they differ on"), _("Smallest that shows"), _("Difference")]
    rows = [
        [
            _pair_name(made, pair),
            percent(pair["disagreement"]),
            *map(decimals, (pair["smallest"], pair["difference"])),
        ]
        for pair in made.data["pairs"]
    ]
    return DataTable(head, rows, numeric=frozenset({1, 2, 3}))


DRAWINGS: Mapping[str, Drawing] = {
    "difficulty": Drawing(_difficulty_finding, _draw_difficulty),
    "confusions": Drawing(_confusion_finding, _draw_confusions),
    "suspected-errors": Drawing(_suspect_finding, _draw_suspects),
    "detectable-difference": Drawing(_difference_finding, _draw_differences),
}
