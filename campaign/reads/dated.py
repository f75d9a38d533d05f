"""Leaderboards now or as they stood at a moment: the order of then, the scores that made it.

Who may see what is decided as of now: a dated leaderboard shows no part that the viewer does not see today.
"""

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from campaign.clock import moment_in_addresses
from campaign.models import LeaderboardRow, Run, Task
from campaign.models.results import Part
from campaign.reads.board_filters import ALL_RUNS
from campaign.reads.leaderboards import (
    COLUMNS,
    EVERYTHING,
    Asked,
    Leaderboard,
    LeaderboardEntry,
    leaderboard,
)
from campaign.reads.levels import at_level
from campaign.reads.rank_states import RankState, first_moment, newest_moment, state_at
from campaign.reads.scores import scores_of_evaluations
from campaign.reads.visibility import Viewer, visible_part
from campaign.refusals import NotThere, Refusal
from scoring import parse_metric


def leaderboard_at(
    *,
    task: Task,
    viewer: Viewer,
    now: datetime,
    at: datetime | None = None,
    asked: Asked = EVERYTHING,
) -> Leaderboard:
    """Return the leaderboard as it stands now, or as it stood at a moment: then all its ranked runs.

    Raises
    ------
    Refusal
        Some runs of a moment are asked for (`no_filter`): what a filter reads may have changed since.
    """
    if at is not None:
        _refuse_filters(asked)
        return _dated(task, visible_part(task, viewer, now), at, asked)
    board = leaderboard(task=task, viewer=viewer, now=now, asked=asked)
    return replace(board, since=newest_moment(task, board.part)) if board.part else board


def _refuse_filters(asked: Asked) -> None:
    if asked.only != ALL_RUNS:
        message = _("A leaderboard of another moment has no filters but the best of each team.")
        raise Refusal(message, code="no_filter")


def not_ranked_yet(board: Leaderboard) -> NotThere:
    """Return what to say to a program where nothing was ranked at the moment that was asked for."""
    at = moment_in_addresses(board.at) if board.at else ""
    if board.begins is None:
        message = _("No run of this task has been ranked yet, at %(at)s neither.") % {"at": at}
    else:
        message = _("No run was ranked yet at %(at)s; the first one was at %(begins)s.") % {
            "at": at,
            "begins": moment_in_addresses(board.begins),
        }
    return NotThere(message, code="not_ranked_yet")


def _dated(task: Task, part: Part | None, at: datetime, asked: Asked) -> Leaderboard:
    state = state_at(task, part, at) if part else None
    ranking = state.truth.metrics if state else task.metrics
    metrics = at_level(ranking, asked.level) if asked.level else ranking
    sort = asked.sort if asked.sort in metrics or asked.sort in COLUMNS else next(iter(metrics), "")
    drawn = sort if sort in metrics else next(iter(metrics), "")
    entries = _entries(state, part, metrics, drawn) if state and part else []
    if asked.best:
        entries = _best(entries)
    ordered = entries if sort in ("", *ranking[:1]) else sorted(entries, key=_order(sort))
    page = Paginator(ordered, asked.page_size or sys.maxsize).get_page(asked.page)
    return Leaderboard(
        task=task,
        part=part,
        metrics=[metric for metric in metrics if not asked.columns or metric in asked.columns],
        sort=sort,
        best=asked.best,
        columns=asked.columns,
        entries=list(page),
        page=page if part else None,
        level=asked.level,
        since=state.taken_at if state else None,
        at=at,
        truth=state.truth if state else None,
        begins=first_moment(task, part) if part and not state else None,
    )


def _entries(
    state: RankState, part: Part, metrics: list[str], drawn: str
) -> list[LeaderboardEntry]:
    runs = Run.objects.select_related("registration__team__merged_into").in_bulk(
        [row.run_id for row in state.runs]
    )
    counted = Q(evaluation__in=[row.evaluation_id for row in state.runs])
    scores = scores_of_evaluations(counted, metrics, part)
    return [
        LeaderboardEntry(
            run=runs[row.run_id],
            rank=row.rank,
            position=position,
            section=LeaderboardRow.Section.RANKED,
            scores=scores.get(row.run_id, {}),
            drawn=scores.get(row.run_id, {}).get(drawn),
            placed=True,  # it was ranked
        )
        for position, row in enumerate(state.runs, start=1)
    ]


def _best(entries: Iterable[LeaderboardEntry]) -> list[LeaderboardEntry]:
    """Return the first run of each team in the order of then, and the baselines."""
    found: list[LeaderboardEntry] = []
    teams: set[int] = set()
    for entry in entries:
        team = entry.run.registration.team.now_in.pk
        if entry.baseline or team not in teams:
            found.append(entry)
        teams.add(team)
    return found


def _order(sort: str) -> Any:
    """Return what entries are sorted by, as the database does it for a leaderboard of now."""
    if sort == "team":
        return lambda entry: entry.run.registration.team.name.lower()
    if sort in COLUMNS:
        return lambda entry: _last_without(entry.run.description.get(sort))
    sign = -1 if parse_metric(sort).direction == "higher" else 1

    def by_score(entry: LeaderboardEntry) -> tuple[bool, Any]:
        score = entry.scores.get(sort)
        value = score.value if score else None
        return _last_without(None if value is None else sign * value)

    return by_score


def _last_without(value: Any) -> tuple[bool, Any]:
    return value is None, value
