"""Leaderboards: hosted runs in their places, and apart from them what past editions published."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.forms.leaderboards import LeaderboardForm
from campaign.models import Phase
from campaign.reads.history import published_results
from campaign.reads.results import (
    PAGE_SIZE,
    Leaderboard,
    LeaderboardEntry,
    ShownScore,
    leaderboard,
)
from campaign.reads.snapshots import one_snapshot
from campaign.reads.visibility import visible_part
from campaign.templatetags.intervals import scale_of
from campaign.views.frame import find_task, page_number, render_task


@dataclass(frozen=True)
class Row:
    """One run with a cell for each metric."""

    entry: LeaderboardEntry
    cells: list[ShownScore | None]


@require_safe
@one_snapshot()
def task_leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    form = LeaderboardForm(task, request.GET)
    board = leaderboard(
        task=task,
        viewer=request.user,
        now=now(),
        page=page_number(request),
        page_size=PAGE_SIZE,
        **vars(form.asked()),
    )
    rows = _rows(board)
    return render_task(
        request,
        task,
        "campaign/task_leaderboard.html",
        tab="leaderboard",
        board=board,
        form=form,
        rows=rows,
        labels=_labels(),
        n_columns=3 + len(board.metrics) + len(board.described),  # rank, who, drawn
        scores=[cell for row in rows for cell in row.cells],
        scale=scale_of(row.entry.drawn for row in rows),
        results=task.phase(Phase.Kind.RESULTS),
        others_see=visible_part(task, AnonymousUser(), now()),
        published=published_results(task),
    )


def _labels() -> dict[str, str]:
    """Return what the columns that are not metrics are called."""
    return {
        "team": _("Team and run"),
        "training_data": _("Training data"),
        "architectures": _("Architectures"),
        "n_networks": _("Networks"),
    }


def _rows(board: Leaderboard) -> list[Row]:
    return [
        Row(entry, [entry.scores.get(metric) for metric in board.metrics])
        for entry in board.entries
    ]
