"""What analyses are made of: the ranked runs of a board, with their descriptions and traces."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from hashlib import blake2b
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models.functions import Coalesce

from campaign.models import Breakdown, LeaderboardRow, Phase, TagMerge, Task, Trace, TruthVersion
from campaign.models.results import Part
from campaign.reads.method_tags import TagReader
from campaign.services.scores import parts_of, truth_in
from scoring import (
    Average,
    GroundTruth,
    Metric,
    Trace as ScoringTrace,
    average,
    metric_of_queries,
    parse_metric,
)

T = TypeVar("T")
VERSION = 3  # of what makers make: a higher one has all made anew

OF_IMAGES = "combinations of "  # with a column: the breakdowns that image runs leave
_TRACES_AT_ONCE = 50


@dataclass(frozen=True, eq=False)
class BoardRun:
    """A ranked run or a baseline.

    Attributes
    ----------
    team
        That into which its own was merged, if it was.
    """

    pk: int
    evaluation: int
    team: int
    baseline: bool
    generated: bool
    best_of_team: bool
    description: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Board:
    """The ranked runs of a task on a part of the test, the best first.

    Attributes
    ----------
    truth_version
        The one in force, by which all are scored.
    tags
        Tells what a tag counts as.
    """

    task: Task
    part: Part
    truth_version: TruthVersion
    runs: tuple[BoardRun, ...]
    tags: TagReader

    @property
    def metric(self) -> Metric:
        """Return the metric that ranks."""
        return parse_metric(self.truth_version.metrics[0])

    @property
    def within(self) -> tuple[str, str] | None:
        return parts_of(self.truth_version)[self.part]

    @property
    def truth(self) -> GroundTruth:
        return truth_in(self.truth_version.folder)

    @property
    def official(self) -> list[BoardRun]:
        """Return the runs of participants."""
        return [run for run in self.runs if not run.baseline]

    @cached_property
    def averages(self) -> Mapping[int, Average]:
        """Return the metric that ranks, by run, with its units."""
        return self._averages(self.metric)

    @cached_property
    def by_query(self) -> Mapping[int, Average]:
        """Return the nearest metric that is a mean over queries, by run: mostly the one that ranks."""
        metric = metric_of_queries(self.metric)
        return self.averages if metric == self.metric else self._averages(metric)

    def _averages(self, metric: Metric) -> dict[int, Average]:
        return {
            run.pk: average(trace, self.truth, metric, within=self.within)
            for run, trace in self.traces(self.runs)
        }

    def traces(self, runs: Iterable[BoardRun]) -> Iterator[tuple[BoardRun, ScoringTrace]]:
        """Yield runs with their traces, some at a time, in no order."""
        by_evaluation = {run.evaluation: run for run in runs}
        kept = Trace.objects.filter(evaluation__in=by_evaluation)
        for row in kept.iterator(chunk_size=_TRACES_AT_ONCE):
            yield by_evaluation[row.evaluation_id], ScoringTrace.from_bytes(bytes(row.data))


def once_a_board(make: Callable[[Board], T]) -> Callable[[Board], T]:
    """Keep what is made of a board for as long as that is there: one analysis after the other asks for it."""
    made: WeakKeyDictionary[Board, T] = WeakKeyDictionary()

    @wraps(make)
    def kept(board: Board) -> T:
        if board not in made:
            made[board] = make(board)
        return made[board]

    return kept


def best_of_each(runs: Iterable[BoardRun]) -> list[BoardRun]:
    """Return of runs, the best first, that of each team; of baselines alone each: they are no team's attempts."""
    runs = list(runs)
    by_team: dict[int, BoardRun] = {}
    for run in runs:
        if not run.baseline:
            by_team.setdefault(run.team, run)
    return list(by_team.values()) or runs


def boards_of(task: Task) -> list[Part]:
    """Return the parts of the test whose boards are ever shown."""
    if task.current_truth is None or not task.metrics:
        return []
    return [Part.PUBLIC, Part(task.final)] if task.split_column else [Part.ALL]


def read_board(task: Task, part: Part) -> Board:
    """Return a board as it is now; the task has a truth in force."""
    assert task.current_truth is not None
    rows = LeaderboardRow.objects.filter(
        task=task,
        part=part,
        section=LeaderboardRow.Section.RANKED,
        run__evaluations__is_current=True,
        run__evaluations__state="scored",
        run__evaluations__truth_version=task.current_truth,
    ).annotate(
        team=Coalesce("run__registration__team__merged_into", "run__registration__team"),
    )
    columns = (
        *("run", "run__evaluations", "team", "run__registration__team__organisers"),
        *("run__generated", "best_of_team", "run__description"),
    )
    runs = tuple(BoardRun(*row) for row in rows.order_by("position").values_list(*columns))
    return Board(task, part, task.current_truth, runs, TagReader.now())


def digest_of(task: Task, part: Part) -> str:
    """Return what is the same as long as the analyses of a board are; empty where nobody is ranked.

    After a blank stands how many image runs are read: one more changes only what is made of these.
    """
    assert task.current_truth is not None
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, {"task": task.pk, "part": part, "truth": task.current_truth.pk})
        [runs] = cursor.fetchone()
    if runs is None:
        return ""
    images = Breakdown.objects.filter(
        evaluation__run__registration__task=task,
        evaluation__run__image_run_of__isnull=False,
        kind__startswith=OF_IMAGES,
    )
    merges = list(TagMerge.objects.order_by("pk").values_list("kind", "key", "into"))
    deadline = task.phase(Phase.Kind.SUBMISSION).closes_at
    inputs = repr((VERSION, runs, merges, deadline))
    return f"{blake2b(inputs.encode(), digest_size=8).hexdigest()} {images.count()}"


_DIGEST = """
SELECT md5(string_agg(
           concat_ws(' ', e.id, coalesce(t.merged_into_id, t.id), md5(r.description::text)),
           ',' ORDER BY l.position))
  FROM campaign_leaderboardrow l
  JOIN campaign_run r ON r.id = l.run_id
  JOIN campaign_evaluation e
    ON e.run_id = r.id AND e.is_current AND e.state = 'scored' AND e.truth_version_id = %(truth)s
  JOIN campaign_registration g ON g.id = r.registration_id
  JOIN campaign_team t ON t.id = g.team_id
 WHERE l.task_id = %(task)s AND l.part = %(part)s AND l.section = 0
"""
