"""What goes into the final package of a task, beside its folder."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from campaign.models import Evaluation, Run, Score, Task, Trace
from campaign.reads.results import RunReport, task_runs
from campaign.reads.visibility import Viewer


def accepted_runs(*, task: Task, viewer: Viewer, now: datetime) -> list[RunReport]:
    """Return the runs that are active and scored, late ones too."""
    return [
        report
        for report in task_runs(task=task, viewer=viewer, now=now)
        if report.run.standing == Run.Standing.ACTIVE and is_scored(report)
    ]


def is_scored(report: RunReport) -> bool:
    """Tell whether an evaluation has scores and a trace."""
    return report.evaluation.state == Evaluation.State.SCORED


def trace_of(evaluation: Evaluation) -> bytes:
    """Return the trace of a scored evaluation."""
    return bytes(Trace.objects.get(evaluation=evaluation).data)


def scores_of(evaluations: Iterable[Evaluation]) -> dict[int, list[dict[str, Any]]]:
    """Return all scores on all parts, by evaluation."""
    found: dict[int, list[dict[str, Any]]] = {}
    names = ("evaluation_id", "metric", "part", "value", "low", "high", "n", "reason")
    scores = Score.objects.filter(evaluation__in=list(evaluations)).order_by("pk")
    for score in scores.values(*names):
        found.setdefault(score.pop("evaluation_id"), []).append(score)
    return found
