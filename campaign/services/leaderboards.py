"""The stored order of a task's runs. Pages read it; only this module writes it."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from campaign.models import ComparisonFamily, LeaderboardRow, RankSnapshot, Task, TruthVersion
from campaign.models.results import Part
from campaign.reads.placings import PLACED, placed_by
from campaign.services import comparisons
from campaign.services.comparisons import compare_again

_LOCK_SPACE = 20_17  # advisory locks of tasks; apart from any other use of advisory locks


def lock_task(task_id: int) -> None:
    """Wait until no other transaction ranks this task, and keep others out until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, task_id])


@transaction.atomic
def rank_task(*, task_id: int, now: datetime) -> None:
    """Rank a task's runs afresh, e.g. after another field of the description became required."""
    lock_task(task_id)
    rank_runs(task=Task.objects.select_related("current_truth").get(pk=task_id), now=now)


def rank_runs(*, task: Task, now: datetime) -> None:
    """Write ranks, order and best runs of a task; the caller holds the task's lock.

    One statement writes only the rows that changed. Official runs rank by the first metric, equal
    values share a rank. A baseline stands in its place without a rank number and pushes nobody
    down. Late runs follow, then what has no rank: withdrawn, disqualified, undefined, undescribed.
    A run withdrawn before its team saw a score has no row at all: it is as if it had not been sent.
    Nor has one that was scored with another split: its parts are not those that show of the others.
    """
    if not task.metrics:
        return
    truth = task.current_truth
    assert truth is not None  # or there would be no metric
    for part in (Part.ALL, Part.PUBLIC, Part.PRIVATE) if truth.split_column else (Part.ALL,):
        with connection.cursor() as cursor:
            cursor.execute(_RANK, placed_by(task, truth, part, waiting=False))
        _snapshot_if_changed(task, truth, part, now)
        compare_again(task=task, part=part, now=now)


def sweep_comparisons(*, now: datetime) -> None:
    """Have all boards compared that are not: those whose message was lost, and those that are older than the test."""
    family = ComparisonFamily.objects.filter(task=OuterRef("pk"))
    ranked = LeaderboardRow.objects.filter(
        task=OuterRef("pk"), section=LeaderboardRow.Section.RANKED
    )
    for task in Task.objects.filter(Exists(ranked), ~Exists(family)):
        rank_task(task_id=task.pk, now=now)
    comparisons.sweep_comparisons(now=now)


_RANK = f"""
{PLACED}, gone AS (
    DELETE FROM campaign_leaderboardrow
     WHERE task_id = %(task)s AND part = %(part)s AND run_id NOT IN (SELECT id FROM run)
)
INSERT INTO campaign_leaderboardrow AS row
       (task_id, run_id, part, section, rank, position, best_of_team)
SELECT %(task)s, id, %(part)s, section, rank, position, best_of_team FROM placed
ON CONFLICT (run_id, part) DO UPDATE
   SET section = excluded.section, rank = excluded.rank,
       position = excluded.position, best_of_team = excluded.best_of_team
 WHERE (row.section, row.rank, row.position, row.best_of_team) IS DISTINCT FROM
       (excluded.section, excluded.rank, excluded.position, excluded.best_of_team)
"""  # noqa: S608  # both halves are ours


def _snapshot_if_changed(task: Task, truth: TruthVersion, part: Part, now: datetime) -> None:
    """Keep the order of the ranked runs and what ranked them, unless the last snapshot says the same.

    Another truth version is a change though every run keep its place: their scores are others. Each
    snapshot is later than the one before it, so that its moment is an address of its own.
    """
    ranked = LeaderboardRow.objects.filter(
        task=task,
        part=part,
        section=LeaderboardRow.Section.RANKED,
        run__evaluations__is_current=True,
    )
    order = list(ranked.order_by("position").values_list("run_id", "rank", "run__evaluations"))
    run_ids, ranks, evaluation_ids = map(list, zip(*order, strict=True)) if order else ([], [], [])
    last = RankSnapshot.objects.filter(task=task, part=part).first()
    if last and (last.run_ids, last.ranks, last.evaluation_ids) == (run_ids, ranks, evaluation_ids):
        return
    if order or last:
        RankSnapshot.objects.create(
            task=task,
            part=part,
            truth_version=truth,
            taken_at=max(now, last.taken_at + timedelta(microseconds=1)) if last else now,
            run_ids=run_ids,
            ranks=ranks,
            evaluation_ids=evaluation_ids,
        )
