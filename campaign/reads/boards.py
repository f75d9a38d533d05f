"""Which runs everybody may see on a leaderboard now."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaign.models import LeaderboardRow, Task, Team
from campaign.reads.visibility import visible_part


def public_rows(now: datetime, tasks: Iterable[Task] | None = None) -> QuerySet[LeaderboardRow]:
    """Return the rows of all leaderboards, each of the part whose scores everybody sees.

    Parameters
    ----------
    tasks
        With their truths in force and phases; None looks for all.
    """
    if tasks is None:
        tasks = Task.objects.select_related("current_truth").prefetch_related("phases")
    by_part: defaultdict[str, list[int]] = defaultdict(list)
    for task in tasks:
        if part := visible_part(task, AnonymousUser(), now):
            by_part[part].append(task.pk)
    shown = Q(pk__in=[])
    for name, pks in by_part.items():
        shown |= Q(part=name, task__in=pks)
    return LeaderboardRow.objects.filter(shown)


def teams_shown(now: datetime, tasks: Iterable[Task] | None = None) -> QuerySet[Team]:
    """Return the teams of which everybody sees a run: no others are named where teams are listed."""
    rows = public_rows(now, tasks).filter(run__registration__team=OuterRef("pk"))
    return Team.objects.filter(Exists(rows)).select_related("merged_into")
