"""How popular methods were: small multiples by year, a bar for each method of one edition."""

from collections.abc import Sequence

import plotly.graph_objects as go
from django.utils.translation import gettext as _, ngettext
from plotly.subplots import make_subplots

from campaign.charts.bars import bars
from campaign.charts.keeping import kept
from campaign.charts.template import LEAF, MUTED, Chart, DataTable, as_text, labelled, shortened
from campaign.method_words import tag_name
from campaign.numbers import percent
from campaign.reads.method_use import Popularity

_MOST = 15  # methods in a figure; its table has all
_ROW_HEIGHT = 88
_BAR_HEIGHT = 30


@kept
def by_year(
    name: str, found: Sequence[Popularity], *, methods: Sequence[str] = (), compact: bool = False
) -> Chart:
    """Draw a row for each method with a bar for each edition: its share of teams or runs.

    Parameters
    ----------
    methods
        The rows; by itself all, those that most editions speak of first.
    compact
        Small, beside others.
    """
    rows = list(methods) or _rows(found)[:_MOST]
    editions = [_edition(one) for one in found]
    row_height = _ROW_HEIGHT - 14 if compact else _ROW_HEIGHT
    height = 78 + row_height * max(1, len(rows))
    figure = make_subplots(
        rows=max(1, len(rows)),
        cols=1,
        shared_xaxes=True,
        subplot_titles=[as_text(tag_name(method)) for method in rows],
        vertical_spacing=min(0.45 / max(1, len(rows)), 36 / height),
    )
    for i, method in enumerate(rows, start=1):
        _add_row(figure, found, editions, method, i)
    figure.update_annotations(x=0, xanchor="left", font={"size": 14})
    figure.update_yaxes(range=[0, 1.35], showticklabels=False, showgrid=False, zeroline=True)
    figure.update_xaxes(showgrid=False, categoryorder="array", categoryarray=editions)
    figure.update_layout(showlegend=False, margin={"t": 30})
    return Chart(
        name=name,
        title=by_year_title(found),
        figure=figure,
        table=_table(found),
        reading=_(
            "Each bar is the part of the teams, or of the runs, that used the method; under the year stands "
            "of how many. One may use several, so parts add up to more than 100 %. Where no bar and no "
            "number stands, the source does not say."
        ),
        height=height,
        sources=list(dict.fromkeys(one.source for one in found if one.source)),
    )


def _add_row(
    figure: go.Figure, found: Sequence[Popularity], editions: list[str], method: str, i: int
) -> None:
    said = [(x, one) for x, one in zip(editions, found, strict=True) if method in one.counts]
    figure.add_bar(
        x=[x for x, _one in said],
        y=[one.share(method) for _x, one in said],
        text=[f"{one.counts[method]}/{one.n_units}" for _x, one in said],
        textposition="outside",
        textfont={"size": 12},
        marker={"color": [LEAF if one.unit == "team" else MUTED for _x, one in said]},
        width=0.55,
        cliponaxis=False,
        customdata=[[as_text(tag_name(method)), _share(one, method)] for _x, one in said],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        row=i,
        col=1,
    )


def _rows(found: Sequence[Popularity]) -> list[str]:
    """Return all methods: those of most editions first, then as their sources have them."""
    named = list(dict.fromkeys(method for one in found for method in one.counts))
    return sorted(named, key=lambda method: -sum(method in one.counts for one in found))


def _edition(one: Popularity) -> str:
    return f"{one.year or as_text(one.series)}<br>{_units(one)}"


def _units(one: Popularity) -> str:
    if one.unit == "team":
        return ngettext("%(n)s team", "%(n)s teams", one.n_units) % {"n": one.n_units}
    return ngettext("%(n)s run", "%(n)s runs", one.n_units) % {"n": one.n_units}


def _share(one: Popularity, method: str) -> str:
    share = one.share(method) or 0
    return _("%(used)s of %(units)s: %(share)s") % {
        "used": one.counts[method],
        "units": _units(one),
        "share": percent(share),
    }


_NETWORKS = "convolutional neural network"
_DEEP = "deep neural network"


def by_year_title(found: Sequence[Popularity]) -> str:
    """Return what became of deep networks, which is the story of these years where it is told."""
    first = next((one for one in found if _DEEP in one.counts or _NETWORKS in one.counts), None)
    last = next((one for one in reversed(found) if _NETWORKS in one.counts), None)
    if first is None or last is None or first is last:
        return _("Methods of each edition")
    method = _DEEP if _DEEP in first.counts else _NETWORKS
    return _(
        "%(series)s: deep networks in %(first)s of %(first_units)s in %(from)s, "
        "in %(last)s of %(last_units)s in %(to)s"
    ) % {
        "series": first.series,
        "first": first.counts[method],
        "first_units": _units(first),
        "from": first.year,
        "last": last.counts[_NETWORKS],
        "last_units": _units(last),
        "to": last.year,
    }


# ---------------------------------------------------------------- one edition
@kept
def of_one(name: str, found: Popularity) -> Chart:
    """Draw a bar for each method of one edition, the most popular first."""
    ranked = sorted(found.counts.items(), key=lambda one: -one[1])
    shown = ranked[:_MOST]
    figure = bars(
        [shortened(as_text(tag_name(method))) for method, _n in shown],
        [found.share(method) for method, _n in shown],
        text=[f"{n}/{found.n_units}" for _method, n in shown],
        hover=[labelled(as_text(tag_name(method)), _share(found, method)) for method, _n in shown],
        color=LEAF if found.unit == "team" else MUTED,
    )
    title = _("part of the teams") if found.unit == "team" else _("part of the runs")
    figure.update_xaxes(title=title, tickformat=".0%", range=[0, 1.15], tickvals=[0, 0.5, 1])
    return Chart(
        name=name,
        title=_one_title(found, ranked),
        figure=figure,
        table=_table([found]),
        reading=_one_reading(found, len(ranked)),
        height=80 + _BAR_HEIGHT * max(1, len(shown)),
        sources=[found.source] if found.source else [],
        generated=found.generated,
    )


def _one_title(found: Popularity, ranked: list[tuple[str, int]]) -> str:
    edition = f"{found.series} {found.year}" if found.source else found.series
    if not ranked:
        return _("%(edition)s: nothing is said of methods") % {"edition": edition}
    method, n = ranked[0]
    return _("%(edition)s: %(method)s in %(n)s of %(units)s") % {
        "edition": edition,
        "method": tag_name(method),
        "n": n,
        "units": _units(found),
    }


def _one_reading(found: Popularity, n: int) -> str:
    reading = _("One may use several methods, so parts add up to more than 100 %.")
    if not found.source:
        reading += " " + _(
            "Counted are the runs that everybody may see and whose description names a method; a network "
            "counts for its family too."
        )
    if n > _MOST:
        reading += " " + _("The %(n)s most popular are drawn; the table has all.") % {"n": _MOST}
    return reading


def _table(found: Sequence[Popularity]) -> DataTable:
    rows = [
        [
            f"{one.series} {one.year}" if one.source else one.series,
            tag_name(method),
            f"{n}",
            _units(one),
            percent(one.share(method) or 0),
            one.notes.get(method, ""),
        ]
        for one in found
        for method, n in one.counts.items()
    ]
    head = [_("Edition"), _("Method"), _("Used by"), _("Of"), _("Part"), _("Note")]
    return DataTable(head, rows, numeric=frozenset([2, 4]))
