"""Figures of two runs beside each other: where one is better than the other."""

from collections.abc import Sequence

import plotly.graph_objects as go
from django.utils.text import slugify
from django.utils.translation import gettext as _, ngettext

from campaign.charts.runs import MOST_BARS, lying_bars
from campaign.charts.template import (
    INK,
    LEAF,
    MUTED,
    SIGNAL,
    Chart,
    DataTable,
    as_text,
    labelled,
    shortened,
    with_interval,
)
from campaign.column_names import column_name, value_name
from campaign.metric_names import metric_name
from campaign.numbers import RANGE, change, decimals, number
from campaign.reads.breakdowns import Question
from campaign.reads.run_differences import SURE, ComparedCell, ComparedScore
from scoring import Difference

_ROW, _FRAME = 30, 64  # pixels of a bar with the space around it; of the axis with its title
_COLOR = {"one": LEAF, "other": SIGNAL, "": MUTED}


def difference_chart(
    question: Question,
    cells: Sequence[ComparedCell],
    names: tuple[str, str],
    *,
    generated: bool = False,
) -> Chart | None:
    """Return by how much one run is better than the other on each value; None where nothing can be told.

    Parameters
    ----------
    cells
        Of one column, the first ones are drawn.
    names
        What the two runs are called.
    """
    drawn = [
        (cell, difference)
        for cell in cells
        if cell.score and (difference := cell.score.difference) is not None
    ]
    pairs = drawn[:MOST_BARS]
    if not pairs:
        return None
    column = column_name(question.groupings[0].column)
    scores = [cell.score for cell, _difference in pairs if cell.score]
    return Chart(
        name=f"difference-by-{slugify(question.name) or 'column'}",
        title=_title([cell for cell, _difference in drawn], column),
        figure=_bars(pairs, scores[0].metric),
        table=_numbers(cells, column, names),
        reading=_reading(names, len(cells) - len(pairs)),
        height=_ROW * len(pairs) + _FRAME,
        generated=generated,
    )


def _title(tested: Sequence[ComparedCell], column: str) -> str:
    """Say on how many values the runs differ for sure, of all that were tested: drawn or not."""
    sure = sum(bool(cell.score and cell.score.is_sure) for cell in tested)
    words = {"n": number(sure), "all": number(len(tested)), "column": column}
    if not sure:
        return _("By %(column)s, no difference can be told apart") % words
    return (
        ngettext(
            "By %(column)s, the runs differ on %(n)s of %(all)s value",
            "By %(column)s, the runs differ on %(n)s of %(all)s values",
            len(tested),
        )
        % words
    )


def _bars(pairs: Sequence[tuple[ComparedCell, Difference]], metric: str) -> go.Figure:
    values = [own.value for _cell, own in pairs]
    lows, highs = [own.low for _cell, own in pairs], [own.high for _cell, own in pairs]
    reach = 1.08 * max(map(abs, (*values, *lows, *highs))) or 1.0
    figure = lying_bars(
        labels=[
            f"{as_text(shortened(_name(cell), 20))} · {number(cell.n)}" for cell, _own in pairs
        ],
        values=values,
        texts=list(map(change, values)),
        hover=[labelled(as_text(_name(cell)), _difference_text(own)) for cell, own in pairs],
        begin=-reach,
        end=reach,
        colors=[_COLOR[cell.score.favours if cell.score else ""] for cell, _own in pairs],
    )
    figure.data[0].error_x = with_interval(values, lows, highs) | {"color": INK}
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    title = _("difference in %(metric)s") % {"metric": metric_name(metric)}
    figure.update_xaxes(title_text=title, nticks=5)
    return figure


def _name(cell: ComparedCell) -> str:
    return value_name(cell.name) or _("not said")


def _difference_text(own: Difference) -> str:
    return f"{change(own.value)} {change(own.low)} {RANGE} {change(own.high)}"


def _reading(names: tuple[str, str], n_left: int) -> str:
    words = [
        _("%(one)s less %(other)s, with 95 %% interval, the number of queries beside each name.")
        % {"one": shortened(names[0], 40), "other": shortened(names[1], 40)},
        _("Grey: no difference can be told apart (paired test, Holm's correction, p < %(p)s).")
        % {"p": decimals(SURE, 2)},
    ]
    if n_left:
        words.append(
            ngettext(
                "%(n)s value is not drawn, and stands in the table.",
                "%(n)s values are not drawn, and stand in the table.",
                n_left,
            )
            % {"n": number(n_left)}
        )
    return " ".join(words)


def _numbers(cells: Sequence[ComparedCell], column: str, names: tuple[str, str]) -> DataTable:
    head = [
        column.capitalize(),
        _("Queries"),
        *(shortened(name, 30) for name in names),
        _("Difference"),
        "p",
    ]
    return DataTable(head, [_row(cell) for cell in cells], frozenset(range(1, len(head))))


def _row(cell: ComparedCell) -> list[str]:
    if cell.score is None:
        size = _("fewer than 20") if cell.withheld == "few" else _("not shown")
        return [_name(cell), size, "—", "—", "—", "—"]
    own = cell.score.difference
    return [
        _name(cell),
        number(cell.n),
        decimals(cell.score.one),
        decimals(cell.score.other),
        _difference_text(own) if own else "—",
        p_text(own.adjusted) if own else "—",
    ]


def p_text(p: float) -> str:
    """Return a p-value with as many digits as it has meaning."""
    return f"< {decimals(0.001)}" if p < 0.001 else decimals(p)


def finding(score: ComparedScore, names: tuple[str, str]) -> str:
    """Say in a sentence which run is better by a metric, if that can be told."""
    own = score.difference
    if own is None:
        return _("By %(metric)s there is no paired test") % {"metric": metric_name(score.metric)}
    if not score.favours:
        return _("By %(metric)s, no difference can be told apart") % {
            "metric": metric_name(score.metric)
        }
    return _("%(name)s is better: %(metric)s %(by)s") % {
        "name": names[0] if score.favours == "one" else names[1],
        "metric": metric_name(score.metric),
        "by": change(own.value if score.favours == "one" else -own.value),
    }
