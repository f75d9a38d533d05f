"""How a leaderboard became what it is: ranks in time, and the leaderboard at each step."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.charts.rank_history import rank_history_chart
from campaign.clock import moment_in_words, now
from campaign.models import Phase
from campaign.reads.dated import leaderboard_at
from campaign.reads.leaderboards import Asked, LeaderboardEntry
from campaign.reads.rank_history import RankHistory, rank_history, rank_lines
from campaign.reads.rank_states import RankState
from campaign.reads.scores import ShownScore
from campaign.reads.snapshots import one_snapshot
from campaign.reads.visibility import visible_part
from campaign.views.frame import find_task, render_task

PAGE_SIZE = 25  # what is seen while a slider moves; all of it is a link away


@dataclass(frozen=True)
class Moved:
    """A run at one step, and how many ranks it won or lost since the step before."""

    entry: LeaderboardEntry
    by: int
    new: bool

    @property
    def down(self) -> int:
        return -self.by

    @property
    def score(self) -> ShownScore | None:
        """Return the score that ranks."""
        return next(iter(self.entry.scores.values()), None)


@require_safe
@one_snapshot()
def task_rank_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ranks of a task in time; `step` is the state that is looked at, the newest by itself."""
    task = find_task(slug)
    history = rank_history(task=task, viewer=request.user, now=now())
    lines = rank_lines(history, request.user)
    return render_task(
        request,
        task,
        "campaign/task_rank_history.html",
        tab="leaderboard",
        chart=rank_history_chart(history, lines) if lines else None,
        results=task.phase(Phase.Kind.RESULTS),
        others_see=visible_part(task, AnonymousUser(), now()),
        moments=_moments(history),
        **_at_step(request, history),
    )


def _moments(history: RankHistory) -> list[str]:
    """Return what the slider says of each step."""
    n = len(history.states)
    return [
        _("%(step)s of %(n)s · %(moment)s")
        % {"step": step, "n": n, "moment": moment_in_words(state.taken_at)}
        for step, state in enumerate(history.states, start=1)
    ]


@require_safe
@one_snapshot()
def rank_step(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the leaderboard at one step, to be put into the page while its slider moves."""
    task = find_task(slug)
    history = rank_history(task=task, viewer=request.user, now=now())
    found = _at_step(request, history)
    if not history.states:
        raise Http404
    return render(request, "campaign/_rank_step.html", {"task": task, **found})


def _at_step(request: HttpRequest, history: RankHistory) -> dict[str, Any]:
    """Return the leaderboard at the step that is asked for, counted from 1."""
    if not history.states:
        return {"history": history}
    step = _step(request, len(history.states))
    state, before = history.states[step - 1], history.states[step - 2] if step > 1 else None
    board = leaderboard_at(
        task=history.task,
        viewer=request.user,
        now=now(),
        at=state.taken_at,
        asked=Asked(page_size=PAGE_SIZE),
    )
    return {
        "history": history,
        "board": board,
        "step": step,
        "state": state,
        "rows": [_moved(entry, before) for entry in board.entries],
    }


def _step(request: HttpRequest, last: int) -> int:
    """Return a step there is: whatever is not a number is the last one."""
    text = request.GET.get("step", "")
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else last
    return min(max(asked, 1), last)


def _moved(entry: LeaderboardEntry, before: RankState | None) -> Moved:
    ranks = {row.run_id: row.rank for row in before.runs} if before else {}
    was = ranks.get(entry.run.pk)
    by = was - entry.rank if was and entry.rank else 0
    return Moved(entry, by, new=before is not None and entry.run.pk not in ranks)
