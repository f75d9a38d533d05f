"""What drawing any analysis takes: its finding in words, how it is read, its figure and numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from campaign.charts.bars import ABOVE, write_names_above
from campaign.charts.runs import lying_bars
from campaign.charts.template import INK, LEAF, RULE, Chart, DataTable, as_text, with_interval
from campaign.metric_names import metric_name
from campaign.reads.analyses import Made
from scoring import parse_metric

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

    `table_open`: whether the numbers show at once, where they are what one came for.
    """

    figure: go.Figure
    table: DataTable
    reading: str
    height: int
    table_open: bool = False


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
            reading=drawn.reading,
            height=drawn.height,
            generated=made.generated,
            table_open=drawn.table_open,
        )


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


def row_lines(figure: go.Figure) -> None:
    """Draw a thin line through each row of dots, which leads to its name."""
    figure.update_yaxes(showgrid=True, gridcolor=RULE)


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
