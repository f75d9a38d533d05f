"""Funnels: from those who registered to those who sent runs, and from what was shared to what was tested."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from django.utils.translation import gettext as _, gettext_lazy
from plotly.subplots import make_subplots

from campaign.charts.bars import ABOVE, NAMES, write_names_above
from campaign.charts.keeping import kept
from campaign.charts.template import LEAF, MUTED, Chart, DataTable, as_text, labelled, shortened
from campaign.models import PrintedRow
from campaign.numbers import number

_PALE = "var(--leaf-pale)"


@dataclass(frozen=True)
class Narrowing:
    """Teams that registered for one task, those that sent runs, and the runs."""

    label: str
    registered: int | None
    submitted: int
    runs: int
    source: str = ""


@kept
def narrowings(name: str, found: Sequence[Narrowing], *, generated: bool = False) -> Chart:
    """Draw a funnel for each task: of past editions and of hosted ones alike."""
    rows = [str(i) for i in range(len(found))]  # two tasks may have one title
    figure = go.Figure()
    _add_teams(figure, rows, [one.registered for one in found], 0.4, _PALE)
    _add_teams(figure, rows, [one.submitted for one in found], 0.22, LEAF)
    most = max((one.registered or one.submitted for one in found), default=1)
    figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_xaxes(title=_("teams"), range=[0, most * 1.03], dtick=_step(most))
    figure.update_yaxes(**NAMES)
    write_names_above(figure, rows, [as_text(_in_words(one)) for one in found])
    return Chart(
        name=name,
        title=narrowings_title(found),
        figure=figure,
        table=_table(found),
        reading=_(
            "The pale bar is the teams that registered, the full one those of them that sent runs. A question "
            "mark stands where no source says how many registered."
        ),
        height=76 + ABOVE * max(1, len(found)),
        sources=list(dict.fromkeys(one.source for one in found if one.source)),
        generated=generated,
    )


def _add_teams(
    figure: go.Figure, rows: list[str], teams: list[int | None], width: float, color: str
) -> None:
    figure.add_bar(
        y=rows,
        x=teams,
        orientation="h",
        marker={"color": color, "line": {"color": LEAF, "width": 1}},
        width=width,
        hovertemplate="%{x}<extra></extra>",
    )


def _step(most: int) -> int:
    """Return how far lines stand apart: four or so, none between two whole teams."""
    return 10 * round(most / 40) if most > 40 else max(1, most // 4)


def _in_words(one: Narrowing) -> str:
    registered = "?" if one.registered is None else number(one.registered)
    return _("%(task)s: %(registered)s → %(submitted)s teams, %(runs)s runs") % {
        "task": shortened(one.label, 26),
        "registered": registered,
        "submitted": number(one.submitted),
        "runs": number(one.runs),
    }


def narrowings_title(found: Sequence[Narrowing]) -> str:
    """Say how many of the teams that registered sent runs."""
    known = [one for one in found if one.registered]
    registered = sum(one.registered or 0 for one in known)
    if not registered:
        return _("Nobody has registered yet")
    submitted = sum(one.submitted for one in known)
    return _("Of %(registered)s registrations of teams, %(submitted)s led to runs") % {
        "registered": number(registered),
        "submitted": number(submitted),
    }


def _table(found: Sequence[Narrowing]) -> DataTable:
    rows = [
        [one.label, number(one.registered), number(one.submitted), number(one.runs), one.source]
        for one in found
    ]
    head = [_("Task"), _("Teams registered"), _("Teams with runs"), _("Runs"), _("Source")]
    return DataTable(head, rows, numeric=frozenset([1, 2, 3]))


# ---------------------------------------------------------------- the making of a test set
_MEASURES = {
    "species": gettext_lazy("species"),
    "observations": gettext_lazy("observations"),
    "images": gettext_lazy("images"),
    "users": gettext_lazy("users"),
}


@kept
def test_set(rows: Sequence[PrintedRow]) -> Chart:
    """Draw what each step of a selection left, a funnel for each thing that was counted."""
    titles = [str(name) for name in _MEASURES.values()]
    figure = make_subplots(
        rows=len(_MEASURES), cols=1, subplot_titles=titles, vertical_spacing=0.09
    )
    for i, measure in enumerate(_MEASURES, start=1):
        values = [row.cells[measure] for row in rows]
        figure.add_bar(
            y=[str(n) for n in range(1, len(rows) + 1)],
            x=values,
            orientation="h",
            marker={"color": [MUTED, MUTED, LEAF][-len(rows) :]},
            text=[number(value) for value in values],
            textposition="outside",
            cliponaxis=False,
            customdata=[[as_text(row.cells["step"])] for row in rows],
            hovertemplate=labelled("%{customdata[0]}", "%{text}") + "<extra></extra>",
            row=i,
            col=1,
        )
        figure.update_xaxes(
            range=[0, max(values, default=1) * 1.25],
            showticklabels=False,
            showgrid=False,
            row=i,
            col=1,
        )
    figure.update_annotations(x=0, xanchor="left", font={"size": 14})
    figure.update_yaxes(**NAMES)
    figure.update_layout(showlegend=False, margin={"t": 28})
    return Chart(
        name="test-set",
        title=_test_title(rows),
        figure=figure,
        table=DataTable(
            [_("Step"), *(str(name).capitalize() for name in _MEASURES.values())],
            [
                [f"{n} · {row.cells['step']}", *(number(row.cells[name]) for name in _MEASURES)]
                for n, row in enumerate(rows, start=1)
            ],
            numeric=frozenset(range(1, 1 + len(_MEASURES))),
            english=frozenset([0]),
        ),
        reading=_("What was left after each step; the table says what the steps were."),
        height=460,
        sources=list(dict.fromkeys(row.source for row in rows)),
    )


def _test_title(rows: Sequence[PrintedRow]) -> str:
    if not rows:
        return _("How the test set was made is not known")
    first, last = rows[0].cells, rows[-1].cells
    return _("Of %(shared)s shared observations, %(left)s became the test of PlantCLEF 2017") % {
        "shared": number(first["observations"]),
        "left": number(last["observations"]),
    }
