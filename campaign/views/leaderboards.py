"""Leaderboards: hosted runs in their places, and apart from them what past editions published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.charts.leaderboards import MOST_BARS, run_bars
from campaign.clock import now
from campaign.forms.leaderboards import KINDS, LeaderboardForm
from campaign.models import Phase
from campaign.reads.breakdowns import row_grouping
from campaign.reads.dated import leaderboard_at
from campaign.reads.history import published_results
from campaign.reads.leaderboards import (
    COLUMNS,
    PAGE_SIZE,
    Leaderboard,
    LeaderboardEntry,
    leaderboard,
)
from campaign.reads.levels import LEVELS, levels_of
from campaign.reads.scores import ShownScore
from campaign.reads.snapshots import one_snapshot
from campaign.reads.visibility import visible_part
from campaign.templatetags.intervals import scale_of
from campaign.views.frame import find_task, page_number, render_task
from campaign.views.questions import level_asked, moment_asked
from campaign.views.refusals import says_refusals


@dataclass(frozen=True)
class Row:
    """One run with a cell for each metric."""

    entry: LeaderboardEntry
    cells: list[ShownScore | None]

    @property
    def warnings(self) -> list[Mapping[str, Any]]:
        """Return what is said of any of its scores."""
        return [one for cell in self.cells if cell for one in cell.warnings]


@require_safe
@says_refusals
@one_snapshot()
def task_leaderboard(request: HttpRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    form = LeaderboardForm(task, request.GET, level_asked(request))
    board = leaderboard_at(
        task=task,
        viewer=request.user,
        now=now(),
        at=moment_asked(request),
        asked=replace(form.asked(), page=page_number(request), page_size=PAGE_SIZE),
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
        parts=row_grouping(task, request.user, now()) if board.entries else None,
        labels=_labels(),
        n_columns=3 + len(board.metrics) + len(board.described),  # rank, who, drawn
        scores=[cell for row in rows for cell in row.cells],
        scale=scale_of(row.entry.drawn for row in rows),
        results=task.phase(Phase.Kind.RESULTS),
        levels=_levels(board),
        others_see=visible_part(task, AnonymousUser(), now()),
        published=published_results(task),
    )


@require_safe
@says_refusals
@one_snapshot()
def leaderboard_bars(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw what of the leaderboard has a place, official, late and baselines, as bars."""
    task = find_task(slug)
    form = LeaderboardForm(task, request.GET, level_asked(request))
    asked = form.asked()
    kinds = tuple(kind for kind in asked.only.kinds or KINDS if kind != "unranked")
    board = leaderboard(
        task=task,
        viewer=request.user,
        now=now(),
        asked=replace(
            asked,
            page_size=MOST_BARS,
            sort=asked.sort if asked.sort not in COLUMNS else "",  # bars need a metric
            only=replace(asked.only, kinds=kinds or tuple(KINDS)[:3]),
            columns=(),
        ),
    )
    return render_task(
        request,
        task,
        "campaign/task_leaderboard_bars.html",
        tab="leaderboard",
        board=board,
        form=form,
        chart=run_bars(board),
        n_left_out=max(0, board.page.paginator.count - MOST_BARS) if board.page else 0,
        levels=_levels(board),
        results=task.phase(Phase.Kind.RESULTS),
        others_see=visible_part(task, AnonymousUser(), now()),
    )


def _levels(board: Leaderboard) -> list[str]:
    """Return the levels at which a leaderboard can be shown."""
    runs = [entry.run.pk for entry in board.entries]
    scored = levels_of(runs, board.task.metrics, board.part) if board.part else []
    return [level for level in LEVELS if level in (*scored, board.level)]


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
