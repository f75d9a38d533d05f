"""A task as a checklist of a campaign's life: what is done, and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from campaign.models import (
    Announcement,
    DataSet,
    Evaluation,
    FinalPackage,
    Phase,
    RulesVersion,
    Run,
    Task,
)


@dataclass(frozen=True)
class Step:
    """One step; `next` is that of the first one which is not done."""

    kind: str
    done: bool
    next: bool = False


def checklist(task: Task, now: datetime) -> list[Step]:
    """Return all steps in the order of a campaign's life; one question for what the rows say."""
    done = _done(task, now)
    first = next((kind for kind in done if not done[kind]), None)
    return [Step(kind, is_done, next=kind == first) for kind, is_done in done.items()]


def _done(task: Task, now: datetime) -> dict[str, bool]:
    said = _said_by_rows(task)
    submission = task.phase(Phase.Kind.SUBMISSION)
    return {
        "folder": True,  # there is no task without one
        "truth": task.current_truth is not None,
        "rules": said["rules"],
        "data": said["data"],
        "scored": said["scored"],
        "registration": task.phase(Phase.Kind.REGISTRATION).has_opened(now),
        "baselines": said["baselines"],
        "deadline": not submission.never and submission.closes_at is not None,
        "announcement": said["announcement"],
        "results": task.phase(Phase.Kind.RESULTS).has_opened(now),
        "released": task.truth_released,
        "package": said["package"],
    }


def _said_by_rows(task: Task) -> dict[str, Any]:
    scored = Evaluation.objects.filter(
        run__registration__task=OuterRef("pk"), is_current=True, state=Evaluation.State.SCORED
    )
    baselines = Run.objects.filter(
        registration__task=OuterRef("pk"),
        registration__team__organisers=True,
        standing=Run.Standing.ACTIVE,
    )
    rows: dict[str, QuerySet[Any]] = {
        "rules": RulesVersion.objects.filter(task=OuterRef("pk")).exclude(text=""),
        "data": DataSet.objects.filter(task=OuterRef("pk")),
        "scored": scored,
        "baselines": baselines,
        "announcement": Announcement.objects.filter(task=OuterRef("pk")),
        "package": FinalPackage.objects.filter(
            task=OuterRef("pk"), kind=FinalPackage.Kind.FINAL, state=FinalPackage.State.MADE
        ),
    }
    exist = {name: Exists(found) for name, found in rows.items()}
    return dict(Task.objects.filter(pk=task.pk).values(**exist).get())
