"""Leaderboards: the stored order of a task's runs, with the scores that visibility let through."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Lower

from campaign.models import LeaderboardRow, Run, Task, TruthVersion
from campaign.models.results import Part
from campaign.reads.board_filters import ALL_RUNS, BASELINE, Filters
from campaign.reads.comparisons import NOBODY, AgainstLeader, LeaderGroup, leader_group
from campaign.reads.levels import at_level
from campaign.reads.many import among
from campaign.reads.scores import ShownScore, shown_scores
from campaign.reads.visibility import Viewer, visible_part
from scoring import parse_metric

PAGE_SIZE = 100


def _described(field: str) -> OrderBy:
    return KeyTransform(field, "run__description").asc(nulls_last=True)


# What a leaderboard can be sorted by beside its metrics.
COLUMNS = {
    "team": Lower("run__registration__team__name").asc(),
    "training_data": _described("training_data"),
    "architectures": _described("architectures"),
    "n_networks": _described("n_networks"),
}
DESCRIBED = tuple(name for name in COLUMNS if name != "team")


@dataclass(frozen=True)
class Asked:
    """Which rows of a leaderboard are asked for, and in which order.

    Attributes
    ----------
    page_size
        None has all runs on one page.
    sort
        A metric of the task, or one of `COLUMNS`; empty or the first metric keeps the stored order.
    best
        Only the best ranked run of each team, with the baselines.
    only
        Which of these runs.
    columns
        Metrics of the task and what is described; none shows all.
    level
        One of `LEVELS`: the metrics at that level, the rows in the order of the first of these.
    """

    page: int = 1
    page_size: int | None = PAGE_SIZE
    sort: str = ""
    best: bool = False
    only: Filters = ALL_RUNS
    columns: Sequence[str] = ()
    level: str = ""


EVERYTHING = Asked()


@dataclass(frozen=True)
class LeaderboardEntry:
    """One run in its place.

    Attributes
    ----------
    scores
        Of the columns that show.
    drawn
        The score by which the rows are sorted; where they are not sorted by one, that which ranks.
    placed
        Whether the metric that ranks has a value.
    against
        How it compares with the leader, where it was tested.
    alike
        Whether it leads, or cannot be told from the run that does.
    """

    run: Run
    rank: int | None
    position: int
    section: LeaderboardRow.Section
    scores: dict[str, ShownScore]
    drawn: ShownScore | None
    placed: bool
    against: AgainstLeader | None = None
    alike: bool = False

    @property
    def baseline(self) -> bool:
        return self.run.registration.team.organisers

    @property
    def mark(self) -> str:
        """Return why the run carries no rank number, as a code; empty for a ranked one."""
        if self.run.standing != Run.Standing.ACTIVE:  # of a dated one maybe only since
            return self.run.standing
        if self.section == LeaderboardRow.Section.LATE:
            return "late"
        if self.section == LeaderboardRow.Section.RANKED:
            return "baseline" if self.baseline else ""
        return "description_incomplete" if self.placed else "undefined"


@dataclass(frozen=True)
class Leaderboard:
    """A page of a task's leaderboard; `part` is None when no score shows to this viewer yet.

    Attributes
    ----------
    metrics, described
        The columns that show, of `columns` where these were chosen.
    only
        Which runs were asked for.
    since
        From when on its ranked runs stand as here; None where there never was one.
    level
        One of `LEVELS`, at which the scores are; empty for the classes themselves. Ranks are of these.
    at
        The moment that was asked for; None for now. Of a dated one, `truth` was in force then;
        without, nothing was ranked yet, and `begins` says when that began.
    """

    task: Task
    part: Part | None
    metrics: list[str]
    sort: str
    best: bool
    entries: list[LeaderboardEntry]
    page: Page[Any] | None
    only: Filters = ALL_RUNS
    columns: Sequence[str] = ()
    group: LeaderGroup = NOBODY
    level: str = ""
    since: datetime | None = None
    at: datetime | None = None
    truth: TruthVersion | None = None
    begins: datetime | None = None

    @property
    def choices(self) -> list[str]:
        """Return the metrics there are, shown or not."""
        ranking = self.truth.metrics if self.truth else self.task.metrics
        return at_level(ranking, self.level) if self.level else list(ranking)

    @property
    def described(self) -> list[str]:
        return [name for name in DESCRIBED if not self.columns or name in self.columns]

    @property
    def drawn(self) -> str:
        """Return the metric that is drawn, empty where the task has none."""
        return self.sort if self.sort in self.choices else next(iter(self.choices), "")

    @property
    def direction(self) -> str:
        """Return how the rows are sorted, as ARIA calls it: the best score stands on top."""
        falls = self.sort in self.choices and parse_metric(self.sort).direction == "higher"
        return "descending" if falls else "ascending"


def leaderboard(
    *, task: Task, viewer: Viewer, now: datetime, asked: Asked = EVERYTHING
) -> Leaderboard:
    """Return one page of a leaderboard, in a fixed number of queries however many runs there are."""
    part = visible_part(task, viewer, now)
    board = _asked(task, part, asked)
    if part is None:
        return board
    rows = asked.only.of(_rows(task, part, best=asked.best))
    if board.sort in COLUMNS:
        rows = rows.order_by("section", COLUMNS[board.sort], "position")
    elif board.sort in board.choices and board.sort != task.metrics[0]:
        rows = _sorted_by(rows, board.sort, part)
    found = _page(rows, asked)
    # Who leads is tested by what ranks, which scores of a level do not.
    group = NOBODY if asked.level else leader_group(task, part, [row.run_id for row in found])
    board = replace(board, page=found, group=group)
    return replace(board, entries=_entries(found, board, part))


def _asked(task: Task, part: Part | None, asked: Asked) -> Leaderboard:
    """Return the leaderboard with its columns and its order, still without runs."""
    metrics = at_level(task.metrics, asked.level) if asked.level else task.metrics
    known = asked.sort in metrics or asked.sort in COLUMNS
    return Leaderboard(
        task=task,
        part=part,
        metrics=[metric for metric in metrics if not asked.columns or metric in asked.columns],
        sort=asked.sort if known else next(iter(metrics), ""),
        best=asked.best,
        entries=[],
        page=None,
        only=asked.only,
        columns=asked.columns,
        level=asked.level,
    )


def _rows(task: Task, part: Part, *, best: bool) -> QuerySet[LeaderboardRow]:
    rows = LeaderboardRow.objects.filter(task=task, part=part)
    if best:
        rows = rows.filter(Q(best_of_team=True) | BASELINE)
    return rows.order_by("position")


def _sorted_by(rows: QuerySet[LeaderboardRow], metric: str, part: Part) -> QuerySet[LeaderboardRow]:
    counts = Q(run__evaluations__is_current=True)
    of_metric = Q(current__scores__metric=metric, current__scores__part=part)
    rows = rows.alias(
        current=FilteredRelation("run__evaluations", condition=counts),
        shown=FilteredRelation("current__scores", condition=of_metric),
    )
    value = F("shown__value")
    higher = parse_metric(metric).direction == "higher"
    order = value.desc(nulls_last=True) if higher else value.asc(nulls_last=True)
    return rows.order_by("section", order, "position")


def _page(rows: QuerySet[LeaderboardRow], asked: Asked) -> Page[Any]:
    """Return a page of rows, with all that shows of their runs.

    Put in order by their numbers alone: what shows is wide, and would be read of all rows before the page.
    """
    by_number = Paginator(rows.values_list("pk", flat=True), asked.page_size or sys.maxsize)
    page: Page[Any] = by_number.get_page(asked.page)
    wide = LeaderboardRow.objects.select_related("run__registration__team__merged_into")
    by_pk = {row.pk: row for row in wide.filter(pk__in=among(page))}
    page.object_list = [by_pk[pk] for pk in page if pk in by_pk]  # one may have left meanwhile
    return page


def _entries(
    rows: Iterable[LeaderboardRow], board: Leaderboard, part: Part
) -> list[LeaderboardEntry]:
    rows, ranks = list(rows), board.task.metrics[:1]
    needed = dict.fromkeys([*board.metrics, *ranks, *filter(None, [board.drawn])])
    scores = shown_scores([row.run_id for row in rows], list(needed), part)
    return [_entry(row, scores.get(row.run_id, {}), board) for row in rows]


def _entry(
    row: LeaderboardRow, scores: dict[str, ShownScore], board: Leaderboard
) -> LeaderboardEntry:
    ranks = next((scores[name] for name in board.task.metrics[:1] if name in scores), None)
    return LeaderboardEntry(
        run=row.run,
        rank=row.rank,
        position=row.position,
        section=LeaderboardRow.Section(row.section),
        scores={name: scores[name] for name in board.metrics if name in scores},
        drawn=scores.get(board.drawn),
        placed=ranks is not None and ranks.value is not None,
        against=board.group.by_run.get(row.run_id),
        alike=board.group.holds(row.run_id),
    )
