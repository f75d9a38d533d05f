"""Figures of what was learned: pre-training, herbaria, how large the world is."""

import re
from collections.abc import Iterator, Sequence

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy

from campaign.charts.bars import ABOVE, NAMES, bars
from campaign.charts.keeping import kept
from campaign.charts.template import (
    LEAF,
    MUTED,
    SERIES,
    Chart,
    DataTable,
    as_text,
    labelled,
    shortened,
)
from campaign.models import PrintedRow
from campaign.numbers import THIN_SPACE, decimals, number

_SCRATCH = "from scratch"


@kept
def transfer_learning(rows: Sequence[PrintedRow]) -> Chart:
    """Draw for each data set how far a network came from scratch, and how far after pre-training."""
    by_set = _by_set(rows)
    ranked = sorted(by_set.items(), key=lambda one: min(one[1].values()))
    figure = go.Figure()
    for name, values in ranked:
        figure.add_scatter(
            x=list(values.values()),
            y=[as_text(name)] * len(values),
            mode="lines",
            line={"color": "var(--rule-strong)", "width": 2},
            hoverinfo="skip",
        )
    starts = list(dict.fromkeys(row.cells["initialisation"] for row in rows))
    for i, start in enumerate(starts):
        _add_ends(figure, start, [(name, of[start]) for name, of in ranked if start in of], i)
    figure.update_layout(showlegend=False, margin={"t": 48})
    figure.update_xaxes(title=_("top 1 in % (higher is better)"), range=[0, 105])
    figure.update_yaxes(**{**NAMES, "autorange": True})
    return Chart(
        name="transfer-learning",
        title=transfer_title(rows),
        figure=figure,
        table=_transfer_table(by_set, starts),
        reading=_(
            "The same network, GoogLeNet, on each data set: a line joins what it reached from scratch and "
            "what it reached after pre-training. No intervals were printed."
        ),
        height=100 + 46 * max(1, len(by_set)),
        sources=_sources(rows),
    )


def _add_ends(figure: go.Figure, start: str, ends: list[tuple[str, float]], i: int) -> None:
    scratch = start == _SCRATCH
    color = MUTED if scratch else LEAF
    figure.add_scatter(
        x=[value for _name, value in ends],
        y=[as_text(name) for name, _value in ends],
        mode="markers+text",
        text=[decimals(value, 1) for _name, value in ends],
        textposition="middle left" if scratch else "middle right",
        textfont={"size": 12},
        marker={"color": color, "size": 11, "symbol": "circle-open" if scratch else "circle"},
        cliponaxis=False,
        hovertemplate=labelled(f"%{{y}}, {as_text(_start(start))}", f"%{{x}}{THIN_SPACE}%")
        + "<extra></extra>",
    )
    if ends:
        figure.add_annotation(
            x=ends[-1][1],
            y=as_text(ends[-1][0]),
            text=as_text(_start(start)),
            font={"color": color},
            yshift=18 + 17 * i,
            xanchor="right",
            xshift=10,
            showarrow=False,
        )


_STARTS = {
    _SCRATCH: gettext_lazy("from scratch"),
    "pre-trained on ImageNet": gettext_lazy("pre-trained on ImageNet"),
}


def _start(printed: str) -> str:
    return str(_STARTS.get(printed, printed))


def _by_set(rows: Sequence[PrintedRow]) -> dict[str, dict[str, float]]:
    by_set: dict[str, dict[str, float]] = {}
    for row in rows:
        figures = by_set.setdefault(row.cells["dataset"], {})
        figures[row.cells["initialisation"]] = row.cells["top1_percent"]
    return by_set


def transfer_title(rows: Sequence[PrintedRow]) -> str:
    """Say on how many data sets pre-training helped, and by how much."""
    sets = [of for of in _by_set(rows).values() if _SCRATCH in of and len(of) > 1]
    gains = [max(of.values()) - of[_SCRATCH] for of in sets]
    if not gains:
        return _("Pre-training against training from scratch")
    return _(
        "Pre-training helped on %(n)s of %(all)s data sets, by %(least)s to %(most)s points"
    ) % {
        "n": sum(gain > 0 for gain in gains),
        "all": len(gains),
        "least": decimals(min(gains), 1),
        "most": decimals(max(gains), 1),
    }


def _transfer_table(by_set: dict[str, dict[str, float]], starts: list[str]) -> DataTable:
    rows = [
        [name, *(decimals(of.get(start), 1) for start in starts)] for name, of in by_set.items()
    ]
    head = [_("Data set"), *(f"{_start(start)}, %" for start in starts)]
    return DataTable(head, rows, numeric=frozenset(range(1, len(head))))


# ---------------------------------------------------------------- herbaria
@kept
def herbarium_transfer(rows: Sequence[PrintedRow]) -> Chart:
    """Draw how far networks came on herbarium sheets, by what they had learned before."""
    found = [row for row in rows if row.cells["top1"] is not None]
    figure = bars(
        [f"{as_text(r.cells['source'])} → {as_text(r.cells['target'])}" for r in found],
        [row.cells["top1"] for row in found],
        text=[decimals(row.cells["top1"]) for row in found],
        hover=[as_text(row.note) for row in found],
        color=[MUTED if "ImageNet" in row.cells["source"] else LEAF for row in found],
        above=True,
    )
    figure.update_xaxes(title=_("top 1 (higher is better)"), range=[0, 1])
    return Chart(
        name="herbarium-transfer",
        title=_herbarium_title(found),
        figure=figure,
        table=DataTable(
            [_("Learned first from"), _("Then"), _("Classes"), _("Top 1"), _("Note")],
            [
                [
                    r.cells["source"],
                    r.cells["target"],
                    number(r.cells["target_classes"]),
                    decimals(r.cells["top1"]),
                    r.note,
                ]
                for r in rows
            ],
            numeric=frozenset([2, 3]),
            english=frozenset([0, 1, 4]),
        ),
        reading=" ".join(_herbarium_reading(rows)),
        height=76 + ABOVE * max(1, len(found)),
        sources=_sources(rows),
    )


def _herbarium_reading(rows: Sequence[PrintedRow]) -> Iterator[str]:
    """Yield how to read the figure, and what of it was not printed so."""
    yield _(
        "What the network had learned before, and the sheets that it then learned to name. What the talk "
        "says without a figure stands in the table. No intervals were printed."
    )
    if any("our reading" in row.note for row in rows):
        yield _("The talk names no source network: ImageNet is our reading.")


def _herbarium_title(found: list[PrintedRow]) -> str:
    """Return what sheets of one flora did for another, where both beginnings are printed."""
    for row in found:
        rival = next((one for one in found if _rivals(one, row)), None)
        if rival:
            return _("%(target)s: %(one)s after %(source)s, %(other)s after %(other_source)s") % {
                "target": row.cells["target"],
                "one": decimals(row.cells["top1"]),
                "source": row.cells["source"],
                "other": decimals(rival.cells["top1"]),
                "other_source": rival.cells["source"],
            }
    return _("Transfer between herbaria")


def _rivals(one: PrintedRow, row: PrintedRow) -> bool:
    same = one.cells["target"] == row.cells["target"]
    return same and bool(one.cells["top1"] < row.cells["top1"])


# ---------------------------------------------------------------- the world
@kept
def world_scale(rows: Sequence[PrintedRow], species_tested: Sequence[tuple[str, int]]) -> Chart:
    """Draw how many species the largest tests had beside those of the world."""
    world = _of_world(rows)
    species = [*species_tested, *world]
    figure = bars(
        [as_text(shortened(name, 48)) for name, _value in species],
        [value for _name, value in species],
        text=[number(value) for _name, value in species],
        hover=[labelled(as_text(name), number(value)) for name, value in species],
        color=[SERIES[0]] * len(species_tested) + [LEAF] * len(world),
        above=True,
    )
    most = max((value for _name, value in species), default=1)
    figure.update_xaxes(title=_("species"), range=[0, most * 1.25], nticks=4)
    return Chart(
        name="world-scale",
        title=world_title(rows, species_tested),
        figure=figure,
        table=DataTable(
            [_("What"), _("How many"), _("Note")],
            [[r.cells["what"], number(r.cells["value"]), r.note] for r in rows]
            + [[name, number(value), ""] for name, value in species_tested],
            numeric=frozenset([1]),
            english=frozenset([0, 2]),
        ),
        reading=_(
            "Blue are the tests, green is the world as the talk counts it. Numbers of images stand in the table."
        ),
        height=76 + ABOVE * max(1, len(species)),
        sources=_sources(rows),
    )


def _spelt_out(rows: Sequence[PrintedRow]) -> Iterator[tuple[str, int]]:
    """Yield what the rows count; one that says "them" means what the row above counts."""
    above = ""
    for row in rows:
        yield re.sub(r"\bthem\b", above, row.cells["what"]), row.cells["value"]
        above = row.cells["what"]


def _of_world(rows: Sequence[PrintedRow]) -> list[tuple[str, int]]:
    return [(name, value) for name, value in _spelt_out(rows) if "species" in name]


def world_title(rows: Sequence[PrintedRow], tested: Sequence[tuple[str, int]]) -> str:
    """Say how many species the largest test had, and how many are aimed at."""
    world = _of_world(rows)
    if not tested or not world:
        return _("How many species there are")
    name, most = max(tested, key=lambda one: one[1])
    return _("%(name)s had %(tested)s species; the aim is %(aim)s") % {
        "name": name,
        "tested": number(most),
        "aim": number(max(value for _name, value in world)),
    }


def _sources(rows: Sequence[PrintedRow]) -> list[str]:
    return list(dict.fromkeys(row.source for row in rows))
