"""When runs came, and what their descriptions leave out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _, ngettext

from campaign.charts.analyses.drawing import Drawing, Figure, Finding, named_bars, team_name
from campaign.charts.template import LEAF, MUTED, SIGNAL, DataTable
from campaign.clock import day_in_words, moment_in_words
from campaign.field_names import field_name
from campaign.numbers import number
from campaign.reads.analyses import Made

_MS = timedelta(milliseconds=1)
_TICKS = 8
_FILLED = 0.85  # of its day or month, by a bar
_FEEDING = (
    *("training_data", "architectures", "n_networks", "pre_training", "augmentation"),
    *("test_time_outputs", "preparation_days", "training_hours", "hardware_price_eur"),
    "inference_per_minute",
)
"""Fields that an analysis of methods or of costs reads."""


# ---------------------------------------------------------------- when runs came
def _submission_finding(made: Made) -> Finding:
    data = made.data
    deadline = _moment(data["deadline"])
    words = {"all": number(data["n_runs"])}
    if deadline and made.made_at and deadline <= made.made_at and data["n_last"]:
        said = ngettext(
            "%(n)s of %(all)s run came in the last 24 hours before the deadline",
            "%(n)s of %(all)s runs came in the last 24 hours before the deadline",
            data["n_runs"],
        )
        return Finding(said % (words | {"n": number(data["n_last"])}))
    first = datetime.fromisoformat(data["first"])
    runs = ngettext("%(n)s run", "%(n)s runs", data["n_runs"])
    teams = ngettext("%(n)s team", "%(n)s teams", data["n_teams"])
    said = _("%(runs)s of %(teams)s since %(day)s")
    words = {
        "runs": runs % {"n": number(data["n_runs"])},
        "teams": teams % {"n": number(data["n_teams"])},
        "day": day_in_words(first),
    }
    return Finding(said % words)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _draw_submissions(made: Made) -> Figure:
    data = made.data
    figure = go.Figure()
    periods = [_period(day, by_day=data["by_day"]) for day, _n in data["counts"]]
    figure.add_bar(
        x=[str(begin + length / 2) for begin, length in periods],
        y=[n for _day, n in data["counts"]],
        # Of themselves they would reach to the next, days later.
        width=[_FILLED * length / _MS for _begin, length in periods],
        marker={"color": LEAF, "opacity": 0.55},
        customdata=[_name(day, by_day=data["by_day"]) for day, _n in data["counts"]],
        hovertemplate="%{customdata}: %{y}<extra></extra>",
    )
    deadline = _moment(data["deadline"])
    if deadline:
        _add_deadline(figure, deadline)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(type="date", range=_range(data, deadline), nticks=6)
    most = max(n for _day, n in data["counts"])
    step = 1 if most <= _TICKS else None  # no line between two whole runs
    figure.update_yaxes(title=_("runs"), rangemode="tozero", dtick=step)
    reading = _("Each bar counts the ranked runs that teams sent on a day (UTC).")
    if not data["by_day"]:
        reading = _("Each bar counts the ranked runs that teams sent in a month (UTC).")
    return Figure(figure, _submission_table(data), reading, height=340)


def _period(day: str, *, by_day: bool) -> tuple[datetime, timedelta]:
    """Return when a day or a month begins, and how long it is."""
    begin = datetime.fromisoformat(day)
    end = begin + timedelta(days=1) if by_day else (begin + timedelta(days=31)).replace(day=1)
    return begin, end - begin


def _name(day: str, *, by_day: bool) -> str:
    return day if by_day else day.removesuffix("-01")


def _range(data: Mapping[str, Any], deadline: datetime | None) -> list[str]:
    """Return from when to when, with room for a bar and a half at either side."""
    days = [date.fromisoformat(day) for day, _n in data["counts"]]
    last = max(days[-1], deadline.date()) if deadline else days[-1]
    room = timedelta(days=2 if data["by_day"] else 45)
    return [str(days[0] - room), str(last + room)]


def _add_deadline(figure: go.Figure, deadline: datetime) -> None:
    figure.add_vline(x=deadline.isoformat(), line={"color": SIGNAL, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=deadline.isoformat(),
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor="right",
        text=_("deadline, %(moment)s") % {"moment": moment_in_words(deadline)},
        showarrow=False,
        font={"color": SIGNAL},
    )
    figure.update_layout(margin={"t": 28})


def _submission_table(data: Mapping[str, Any]) -> DataTable:
    head = [_("Day") if data["by_day"] else _("Month"), _("Runs")]
    rows = [[_name(day, by_day=data["by_day"]), number(n)] for day, n in data["counts"]]
    return DataTable(head, rows, numeric=frozenset({1}))


# ---------------------------------------------------------------- what is left out
def _gap_finding(made: Made) -> Finding:
    fields = made.data["fields"]
    most = max(_FEEDING, key=fields.__getitem__)
    if not fields[most]:
        return Finding(_("Descriptions say all that the analyses of methods need"))
    said = ngettext(
        "%(n)s of %(all)s description leaves out: %(field)s",
        "%(n)s of %(all)s descriptions leave out: %(field)s",
        made.data["n_runs"],
    )
    words = {
        "n": number(fields[most]),
        "all": number(made.data["n_runs"]),
        "field": field_name(most).lower(),
    }
    return Finding(said % words)


def _draw_gaps(made: Made) -> Figure:
    n_runs = made.data["n_runs"]
    missing = sorted(made.data["fields"].items(), key=lambda field: -field[1])
    shown = {name: n for name, n in missing if n}
    figure, height = named_bars(
        names=[field_name(name) for name in shown],
        values=[n / n_runs for n in shown.values()],
        texts=[f"{number(n)} / {number(n_runs)}" for n in shown.values()],
        colors=[LEAF if name in _FEEDING else MUTED for name in shown],
        title=_("share of the runs"),
    )
    reading = _(
        "Fields of the method description that ranked runs leave out. Those in green feed an analysis of what works "
        "and what it costs, which does without these runs. The table says it team by team."
    )
    return Figure(figure, _gap_table(made), reading, height, table_open=True)


def _gap_table(made: Made) -> DataTable:
    rows = [
        [team_name(made, team["run"]), number(team["n_runs"]), _left_out(team)]
        for team in made.data["teams"]
    ]
    head = [_("Team"), _("Runs"), _("Left out, in how many runs")]
    return DataTable(head, rows, numeric=frozenset({1}))


def _left_out(team: Mapping[str, Any]) -> str:
    missing = sorted(team["missing"].items(), key=lambda field: -field[1])
    return ", ".join(f"{field_name(name)} ({number(n)})" for name, n in missing) or "—"


DRAWINGS: Mapping[str, Drawing] = {
    "submissions": Drawing(_submission_finding, _draw_submissions),
    "description-gaps": Drawing(_gap_finding, _draw_gaps),
}
