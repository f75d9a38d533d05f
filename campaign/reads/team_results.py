"""What a team has on the leaderboards, as everybody may see it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q

from campaign.models import LeaderboardRow, Registration, Task, Team
from campaign.models.results import Part
from campaign.reads.leaderboards import LeaderboardEntry
from campaign.reads.scores import ShownScore, shown_scores
from campaign.reads.visibility import visible_part


@dataclass(frozen=True)
class TeamResult:
    """A team's runs on one leaderboard, in the board's order; at least one."""

    task: Task
    metric: str
    entries: list[LeaderboardEntry]
    n_ranked: int  # of all teams

    @property
    def best(self) -> LeaderboardEntry:
        return self.entries[0]

    @property
    def score(self) -> ShownScore | None:
        """Return the score that stands for the team: that of its first run."""
        return self.best.scores.get(self.metric)


def team_results(*, team: Team, now: datetime) -> list[TeamResult]:
    """Return a team's results by task, with those of teams merged into it; the newest edition first.

    They are what everybody sees, whoever asks: a team's own hidden scores stand on its runs' pages.
    As many queries however many tasks and runs there are.
    """
    rows = _rows(team)
    tasks = {row.task_id: row.task for row in rows}
    parts = {pk: visible_part(task, AnonymousUser(), now) for pk, task in tasks.items()}
    shown = [row for row in rows if row.part == parts[row.task_id]]
    scores = _scores(shown)
    n_ranked = _n_ranked({row.task_id: Part(row.part) for row in shown})
    return [
        TeamResult(
            task=tasks[pk],
            metric=next(iter(tasks[pk].metrics), ""),
            entries=[_entry(row, scores) for row in of_task],
            n_ranked=n_ranked.get(pk, 0),
        )
        for pk, of_task in groupby(shown, key=lambda row: row.task_id)
    ]


def _rows(team: Team) -> list[LeaderboardRow]:
    of_team = Registration.objects.filter(Q(team=team) | Q(team__merged_into=team))
    rows = LeaderboardRow.objects.filter(run__registration__in=of_team).select_related(
        "task__campaign", "task__current_truth", "run__registration__team"
    )
    order = ("-task__campaign__year", "task__campaign", "task__position", "task__slug", "position")
    return list(rows.prefetch_related("task__phases").order_by(*order))


def _scores(rows: list[LeaderboardRow]) -> dict[int, dict[str, ShownScore]]:
    """Return the scores by which these rows are ranked, by run: one query for each part."""
    by_part: defaultdict[str, list[LeaderboardRow]] = defaultdict(list)
    for row in rows:
        by_part[row.part].append(row)
    found: dict[int, dict[str, ShownScore]] = {}
    for part, of_part in by_part.items():
        metrics = dict.fromkeys(metric for row in of_part for metric in row.task.metrics[:1])
        found |= shown_scores([row.run_id for row in of_part], list(metrics), Part(part))
    return found


def _n_ranked(parts: dict[int, Part]) -> dict[int, int]:
    """Return among how many runs each task ranks."""
    boards = [Q(task=pk, part=part) for pk, part in parts.items()]
    if not boards:
        return {}
    ranked = LeaderboardRow.objects.filter(Q(*boards, _connector=Q.OR), rank__isnull=False)
    counted = ranked.order_by().values("task").annotate(n=Count("pk"))
    return dict(counted.values_list("task", "n"))


def _entry(row: LeaderboardRow, scores: dict[int, dict[str, ShownScore]]) -> LeaderboardEntry:
    primary = next(iter(row.task.metrics), "")
    own = scores.get(row.run_id, {})
    score = own.get(primary)
    return LeaderboardEntry(
        run=row.run,
        rank=row.rank,
        position=row.position,
        section=LeaderboardRow.Section(row.section),
        scores={primary: score} if score else {},
        drawn=score,
        placed=score is not None and score.value is not None,
    )
