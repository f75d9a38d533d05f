"""What drawing any analysis takes: its finding in words, how it is read, its figure and numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from campaign.charts.bars import ABOVE, write_names_above
from campaign.charts.runs import lying_bars
from campaign.charts.template import (
    INK,
    LEAF,
    RULE,
    Chart,
    DataTable,
    as_text,
    shortened,
    with_interval,
)
from campaign.metric_names import metric_name
from campaign.numbers import RANGE, change, decimals
from campaign.reads.analyses import Made
from scoring import parse_metric

SURE = 0.05  # of a corrected p-value: below, a difference is one
STRONG_RULE = "var(--rule-strong)"
_AXIS = 76  # pixels of an axis with its title, and above the first name


@dataclass(frozen=True)
class Finding:
    """What an analysis found, as a sentence; `sure` where its interval says so."""

    text: str
    sure: bool = False


@dataclass(frozen=True)
class Figure:
    """The drawing of an analysis, without what all have in common.

    `table_open`: whether the numbers show at once, where they are what one came for. `more`: further tables, where
    one does not hold all that is drawn.
    """

    figure: go.Figure
    table: DataTable
    reading: str
    height: int
    table_open: bool = False
    more: Sequence[DataTable] = ()


@dataclass(frozen=True)
class Drawing:
    """How an analysis is told and drawn.

    Both take an analysis that says something.
    """

    finding: Callable[[Made], Finding]
    draw: Callable[[Made], Figure]

    def chart(self, made: Made) -> Chart:
        """Return an analysis as a page shows it."""
        drawn = self.draw(made)
        return Chart(
            name=made.kind.slug,
            title=self.finding(made).text,
            figure=drawn.figure,
            table=drawn.table,
            more=drawn.more,
            reading=drawn.reading,
            height=drawn.height,
            generated=made.generated,
            table_open=drawn.table_open,
        )


@lru_cache(maxsize=64)  # it is asked of each of a thousand pairs
def rises(metric: str) -> bool:
    """Tell whether higher is better."""
    return parse_metric(metric).direction == "higher"


def axis_title(metric: str) -> str:
    """Return a metric with its direction."""
    better = _("higher is better") if rises(metric) else _("lower is better")
    return f"{metric_name(metric)} ({better})"


def zero_line(figure: go.Figure, **where: int) -> None:
    """Draw the line that an interval must not touch."""
    figure.add_vline(x=0, line={"color": STRONG_RULE, "width": 1}, layer="below", **where)


def is_sure(one: Mapping[str, Any]) -> bool:
    """Tell whether the interval of a difference does not touch 0."""
    return one["low"] is not None and (one["low"] > 0 or one["high"] < 0)


def better_of(test: Mapping[str, Any], metric: str) -> int:
    """Return 1 where a tested difference is for the better, -1 for the worse, 0 where nobody can tell."""
    if test["adjusted"] >= SURE or not is_sure(test):
        return 0
    return 1 if (test["value"] > 0) == rises(metric) else -1


def range_text(one: Mapping[str, Any]) -> str:
    """Return a score with its interval as text: 0.512 0.498-0.526."""
    if one["low"] is None:
        return decimals(one["value"])
    return f"{decimals(one['value'])} {decimals(one['low'])}{RANGE}{decimals(one['high'])}"


def change_text(one: Mapping[str, Any]) -> str:
    """Return a difference with its interval as text."""
    if one["low"] is None:
        return change(one["value"])
    words = {name: change(one[name]) for name in ("value", "low", "high")}
    return _("%(value)s, %(low)s to %(high)s") % words


def intervals(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return plotly's error bars of estimates."""
    columns = ([one[name] for one in found] for name in ("value", "low", "high"))
    return with_interval(*columns)


def row_lines(figure: go.Figure) -> None:
    """Draw a thin line through each row of dots, which leads to its name."""
    figure.update_yaxes(showgrid=True, gridcolor=RULE)


def run_name(made: Made, pk: int, length: int = 100) -> str:
    """Return what a run is called; a long name is cut, but never its number, nor a baseline's end, which tells it apart."""
    name = made.names.get(pk) or _("a run that is no more on the board")
    if len(name) <= length:
        return name
    team, dot, run = name.rpartition(" · ")
    if dot:
        return shortened(team, length - len(dot + run)) + dot + run
    return f"{name[: length // 2 - 1]}…{name[-(length // 2) :]}"


def team_name(made: Made, pk: int) -> str:
    """Return whose run it is."""
    return run_name(made, pk).rpartition(" · ")[0] or run_name(made, pk)


def run_label(made: Made, pk: int, length: int = 100) -> str:
    """Return what a run is called, fit for a figure."""
    return as_text(run_name(made, pk, length))


def named_bars(
    *,
    names: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    title: str,
    intervals: Sequence[tuple[float | None, float | None]] = (),
    colors: Sequence[str] | str = LEAF,
) -> tuple[go.Figure, int]:
    """Return shares as bars with their names above and what is counted at their right, and the height."""
    shown = [as_text(name) for name in names]
    lows, highs = zip(*intervals, strict=True) if intervals else ((), ())
    figure = lying_bars(
        labels=shown,
        values=values,
        texts=texts,
        hover=[f"{name}: {text}" for name, text in zip(shown, texts, strict=True)],
        end=min(1.0, 1.05 * max(filter(None, (*values, *highs)), default=1.0)),
        colors=colors,
    )
    figure.update_traces(width=0.32, selector={"type": "bar"})
    if intervals:
        figure.data[0].error_x = with_interval(values, lows, highs) | {"color": INK}
    write_names_above(figure, list(range(len(shown))), shown)
    figure.update_xaxes(title=title, tickformat=".0%", nticks=5)
    return figure, ABOVE * len(shown) + _AXIS
