"""Figures of past editions as printed: how good, how large, how many took part."""

from collections.abc import Sequence
from itertools import groupby
from math import log10
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy

from campaign.charts.keeping import kept
from campaign.charts.template import (
    LEAF,
    MARKERS,
    SERIES,
    SIGNAL,
    Chart,
    DataTable,
    as_text,
    labelled,
)
from campaign.models import Edition
from campaign.numbers import decimals, number
from campaign.reads.history import Disagreement

_SCORES = (LEAF, SERIES[0], SERIES[5])
METRICS = {
    "S": gettext_lazy("S score"),
    "mAP-open": gettext_lazy("mAP-open"),
    "MRR": gettext_lazy("MRR"),
}
_ABOUT = {"participants": gettext_lazy("participants"), "runs": gettext_lazy("runs")}


@kept
def performance(editions: Sequence[Edition], *, height: int = 360) -> Chart:
    """Draw the best score of each year, a line of its own for each metric: they cannot be compared."""
    scored = _scored(editions)
    figure = go.Figure()
    for i, (metric, group) in enumerate(groupby(scored, key=lambda one: one.metric)):
        _add_scores(figure, str(METRICS.get(metric, metric)), list(group), i)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(**_YEARS)
    figure.update_yaxes(title=_("best score (higher is better)"), range=[0, 1.15])
    return Chart(
        name="performance",
        title=performance_title(editions),
        figure=figure,
        table=_performance_table(scored),
        reading=_(
            "Each metric has a line of its own, since figures of different metrics cannot be compared. "
            "The talk labels all of them alike; which metric each year used is our reading. "
            "No intervals were printed."
        ),
        height=height,
        sources=_sources(scored),
    )


_YEARS: dict[str, Any] = {"dtick": 1, "tickformat": "d", "showgrid": False, "tickangle": 0}


def _add_scores(figure: go.Figure, name: str, group: list[Edition], i: int) -> None:
    color = _SCORES[i % len(_SCORES)]
    years, scores = [one.year for one in group], [one.score for one in group]
    figure.add_scatter(
        x=years,
        y=scores,
        name=name,
        mode="lines+markers+text",
        text=[decimals(score) for score in scores],
        textposition="top center",
        textfont={"size": 12},
        line={"color": color, "width": 2.5},
        marker={"color": color, "size": 9, "symbol": MARKERS[i % len(MARKERS)]},
        customdata=[[one.edition, name] for one in group],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} %{y:.3f}<extra></extra>",
        cliponaxis=False,
    )
    place = {"xanchor": "left", "xshift": -10, "yshift": -26} if len(group) > 1 else {"yshift": 27}
    figure.add_annotation(
        x=years[-1], y=scores[-1], text=name, font={"color": color}, showarrow=False, **place
    )


def _scored(editions: Sequence[Edition]) -> list[Edition]:
    return [edition for edition in editions if edition.score is not None]


def performance_title(editions: Sequence[Edition]) -> str:
    """Say how far the first metric came, and whether it is still the last one."""
    scored = _scored(editions)
    if not scored:
        return _("No score is printed")
    _metric, group = next(groupby(scored, key=lambda one: one.metric))
    first, *_between, last = [*group] * 2
    said = {
        "series": first.series,
        "first": decimals(first.score),
        "last": decimals(last.score),
        "metric": METRICS.get(first.metric, first.metric),
        "from": first.year,
        "to": last.year,
    }
    if last.year == scored[-1].year:
        return _("%(series)s: from %(first)s to %(last)s by %(metric)s, %(from)s to %(to)s") % said
    return (
        _(
            "%(series)s: from %(first)s to %(last)s by the %(metric)s, %(from)s to %(to)s; "
            "then the metric changed"
        )
        % said
    )


def _performance_table(scored: list[Edition]) -> DataTable:
    return DataTable(
        [_("Year"), _("Best score"), _("Metric"), _("Note")],
        [
            [
                str(one.year),
                decimals(one.score),
                str(METRICS.get(one.metric, one.metric)),
                one.note,
            ]
            for one in scored
        ],
        numeric=frozenset([1]),
        english=frozenset([3]),
    )


# ---------------------------------------------------------------- how large
@kept
def sizes(editions: Sequence[Edition], *, height: int = 360) -> Chart:
    """Draw species and images of each year, on a scale of powers of ten."""
    figure = go.Figure()
    for i, (name, of) in enumerate(_SIZES.items()):
        color, values = SERIES[(0, 5)[i]], [getattr(one, of) for one in editions]
        figure.add_scatter(
            x=[one.year for one in editions],
            y=values,
            name=str(name),
            mode="lines+markers",
            line={"color": color, "width": 2.5},
            marker={"color": color, "size": 9, "symbol": MARKERS[i]},
            customdata=[[number(value)] for value in values],
            hovertemplate=labelled("%{x}", f"%{{customdata[0]}} {name}") + "<extra></extra>",
        )
        middle = len(editions) // 2
        if editions:
            figure.add_annotation(
                x=editions[middle].year,
                y=_log10(values[middle]),
                text=str(name),
                font={"color": color},
                xanchor="left",
                xshift=4,
                yshift=-14,
                showarrow=False,
            )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(**_YEARS)
    figure.update_yaxes(type="log", dtick=1, title=_("number, by powers of ten"))
    return Chart(
        name="sizes",
        title=_sizes_title(editions),
        figure=figure,
        table=_sizes_table(editions),
        reading=_("A step of the scale is ten times as many."),
        height=height,
        sources=_sources(editions),
    )


_SIZES = {gettext_lazy("images"): "images", gettext_lazy("species"): "species"}


def _sizes_title(editions: Sequence[Edition]) -> str:
    if not editions:
        return _("No edition is printed")
    first, last = editions[0], editions[-1]
    return _(
        "From %(species)s to %(last_species)s species, and from %(images)s to %(last_images)s images"
    ) % {
        "species": number(first.species),
        "last_species": number(last.species),
        "images": number(first.images),
        "last_images": number(last.images),
    }


def _sizes_table(editions: Sequence[Edition]) -> DataTable:
    return DataTable(
        [_("Year"), _("Species"), _("Images"), _("Note")],
        [[str(one.year), number(one.species), number(one.images), one.note] for one in editions],
        numeric=frozenset([1, 2]),
        english=frozenset([3]),
    )


def _log10(value: int | None) -> float:
    """Return where an annotation stands on a scale of powers of ten."""
    return log10(value or 1)


# ---------------------------------------------------------------- how many took part
@kept
def participants(editions: Sequence[Edition], others: Sequence[Disagreement]) -> Chart:
    """Draw the participants as printed, and beside them what other sources count."""
    printed = [one for one in editions if one.participants is not None]
    years = {one.edition: one.year for one in printed}
    other = [one for one in others if one.about == "participants" and one.edition in years]
    figure = go.Figure()
    figure.add_bar(
        x=[one.year for one in printed],
        y=[one.participants for one in printed],
        text=[str(one.participants) for one in printed],
        textposition="outside",
        marker={"color": LEAF},
        width=0.6,
        cliponaxis=False,
        hovertemplate=labelled("%{x}", _("%(n)s as printed in the talk") % {"n": "%{y}"})
        + "<extra></extra>",
    )
    figure.add_scatter(
        x=[years[one.edition] for one in other],
        y=[one.other for one in other],
        mode="markers+text",
        text=[str(one.other) for one in other],
        textposition="bottom center",
        textfont={"color": "var(--on-leaf)"},
        marker={
            "color": SIGNAL,
            "size": 13,
            "symbol": "diamond",
            "line": {"color": "var(--paper)", "width": 2},
        },
        customdata=[[as_text(one.other_source)] for one in other],
        hovertemplate=labelled("%{x}", "%{y}") + "<br>%{customdata[0]}<extra></extra>",
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(**_YEARS)
    figure.update_yaxes(title=_("participants"), rangemode="tozero")
    return Chart(
        name="participants",
        title=_participants_title(other, years),
        figure=figure,
        table=_participants_table(printed, other),
        reading=_(
            "Bars are the numbers that the talk prints year by year. A diamond is another number for the same "
            "year, of another source or from elsewhere in the talk: the teams that sent runs."
        ),
        sources=list(dict.fromkeys([*_sources(printed), *(one.other_source for one in other)])),
    )


def _participants_title(other: list[Disagreement], years: dict[str, int]) -> str:
    if not other:
        return _("Participants of each year, as printed")
    named = ", ".join(str(years[one.edition]) for one in other)
    return _("Participants of each year; for %(years)s two numbers are printed") % {"years": named}


def _participants_table(printed: list[Edition], other: list[Disagreement]) -> DataTable:
    counted = {one.edition: one for one in other}
    rows = []
    for one in printed:
        another = counted.get(one.edition)
        shown = [number(another.other), another.other_source] if another else ["", ""]
        rows.append([str(one.year), number(one.participants), *shown])
    head = [_("Year"), _("As printed in the talk"), _("Counted elsewhere"), _("Where")]
    return DataTable(head, rows, numeric=frozenset([1, 2]), english=frozenset([3]))


def disagreements(found: Sequence[Disagreement]) -> DataTable:
    """Return where sources disagree, both figures side by side."""
    return DataTable(
        [_("Of what"), _("One figure"), _("Its source"), _("Another"), _("Its source")],
        [
            [
                f"{one.edition}, {_ABOUT[one.about]}",
                number(one.one),
                one.one_source,
                number(one.other),
                one.other_source,
            ]
            for one in found
        ],
        numeric=frozenset([1, 3]),
        english=frozenset([2, 4]),
    )


def _sources(editions: Sequence[Edition]) -> list[str]:
    return list(dict.fromkeys(one.source for one in editions))
