"""All runs of a leaderboard as bars, coloured by what they learned from: the figure of every overview paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from campaign.charts.template import (
    INK,
    SERIES,
    Chart,
    DataTable,
    as_text,
    shortened,
    with_interval,
)
from campaign.metric_names import metric_name
from campaign.numbers import decimals, number
from campaign.reads.board_filters import NOT_SAID, TRAINING_DATA, training_group
from campaign.reads.leaderboards import Leaderboard, LeaderboardEntry
from campaign.reads.scores import ShownScore
from scoring import parse_metric

MOST_BARS = 200  # more than that nobody reads

_COLOURS = {group: SERIES[i] for i, group in enumerate(TRAINING_DATA) if group != NOT_SAID}
_COLOURS[NOT_SAID] = "var(--rule-strong)"
_MARKS = {"late": gettext_lazy("late"), "baseline": gettext_lazy("baseline")}
_PATTERNS = {"late": "/", "baseline": "."}
_BAR, _AROUND = 26, 110  # pixels: of a bar with its gap, and of axis, title and legend
_HOLDS_A_WORD = 0.35  # of the longest bar


@dataclass(frozen=True)
class _Bar:
    """A run with its score; `place` counts from the top."""

    place: int
    entry: LeaderboardEntry
    score: ShownScore
    value: float

    @property
    def group(self) -> str:
        return training_group(self.entry.run.description)

    @property
    def learned(self) -> str:
        return str(TRAINING_DATA[self.group])

    @property
    def team(self) -> str:
        return self.entry.run.registration.team.name

    @property
    def run(self) -> str:
        run = self.entry.run
        name = _("Run %(n)s") % {"n": run.number}
        return f"{name} · {run.name}" if run.name else name

    @property
    def marks(self) -> str:
        """Say what is unusual about the run."""
        own = [str(_MARKS[self.entry.mark])] if self.entry.mark in _MARKS else []
        return ", ".join([*own, *([_("generated")] if self.entry.run.generated else [])])

    @property
    def label(self) -> str:
        run = self.entry.run
        if self.entry.mark == "baseline" and run.name:  # their team says nothing
            return as_text(shortened(run.name, 22))
        return as_text(f"{shortened(self.team, 20)} · {run.number}")

    @property
    def hover(self) -> str:
        # Without <b>: plotly would write a style attribute, which the policy forbids.
        lines = [as_text(self.team), as_text(self.run), self.figures, self.learned, self.marks]
        return "<br>".join(filter(None, lines))

    @property
    def figures(self) -> str:
        value, low, high = map(decimals, (self.value, self.score.low, self.score.high))
        if self.score.low is None:
            return value
        return _("%(value)s, %(low)s to %(high)s") % {"value": value, "low": low, "high": high}


def run_bars(board: Leaderboard) -> Chart | None:
    """Return the runs of a page of a leaderboard as bars, the best on top; None where none has a score."""
    bars = _bars(board) if board.drawn else []
    if not bars:
        return None
    name = metric_name(board.drawn)
    return Chart(
        name="runs",
        title=ngettext(
            "%(n)s run by %(metric)s and what it learned from",
            "%(n)s runs by %(metric)s and what they learned from",
            len(bars),
        )
        % {"n": number(len(bars)), "metric": name},
        figure=_figure(bars, board.drawn),
        table=_table(bars, name),
        reading=" ".join(_reading(bars)),
        height=_AROUND + _BAR * len(bars),
        generated=board.task.generated or any(bar.entry.run.generated for bar in bars),
    )


def _bars(board: Leaderboard) -> list[_Bar]:
    scored = [
        (entry, entry.drawn, entry.drawn.value)
        for entry in board.entries
        if entry.drawn and entry.drawn.value is not None
    ]
    ordered = sorted(scored, key=lambda one: one[2], reverse=_rises(board.drawn))
    return [_Bar(place, *one) for place, one in enumerate(ordered)]


def _figure(bars: Sequence[_Bar], metric: str) -> go.Figure:
    groups = [group for group in TRAINING_DATA if any(bar.group == group for bar in bars)]
    longest = max(abs(bar.value) for bar in bars)
    worded = [bar for bar in bars if abs(bar.value) >= _HOLDS_A_WORD * longest]
    figure = go.Figure([_trace(group, bars, worded) for group in groups])
    better = _("higher is better") if _rises(metric) else _("lower is better")
    has_words = len(worded) == len(bars)
    return figure.update_layout(
        barmode="overlay",
        bargap=0.25,
        showlegend=len(groups) > 1 and not (has_words and len(groups) <= 5),
        uniformtext={"mode": "hide", "minsize": 11},
        xaxis={"title": {"text": f"{metric_name(metric)} ({better})"}, "rangemode": "tozero"},
        yaxis={
            "tickvals": [bar.place for bar in bars],
            "ticktext": [bar.label for bar in bars],
            "tickfont": {"size": 12},
            "ticklabelstandoff": 6,
            "range": [len(bars) - 0.4, -0.6],
            "showgrid": False,
        },
    )


def _rises(metric: str) -> bool:
    return parse_metric(metric).direction == "higher"


def _trace(group: str, bars: Sequence[_Bar], worded: Sequence[_Bar]) -> go.Bar:
    """Return the bars of a group, with its name in those that are long enough for one."""
    own = [bar for bar in bars if bar.group == group]
    values = [bar.value for bar in own]
    lows, highs = [bar.score.low for bar in own], [bar.score.high for bar in own]
    return go.Bar(
        name=str(TRAINING_DATA[group]),
        orientation="h",
        x=values,
        y=[bar.place for bar in own],
        width=0.8,  # by itself a group fills the gaps between its own bars
        error_x={**with_interval(values, lows, highs), "color": INK},
        marker={
            "color": _COLOURS[group],
            "opacity": 0.5,  # words in them can be read, on a light page and on a dark one
            "pattern": {
                "shape": [_PATTERNS.get(bar.entry.mark, "") for bar in own],
                "fillmode": "overlay",
                "fgcolor": "var(--paper)",
                "fgopacity": 0.3,
                "size": 7,
                "solidity": 0.25,
            },
        },
        text=[str(TRAINING_DATA[group]) if bar in worded else "" for bar in own],
        textfont={"color": INK},
        textposition="inside",
        textangle=0,  # upright words would be cut off
        insidetextanchor="start",
        constraintext="none",
        hovertext=[bar.hover for bar in own],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _reading(bars: Sequence[_Bar]) -> Iterator[str]:
    """Yield how to read the bars, and their patterns where there are any."""
    yield _("Each bar is a run, the best on top; its line is the 95 % interval.")
    marks = {bar.entry.mark for bar in bars}
    if "late" in marks:
        yield _("Hatched ones are late.")
    if "baseline" in marks:
        yield _("Dotted ones are baselines of the organisers.")


def _table(bars: Sequence[_Bar], metric: str) -> DataTable:
    head = [_("Team"), _("Run"), metric, _("from"), _("to"), _("Training data"), _("Marks")]
    rows = [
        [
            bar.team,
            bar.run,
            decimals(bar.value),
            decimals(bar.score.low),
            decimals(bar.score.high),
            bar.learned,
            bar.marks,
        ]
        for bar in bars
    ]
    return DataTable(head, rows, numeric=frozenset({2, 3, 4}))
