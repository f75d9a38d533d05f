"""Figures of one run: its score by the values of a column, and where the right classes stand."""

from collections.abc import Sequence

import plotly.graph_objects as go
from django.utils.text import slugify
from django.utils.translation import gettext as _, ngettext

from campaign.charts.template import (
    CLEAR,
    INK,
    LEAF,
    MUTED,
    Chart,
    DataTable,
    as_text,
    labelled,
    shortened,
    with_interval,
)
from campaign.column_names import column_name, value_name
from campaign.metric_names import metric_name
from campaign.numbers import RANGE, decimals, number, percent
from campaign.reads.breakdowns import Cell, SubsetTable
from campaign.reads.positions import Positions
from campaign.reads.scores import ShownScore
from scoring import parse_metric

MOST_BARS = 30  # of a column with more values: those with most queries

_ROW = 30  # pixels of a bar with the space around it
_FRAME = 64  # of the axis with its title


# ---------------------------------------------------------------- by a column
def subset_chart(
    table: SubsetTable,
    whole: ShownScore | None = None,
    *,
    most: int = MOST_BARS,
    generated: bool = False,
) -> Chart | None:
    """Return the first score of a table of one column as bars; None where none of them shows.

    Parameters
    ----------
    whole
        The same metric on the whole test, drawn as a line.
    most
        How many values are drawn: those with most queries.
    """
    scored = [cell for cell in table.by_size if cell.first.value is not None]
    cells = scored[:most]
    if table.crossed or not cells:
        return None
    column, metric = column_name(table.question.groupings[0].column), metric_name(table.metrics[0])
    return Chart(
        name=f"by-{slugify(table.question.name) or 'column'}",
        title=_title(cells, column, metric, is_all=len(cells) == len(scored)),
        figure=_bars(cells, table.metrics[0], whole),
        table=_numbers(table, column, most),
        reading=_reading(table, cells, whole),
        height=_ROW * len(cells) + _FRAME,
        generated=generated,
    )


def _title(cells: Sequence[Cell], column: str, metric: str, *, is_all: bool) -> str:
    """Say from where to where the scores go, which needs no test; of one value there is nothing to say.

    Where not all are drawn it is said of those that are: a score of a handful of queries is soon extreme.
    """
    ordered = sorted(cells, key=lambda cell: cell.first.value or 0)
    low, high = ordered[0], ordered[-1]
    if low.first.value == high.first.value:
        return _("%(metric)s by %(column)s") % {"metric": metric, "column": column}
    said = _("%(metric)s by %(column)s: %(least)s (%(low)s) to %(most)s (%(high)s)")
    if not is_all:
        said = _(
            "%(metric)s by %(column)s, the %(n)s with most queries: %(least)s (%(low)s) to %(most)s (%(high)s)"
        )
    return said % {
        "n": number(len(cells)),
        "metric": metric,
        "column": column,
        "least": decimals(low.first.value),
        "low": shortened(_name(low), 24),
        "most": decimals(high.first.value),
        "high": shortened(_name(high), 24),
    }


def _name(cell: Cell) -> str:
    return value_name(cell.name) or _("not said")


def _bars(cells: Sequence[Cell], metric: str, whole: ShownScore | None) -> go.Figure:
    values = [cell.first.value or 0.0 for cell in cells]
    highs = [cell.first.high for cell in cells]
    end = _end(metric, [*values, *(high for high in highs if high is not None)])
    figure = lying_bars(
        labels=[f"{as_text(shortened(_name(cell), 20))} · {number(cell.n)}" for cell in cells],
        values=values,
        texts=[decimals(value) for value in values],
        hover=[labelled(as_text(_name(cell)), score_text(cell.first)) for cell in cells],
        end=end,
    )
    lows = [cell.first.low for cell in cells]
    figure.data[0].error_x = with_interval(values, lows, highs) | {"color": INK}
    if whole and whole.value is not None:
        figure.add_vline(x=whole.value, line={"color": INK, "width": 1, "dash": "dot"})
    figure.update_xaxes(title_text=axis_title(metric))
    return figure


def lying_bars(
    *,
    labels: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    hover: Sequence[str],
    end: float,
    begin: float = 0,
    colors: Sequence[str] | str = LEAF,
) -> go.Figure:
    """Return bars one under another, which fit a phone, each with its value in a column at the right."""
    rows = list(range(len(labels)))
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=rows,
            orientation="h",
            width=0.56,
            marker={"color": colors, "opacity": 0.55},
            customdata=list(hover),
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.add_scatter(
        x=[end] * len(rows),
        y=rows,
        mode="text",
        text=[f" {text}" for text in texts],
        textposition="middle right",
        textfont={"color": INK},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(
        showlegend=False,
        xaxis={"range": [begin, end], "zeroline": False},
        yaxis={
            "tickvals": rows,
            "ticktext": list(labels),
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": CLEAR,
        },
        margin={"r": 64},
    )
    return figure


def axis_title(metric: str) -> str:
    """Say what an axis counts, and which end of it is the better one."""
    direction = parse_metric(metric).direction
    words = _("higher is better") if direction == "higher" else _("lower is better")
    return f"{metric_name(metric)} ({words})"


def _end(metric: str, ends: Sequence[float]) -> float:
    """Return where the axis ends: at the best that can be, where all of that can be seen."""
    most = parse_metric(metric).record.range[1]
    return most if most <= 1 else max(ends) or 1.0


def _reading(table: SubsetTable, cells: Sequence[Cell], whole: ShownScore | None) -> str:
    words = [
        _("Score of the queries of each value, their number beside its name, with 95 % interval.")
    ]
    if whole and whole.value is not None:
        words.append(_("Dotted: the whole test, %(value)s.") % {"value": decimals(whole.value)})
    left = sum(cell.first.value is not None for cell in table.cells) - len(cells)
    if left:
        words.append(
            ngettext(
                "%(n)s value with fewer queries is not drawn.",
                "%(n)s values with fewer queries are not drawn.",
                left,
            )
            % {"n": number(left)}
        )
    return " ".join(words)


def _numbers(table: SubsetTable, column: str, most: int) -> DataTable:
    head = [column.capitalize(), _("Queries"), *map(metric_name, table.metrics)]
    rows = [
        [_name(cell), _size(cell), *(score_text(score) for score in cell.scores)]
        for cell in table.by_size[:most]
    ]
    return DataTable(head, rows, frozenset(range(1, len(head))))


def _size(cell: Cell) -> str:
    if cell.withheld is None:
        return number(cell.n)
    return _("fewer than 20") if cell.withheld == "few" else _("not shown")


def score_text(score: ShownScore) -> str:
    """Return a score with its interval as text, as tables have it."""
    if score.value is None or score.low is None:
        return decimals(score.value)
    return f"{decimals(score.value)} {decimals(score.low)}{RANGE}{decimals(score.high)}"


# ---------------------------------------------------------------- positions
def position_chart(positions: Positions, *, generated: bool = False) -> Chart | None:
    """Return in how many queries the first right class stands where; None where no query has one."""
    if not positions.n:
        return None
    bars = [
        *((band.name, band.n, LEAF) for band in positions.bands),
        (_("not among"), positions.n_missed, MUTED),
        (_("no answer"), positions.n_unanswered, MUTED),
    ]
    labels, counts, colors = map(list, zip(*bars, strict=True))
    shares = [percent(n / positions.n) for n in counts]
    figure = lying_bars(
        labels=labels,
        values=counts,
        texts=shares,
        hover=[labelled(label, number(n)) for label, n in zip(labels, counts, strict=True)],
        end=max(counts),
        colors=colors,
    )
    figure.update_xaxes(title_text=_("queries"), tickformat=",d", nticks=5)
    return Chart(
        name="positions",
        title=_position_title(positions),
        figure=figure,
        table=DataTable(
            [_("Position"), _("Queries"), _("Share")],
            [
                [label, number(n), share]
                for label, n, share in zip(labels, counts, shares, strict=True)
            ],
            frozenset({1, 2}),
        ),
        reading=_(
            "Queries by the position of their first right class; grey, those in which it stands nowhere."
        ),
        height=_ROW * len(bars) + _FRAME,
        generated=generated,
    )


def _position_title(positions: Positions) -> str:
    first = positions.bands[0].n
    return _("The right class stands first in %(share)s of the queries") % {
        "share": percent(first / positions.n)
    }
