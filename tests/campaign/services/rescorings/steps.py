"""What is done to a re-scoring, and what everybody sees of it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from campaign.models import Evaluation, LeaderboardRow, Rescoring, Task, User
from campaign.models.results import Part
from campaign.reads.leaderboards import leaderboard
from campaign.refusals import Refusal
from campaign.services.rescorings import continue_rescorings, start_rescoring
from campaign.services.results import evaluate
from tests.campaign.factories import GROUND_TRUTH, NOW, make_truth

# The last three queries are of another class: that of who was wrong there.
OTHER_LABELS = {
    "ground_truth.csv": GROUND_TRUTH.replace("q5;c5", "q5;c0")
    .replace("q6;c0", "q6;c1")
    .replace("q7;c1", "q7;c2")
}


def start(
    task: Task, by: User, metrics: Sequence[str] = ("mrr", "top_1"), **tables: str
) -> Rescoring:
    files = {f"{name}.csv": text for name, text in tables.items()}
    version = make_truth(task, metrics, files, split_column=task.split_column)
    return start_rescoring(truth=version, by=by, reason="labels were wrong", now=NOW)


def work() -> None:
    """Do what the workers do, until nothing is left."""
    continue_rescorings(now=NOW)
    while waiting := list(Evaluation.objects.unfinished().order_by("pk")):
        for evaluation in waiting:
            evaluate(evaluation_id=evaluation.pk)
    continue_rescorings(now=NOW)


def ranks(task: Task) -> list[tuple[str, int | None]]:
    rows = LeaderboardRow.objects.filter(task=task, part=Part.ALL).order_by("position")
    return [(row.run.name, row.rank) for row in rows]


def shown(task: Task) -> list[tuple[str, float | None]]:
    """Return what everybody sees: the names of the runs with their first score."""
    fresh = Task.objects.select_related("current_truth").get(pk=task.pk)
    board = leaderboard(task=fresh, viewer=AnonymousUser(), now=NOW)
    return [(entry.run.name, next(iter(entry.scores.values())).value) for entry in board.entries]


def state_of(rescoring: Rescoring) -> str:
    return Rescoring.objects.get(pk=rescoring.pk).state


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        call(now=NOW, **arguments)
    return refusal.value.code
