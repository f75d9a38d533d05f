"""How runs are placed, in one statement: what is ranked, what follows, what is left out.

A leaderboard stores it of the evaluations that count (`campaign.services.leaderboards`); organisers see
it beforehand of a version that waits.
"""

from typing import Any, NamedTuple

from django.db import connection

from campaign.models import Task, TruthVersion
from campaign.models.results import Part
from scoring import parse_metric

# sort_key is ascending: the better the lower, whatever the metric's direction.
PLACED = """
WITH run AS (
    SELECT r.id, r.number, coalesce(t.merged_into_id, t.id) AS team_id,
           t.organisers AS baseline,
           %(sign)s * s.value AS sort_key,
           CASE
               WHEN r.standing <> 'active' OR s.value IS NULL THEN 2
               WHEN t.organisers THEN 0
               WHEN NOT (r.description ?& %(required)s::text[]) THEN 2
               WHEN r.late AND r.accepted_in_time_reason = '' THEN 1
               ELSE 0
           END AS section
    FROM campaign_run r
    JOIN campaign_registration g ON g.id = r.registration_id
    JOIN campaign_team t ON t.id = g.team_id
    JOIN campaign_evaluation e ON e.run_id = r.id AND e.state = 'scored' AND CASE
         WHEN %(waiting)s::bigint IS NULL THEN e.is_current
         ELSE e.id = (SELECT max(w.id) FROM campaign_evaluation w
                       WHERE w.run_id = r.id AND w.truth_version_id = %(waiting)s) END
    JOIN campaign_truthversion v
      ON v.id = e.truth_version_id AND v.split_column = %(split_column)s
    LEFT JOIN campaign_score s
           ON s.evaluation_id = e.id AND s.metric = %(metric)s AND s.part = %(part)s
    WHERE g.task_id = %(task)s AND r.image_run_of_id IS NULL AND NOT r.withdrawn_unseen
), placed AS (
    SELECT id, section,
           CASE WHEN section = 0 AND NOT baseline THEN
               rank() OVER (PARTITION BY section, baseline ORDER BY sort_key)
           END AS rank,
           row_number() OVER (ORDER BY section, sort_key NULLS LAST, number, id) AS position,
           section = 0 AND NOT baseline AND
               row_number() OVER (PARTITION BY team_id, section ORDER BY sort_key, number, id) = 1
               AS best_of_team
    FROM run
)
"""


class Place(NamedTuple):
    """A run's place; a baseline, and a run that is not ranked, has no rank."""

    rank: int | None
    position: int
    section: int


def places_by(task: Task, truth: TruthVersion, part: Part) -> dict[int, Place]:
    """Return where each run would stand, by its id, were a version that waits in force."""
    with connection.cursor() as cursor:
        cursor.execute(
            PLACED + "SELECT id, rank, position, section FROM placed",  # noqa: S608  # ours
            placed_by(task, truth, part, waiting=True),
        )
        return {run_id: Place(*place) for run_id, *place in cursor.fetchall()}


def placed_by(task: Task, truth: TruthVersion, part: Part, *, waiting: bool) -> dict[str, Any]:
    """Return what `PLACED` asks for; `waiting`: whether the version's evaluations do not count yet."""
    metric = parse_metric(truth.metrics[0])
    return {
        "task": task.pk,
        "part": part,
        "waiting": truth.pk if waiting else None,
        "split_column": truth.split_column,
        "metric": str(metric),
        "sign": -1 if metric.direction == "higher" else 1,
        "required": task.required_description,
    }
