"""Leaderboards: hosted runs in their places, and apart from them what past editions published."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.models import Phase
from campaign.reads.dated import Asked, leaderboard_at
from campaign.reads.history import published_results
from campaign.reads.levels import levels_of
from campaign.reads.results import PAGE_SIZE, Leaderboard, LeaderboardEntry, ShownScore
from campaign.reads.snapshots import one_snapshot
from campaign.reads.visibility import visible_part
from campaign.templatetags.intervals import scale_of
from campaign.views.frame import find_task, page_number, render_task
from campaign.views.questions import level_asked, moment_asked
from campaign.views.refusals import says_refusals


@dataclass(frozen=True)
class Row:
    """One run with a cell for each metric, and the score that is drawn."""

    entry: LeaderboardEntry
    cells: list[ShownScore | None]
    drawn: ShownScore | None


@require_safe
@says_refusals
@one_snapshot()
def task_leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    board = leaderboard_at(
        task=task,
        viewer=request.user,
        now=now(),
        at=moment_asked(request),
        asked=Asked(
            page=page_number(request),
            page_size=PAGE_SIZE,
            sort=request.GET.get("sort", ""),
            best=request.GET.get("best") == "1",
            level=level_asked(request),
        ),
    )
    rows = _rows(board)
    return render_task(
        request,
        task,
        "campaign/task_leaderboard.html",
        tab="leaderboard",
        board=board,
        rows=rows,
        labels=_labels(),
        scores=[cell for row in rows for cell in row.cells],
        scale=scale_of(row.drawn for row in rows),
        results=task.phase(Phase.Kind.RESULTS),
        levels=levels_of([row.entry.run.pk for row in rows], task.metrics, board.part)
        if board.part
        else [],
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
    drawn = board.sort if board.sort in board.metrics else next(iter(board.metrics), "")
    return [
        Row(
            entry=entry,
            cells=[entry.scores.get(metric) for metric in board.metrics],
            drawn=entry.scores.get(drawn),
        )
        for entry in board.entries
    ]
