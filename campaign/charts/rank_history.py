"""How ranks moved, as steps in time."""

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go
from django.utils.translation import gettext as _, ngettext

from campaign.charts.template import (
    LEAF,
    MARKERS,
    SERIES,
    Chart,
    DataTable,
    as_text,
    shortened,
)
from campaign.clock import day_in_words, moment_in_words
from campaign.models import Run
from campaign.reads.rank_history import RankHistory, RankLine

_HEIGHT = 460
_BELOW = 64  # for the ticks and the title of the time
_LINE = 17  # pixels from one label to the next
_LABELS = 168  # pixels beside the plot


def rank_history_chart(history: RankHistory, lines: Sequence[RankLine]) -> Chart:
    """Return the ranks of some runs over the states of a leaderboard, with the name at each line's end."""
    worst = max((rank for line in lines for rank in line.ranks if rank), default=1)
    figure = go.Figure([_trace(history, line, place) for place, line in enumerate(lines)])
    figure.update_layout(
        showlegend=False,
        hovermode="closest",
        margin={"l": 8, "r": _LABELS, "t": 8, "b": _BELOW},
        annotations=_labels(lines, worst),
        xaxis={
            "title": {"text": _("Time (UTC)")},
            "type": "date",
            "range": _span(history),
            "nticks": 5,
        },
        yaxis={
            "title": {"text": _("Rank (1 is best)")},
            "range": [worst + 0.5, 0.5],
            "dtick": max(1, -(-worst // 12)),
            "tick0": 1,
            "zeroline": False,
        },
    )
    return Chart(
        name="rank-history",
        title=_title(history),
        figure=figure,
        table=_table(history, lines),
        reading=_(
            "Each line is a run, and each step a change of its rank: the higher, the better."
        ),
        height=_HEIGHT,
        generated=any(line.run.generated for line in lines),
    )


def run_label(run: Run, length: int = 80) -> str:
    """Return what a run is called beside its line."""
    return _("%(team)s · Run %(n)s") % {
        "team": shortened(run.registration.team.name, length),
        "n": run.number,
    }


def _span(history: RankHistory) -> list[str]:
    """Return from when to when; a single state has a moment before and after it."""
    first, last = history.states[0].taken_at, history.states[-1].taken_at
    beside = (last - first) / 50 or timedelta(hours=1)
    return [(first - beside).isoformat(), (last + beside).isoformat()]


def _trace(history: RankHistory, line: RankLine, place: int) -> go.Scatter:
    colour = LEAF if line.own else SERIES[place % len(SERIES)]
    known = [at for at, rank in enumerate(line.ranks) if rank]
    ends = {known[0], known[-1]}
    return go.Scatter(
        x=[state.taken_at.isoformat() for state in history.states],
        y=line.ranks,
        name=as_text(run_label(line.run)),
        mode="lines+markers",
        line={
            "shape": "hv",
            "color": colour,
            "width": 3.5 if line.own else 2,
            "dash": "solid" if place < len(SERIES) or line.own else "dot",
        },
        marker={
            "symbol": MARKERS[place % len(MARKERS)],
            "size": [8 if at in ends else 0 for at in range(len(line.ranks))],
            "color": colour,
        },
        hovertemplate=_("%{fullData.name}<br>rank %{y}, %{x|%-d %B %Y, %H:%M:%S} UTC")
        + "<extra></extra>",
    )


def _labels(lines: Sequence[RankLine], worst: int) -> list[dict[str, object]]:
    """Return the names at the ends of the lines, none on top of another."""
    per_rank = (_HEIGHT - 8 - _BELOW) / worst
    labels, free = [], 0.0
    for line in sorted(lines, key=lambda line: line.last or worst):
        rank = line.last or worst
        wanted = (rank - 0.5) * per_rank
        at = max(wanted, free)
        free = at + _LINE
        labels.append(
            {
                "text": as_text(run_label(line.run, 14)),
                "x": 1,
                "xref": "paper",
                "xanchor": "left",
                "xshift": 6,
                "y": rank,
                "yshift": wanted - at,
                "showarrow": False,
                "font": {"size": 13, "color": LEAF} if line.own else {"size": 13},
            }
        )
    return labels


def _title(history: RankHistory) -> str:
    """Say who leads and how often that changed; of states that are left out nobody counts the changes."""
    leaders = [
        next((row.run_id for row in state.runs if row.rank), None) for state in history.states
    ]
    changes = [at for at in range(1, len(leaders)) if leaders[at] != leaders[at - 1]]
    if history.thinned:
        return _("How the ranks moved")
    if not changes:
        return _("The lead never changed")
    since = day_in_words(history.states[changes[-1]].taken_at)
    return ngettext(
        "The lead changed once, on %(day)s",
        "The lead changed %(n)s times, last on %(day)s",
        len(changes),
    ) % {"n": len(changes), "day": since}


def _table(history: RankHistory, lines: Sequence[RankLine]) -> DataTable:
    """Return a row for each state, with the rank of each run in it."""
    rows = [
        [
            moment_in_words(state.taken_at),
            str(state.truth.number),
            *(str(line.ranks[at] or "—") for line in lines),
        ]
        for at, state in enumerate(history.states)
    ]
    head = [_("Since"), _("Truth version"), *(run_label(line.run) for line in lines)]
    return DataTable(head, rows, numeric=frozenset(range(1, len(head))))
