"""A truth version is put in force while teams send runs and everybody reads: old or new, never both."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from campaign.models import Evaluation, Rescoring, Task
from campaign.models.results import Part
from campaign.reads import scores as shown
from campaign.refusals import Refusal
from campaign.services import results
from campaign.services.rescorings import continue_rescorings, start_rescoring, switch_truth
from campaign.services.scores import PartScore, Result
from scoring import Score
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_truth,
    ranked_lines,
)
from tests.campaign.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

_BOARD = """
SELECT row.rank, score.value, evaluation.truth_version_id, task.current_truth_id
  FROM campaign_leaderboardrow row
  JOIN campaign_task task ON task.id = row.task_id
  JOIN campaign_evaluation evaluation ON evaluation.run_id = row.run_id AND evaluation.is_current
  JOIN campaign_score score ON score.evaluation_id = evaluation.id AND score.metric = 'mrr'
 WHERE row.task_id = %s ORDER BY row.position
"""


def finish(evaluation: Evaluation, value: float) -> None:
    """Record an evaluation as its worker would."""
    lease = results.take(evaluation_id=evaluation.pk, now=NOW)
    if lease is None:  # another one has it
        return
    found = Score("mrr", value, 8)
    report: dict[str, Any] = {"problems": [], "warnings": []}
    done = Result(report, b"a trace", [PartScore(Part.ALL, found)], {})
    results.record(lease=lease, result=done, now=NOW)


def finish_all() -> None:
    """Record whatever waits: by the old version later runs are better, by the new one worse."""
    while waiting := list(Evaluation.objects.unfinished().select_related("truth_version")):
        for evaluation in waiting:
            share = evaluation.run_id % 1000 / 1000
            finish(evaluation, share if evaluation.truth_version.number == 1 else 1 - share)


def board(task: Task) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_BOARD, [task.pk])
        return list(cursor.fetchall())


def assert_whole(rows: list[tuple[Any, ...]]) -> None:
    """All scores are by the version in force, and the ranks are those of these scores."""
    assert {row[2] for row in rows} <= {row[3] for row in rows}
    values = [row[1] for row in rows]
    assert values == sorted(values, reverse=True)
    assert [row[0] for row in rows] == [1 + values.index(value) for value in values]


def watch(task: Task, rounds: int) -> None:
    for _ in range(rounds):
        assert_whole(board(task))


def send_and_score(registration: Any, place: Path, salt: int) -> None:
    make_run(registration, place, ranked_lines(salt="+" * salt))
    finish_all()


def switch_when_ready(rescoring: Any) -> None:
    """As an organiser would who is told that runs came in."""
    for _ in range(200):
        try:
            switch_truth(rescoring=rescoring, by=None, now=NOW)
        except Refusal as refusal:
            if refusal.code != "rescoring_unfinished":
                raise
            finish_all()
        else:
            return
    raise AssertionError("runs came in without an end")


def test_a_switch_amid_readers_and_submissions_is_seen_whole(tmp_path):
    task = make_task(runs_per_team=None, metrics=["mrr"])
    registrations = [make_registration(task) for _ in range(4)]
    for number in range(12):
        make_run(registrations[number % 4], tmp_path, ranked_lines(salt="+" * number))
    finish_all()
    truth = make_truth(task, ["mrr"], {})
    rescoring = start_rescoring(truth=truth, by=None, reason="labels", now=NOW)
    continue_rescorings(now=NOW)
    finish_all()
    calls: list[Callable[[], Any]] = [partial(switch_when_ready, rescoring)]
    calls += [partial(watch, task, 60)] * 2
    for number, registration in enumerate(registrations, start=20):
        calls.append(partial(send_and_score, registration, tmp_path, number))

    at_once(calls)
    finish_all()

    current = Evaluation.objects.filter(is_current=True)
    assert current.count() == 16
    assert set(current.values_list("truth_version", "state")) == {(truth.pk, "scored")}
    assert_whole(board(task))
    assert len(board(task)) == 16


# ---------------------------------------------------------------- amid one request
def figures(client: Client, address: str) -> list[str]:
    """Return ranks, runs and scores of an answer, in its order."""
    text = client.get(address).content.decode()
    return re.findall(
        r"\b0\.\d{3,}\b|\bRun \d+|\"rank\": ?\d+|rank\">\s*\d+|^\d+;", text, re.MULTILINE
    )


def switch_now(rescoring: Rescoring) -> None:
    """Switch by another connection, as another process would."""

    def switch() -> None:
        try:
            switch_truth(rescoring=rescoring, by=None, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(switch).result()


@pytest.mark.parametrize(
    "door",
    [
        "/tasks/TASK/leaderboard/",
        "/tasks/TASK/leaderboard/?best=1&sort=mrr",
        "/tasks/TASK/leaderboard.csv",
        "/tasks/TASK/leaderboard.json",
        "/tasks/TASK/leaderboard.tex",
        "/api/v1/tasks/TASK/leaderboard/",
        "/runs/RUN/",
        "/api/v1/runs/RUN/",
    ],
)
def test_a_switch_amid_a_request_shows_in_the_next_one(client, monkeypatch, tmp_path, door):
    """Between its ranks and its scores another truth comes into force: it has both of one version."""
    task = make_task(runs_per_team=None, metrics=["mrr"])
    runs = [
        make_run(make_registration(task), tmp_path, ranked_lines(salt="+" * number))
        for number in range(4)
    ]
    finish_all()
    rescoring = start_rescoring(
        truth=make_truth(task, ["mrr"], {}), by=None, reason="labels", now=NOW
    )
    continue_rescorings(now=NOW)
    finish_all()
    address = door.replace("TASK", task.slug).replace("RUN", str(runs[0].pk))
    before = figures(client, address)

    read = shown.scores_of_evaluations

    def switch_and_read(*asked: Any) -> Any:
        switch_now(rescoring)
        return read(*asked)

    with monkeypatch.context() as patch:
        patch.setattr(shown, "scores_of_evaluations", switch_and_read)
        amid = figures(client, address)

    task.refresh_from_db()
    assert task.current_truth == rescoring.truth_version
    assert amid == before
    assert figures(client, address) != before
