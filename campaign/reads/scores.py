"""Scores as they may be shown: of a part that visibility let through."""

from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Q

from campaign.models import Score
from campaign.models.results import Part


@dataclass(frozen=True)
class ShownScore:
    """One score as it may be shown; `value` is None where undefined, and `reason` says why."""

    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str
    warnings: list[dict[str, Any]] = field(default_factory=list)  # what needed the truth


def shown_scores(
    run_ids: list[int], metrics: list[str], part: Part
) -> dict[int, dict[str, ShownScore]]:
    """Return scores on a part that visibility let through, by run and metric."""
    counted = Q(evaluation__run__in=run_ids, evaluation__is_current=True)
    return scores_of_evaluations(counted, metrics, part)


def scores_of_evaluations(
    counted: Q, metrics: list[str], part: Part
) -> dict[int, dict[str, ShownScore]]:
    """Return the scores of some evaluations by run, each run's in the order of the metrics.

    Only what visibility let through may be asked for.
    """
    found = Score.objects.filter(counted, part=part, metric__in=metrics).values(
        "evaluation__run_id", *(field.name for field in fields(ShownScore))
    )
    by_run: dict[int, dict[str, ShownScore]] = {}
    for score in sorted(found, key=lambda score: metrics.index(score["metric"])):
        run_id = score.pop("evaluation__run_id")
        by_run.setdefault(run_id, {})[score["metric"]] = ShownScore(**score)
    return by_run
