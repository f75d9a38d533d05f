"""Figures of what training costs: days, machines and prices as they were printed."""

import re
from collections.abc import Sequence
from datetime import date
from math import log10
from typing import Any

import plotly.graph_objects as go
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from campaign.charts.bars import ABOVE, bars
from campaign.charts.keeping import kept
from campaign.charts.template import (
    LEAF,
    MUTED,
    Chart,
    DataTable,
    as_text,
    labelled,
    shortened,
)
from campaign.models import PrintedRow
from campaign.numbers import number

_DAYS = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "months": 30.0}
_DURATION = re.compile(r"(\d+) (minutes|hours|days|months)")
_SPANS = {
    "minutes": gettext_lazy("%(n)s minutes"),
    "hours": gettext_lazy("%(n)s hours"),
    "days": gettext_lazy("%(n)s days"),
    "months": gettext_lazy("%(n)s months"),
}


@kept
def training_costs(rows: Sequence[PrintedRow]) -> Chart:
    """Draw how long each step took, on a scale of powers of ten; the words are those printed."""
    timed = _timed(rows)
    figure = bars(
        [_step(row) for row, _days_of_it in timed],
        [days for _row, days in timed],
        text=[_in_words(row.cells["duration"]) for row, _days_of_it in timed],
        hover=[as_text(_told(row)) for row, _days_of_it in timed],
        color=[LEAF if row.cells["hardware"] else MUTED for row, _days_of_it in timed],
        above=True,
    )
    figure.update_xaxes(
        type="log",
        title=_("days"),
        tickvals=[0.1, 1, 10, 100],
        range=[log10(0.04), log10(700)],
    )
    return Chart(
        name="training-costs",
        title=costs_title(rows),
        figure=figure,
        table=_costs_table(rows),
        reading=_(
            "Green bars are computing, grey ones people's work; a step of the scale is ten times as long, a "
            "month is drawn as thirty days. Prices and what has no duration stand in the table."
        ),
        height=76 + ABOVE * max(1, len(timed)),
        sources=_sources(rows),
    )


def _days(duration: str | None) -> float | None:
    """Return a duration as printed in days.

    >>> _days("2 months"), _days("36 hours"), _days("a while"), _days(None)
    (60.0, 1.5, None, None)
    """
    found = _DURATION.fullmatch(duration or "")
    return int(found[1]) * _DAYS[found[2]] if found else None


def _in_words(duration: str) -> str:
    """Return a duration as printed in the language of the page."""
    found = _DURATION.fullmatch(duration or "")
    return str(_SPANS[found[2]]) % {"n": number(int(found[1]))} if found else duration


def _step(row: PrintedRow) -> str:
    return as_text(shortened(labelled(row.cells["who"], row.cells["what"]), 48))


def _told(row: PrintedRow) -> str:
    cells = row.cells
    parts = [cells["what"], cells["hardware"], _in_words(cells["duration"]), row.note]
    return " · ".join(part for part in parts if part)


def _timed(rows: Sequence[PrintedRow]) -> list[tuple[PrintedRow, float]]:
    """Return what has a duration with its days, the longest first."""
    timed = [(row, days) for row in rows if (days := _days(row.cells["duration"]))]
    return sorted(timed, key=lambda one: -one[1])


def costs_title(rows: Sequence[PrintedRow]) -> str:
    """Say which training took longest."""
    computed = [row for row, _days_of_it in _timed(rows) if row.cells["hardware"]]
    if not computed:
        return _("What training took")
    longest: dict[str, str] = computed[0].cells | {
        "duration": _in_words(computed[0].cells["duration"])
    }
    return _("The longest training took %(duration)s: %(who)s, on %(hardware)s") % longest


def _costs_table(rows: Sequence[PrintedRow]) -> DataTable:
    columns: dict[str, Any] = {
        "who": gettext_lazy("Who"),
        "what": gettext_lazy("What"),
        "hardware": gettext_lazy("Hardware"),
        "hardware_price_eur": gettext_lazy("Price, EUR"),
        "duration": gettext_lazy("Duration"),
        "throughput": gettext_lazy("Throughput"),
    }
    found = [row.cells | {"duration": _in_words(row.cells["duration"])} for row in rows]
    cells = [
        [*(_cell(one[name]) for name in columns), row.note]
        for one, row in zip(found, rows, strict=True)
    ]
    head = [*(str(words) for words in columns.values()), _("Note")]
    return DataTable(head, cells, numeric=frozenset([3]), english=frozenset([0, 1, 2, 5, 6]))


def _cell(value: Any) -> str:
    return number(value) if isinstance(value, int) else str(value or "—")


# ---------------------------------------------------------------- many machines
@kept
def distributed_training(rows: Sequence[PrintedRow]) -> Chart:
    """Draw how long the same training took as machines became many."""
    days = [date.fromisoformat(f"{row.cells['date']}-01") for row in rows]
    minutes = [row.cells["minutes"] for row in rows]
    figure = go.Figure()
    figure.add_scatter(
        x=[day.isoformat() for day in days],
        y=minutes,
        mode="lines+markers+text",
        text=[_duration(one) for one in minutes],
        textposition=[_PLACES[i % len(_PLACES)] for i in range(len(rows))],
        line={"color": LEAF, "width": 2, "dash": "dot"},
        marker={"color": LEAF, "size": 10},
        cliponaxis=False,
        customdata=[[as_text(row.cells["hardware"]), as_text(row.cells["task"])] for row in rows],
        hovertemplate="%{customdata[1]}<br>"
        + labelled("%{customdata[0]}", "%{text}")
        + "<extra></extra>",
    )
    figure.update_xaxes(tickformat="%b %Y", nticks=4, showgrid=False, range=_around(days))
    figure.update_yaxes(type="log", title=_("minutes (lower is better)"), dtick=1)
    figure.update_layout(showlegend=False, margin={"t": 24})
    return Chart(
        name="distributed-training",
        title=_distributed_title(rows),
        figure=figure,
        table=DataTable(
            [_("When"), _("Hardware"), _("Minutes"), _("What was trained")],
            [
                [r.cells["date"], r.cells["hardware"], number(r.cells["minutes"]), r.cells["task"]]
                for r in rows
            ],
            numeric=frozenset([2]),
            english=frozenset([1, 3]),
        ),
        reading=_("The same training on more and more machines; which ones, the table says."),
        height=320,
        sources=_sources(rows),
    )


# So that no two that are near each other lie on each other.
_PLACES = ("top right", "bottom left", "top right", "bottom center")


def _around(days: list[date]) -> list[str] | None:
    return [f"{min(days).year}-01-01", f"{max(days).year}-12-31"] if days else None


def _duration(minutes: int) -> str:
    if minutes >= 1440:
        return _("%(n)s days") % {"n": number(minutes // 1440)}
    return _("%(n)s min") % {"n": number(minutes)}


def _distributed_title(rows: Sequence[PrintedRow]) -> str:
    if not rows:
        return _("Training on many machines")
    first, last = rows[0].cells, rows[-1].cells
    return _("%(task)s: from %(first)s to %(last)s between %(from)s and %(to)s") % {
        "task": first["task"],
        "first": _duration(first["minutes"]),
        "last": _duration(last["minutes"]),
        "from": _month(first["date"]),
        "to": _month(last["date"]),
    }


def _month(printed: str) -> str:
    return date_format(date.fromisoformat(f"{printed}-01"), "YEAR_MONTH_FORMAT")


def _sources(rows: Sequence[PrintedRow]) -> list[str]:
    return list(dict.fromkeys(row.source for row in rows))
