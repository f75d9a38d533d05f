"""Fusions of chosen runs over the API: asked for, polled, read."""

from pathlib import Path
from typing import Any

import pytest

from campaign import storage
from campaign.clock import now
from campaign.models import Run, RunSet, Task
from campaign.services.analyses import run_sets
from campaign.services.analyses.run_sets import make_next
from tests.campaign.api.conftest import Door
from tests.campaign.boards import make_large_test, send
from tests.campaign.factories import DEADLINE, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    return make_large_test()


@pytest.fixture
def runs(task: Task, tmp_path: Path) -> list[Run]:
    return [send(task, make_team(), tmp_path, range(n, n + 24)) for n in (0, 4, 16)]


def ask(door: Door, task: Task, runs: list[Run], **fields: Any) -> Any:
    """Ask for a fusion as somebody who is logged in."""
    body = {"runs": [run.pk for run in runs], **fields}
    address = f"/api/v1/tasks/{task.slug}/fusions/"
    return door(make_user()).post(address, body, content_type="application/json")


def make_all() -> None:
    while RunSet.objects.idle(now()).exists():
        make_next()


def test_a_fusion_is_asked_for_polled_and_read_by_everybody(door, task, runs):
    asked = ask(door, task, runs[:2])
    assert asked.status_code == 202
    said = asked.json()
    assert (said["state"], said["value"], said["gain"], said["best"]) == ("waiting", *[None] * 3)
    make_all()
    read = door().get(said["url"])
    assert read.status_code == 200
    found = read.json()
    assert found["runs"] == sorted(run.pk for run in runs[:2])
    assert (found["state"], found["part"], found["metric"]) == ("made", "all", "mrr")
    assert (found["method"], found["best"]) == ("mean", runs[0].pk)
    assert found["low"] <= found["value"] <= found["high"]
    assert found["gain"]["low"] <= found["gain"]["value"] <= found["gain"]["high"]
    again = ask(door, task, runs[1::-1])
    assert (again.status_code, again.json()) == (200, found)


def test_to_look_asks_for_nothing(door, task, runs):
    named = {"runs": [run.pk for run in runs]}
    said = door().get(f"/api/v1/tasks/{task.slug}/fusions/", named).json()
    assert (said["state"], said["value"]) == ("unasked", None)
    assert not RunSet.objects.exists()


def test_what_could_not_be_made_is_said(door, task, runs):
    storage.delete(runs[0].file_key)
    url = ask(door, task, runs[:2]).json()["url"]
    make_all()
    assert door().get(url).json()["state"] == "failed"


def test_what_is_wrong_is_said_with_what_would_be_right(door, task, runs, tmp_path):
    few = ask(door, task, runs[:1])
    assert (few.status_code, few.json()["code"]) == (422, "wrong_number_of_runs")
    assert few.json()["detail"] == "Choose 2 to 5 runs."
    elsewhere = send(make_large_test(), make_team(), tmp_path, range(20))
    other = ask(door, task, [runs[0], elsewhere])
    assert (other.status_code, other.json()["code"]) == (404, "no_such_run")
    unknown = ask(door, task, runs, method="rrf")
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["method"])
    sets = make_large_test(shape="label", metrics=["f1_samples"])
    unfusable = ask(door, sets, runs)
    assert (unfusable.status_code, unfusable.json()["code"]) == (422, "not_fusable")


def test_hidden_scores_are_not_fused(door, tmp_path):
    task = make_large_test(visibility="never", phases={"results": (DEADLINE, None)})
    runs = [send(task, make_team(), tmp_path, range(n)) for n in (20, 30)]
    asked = ask(door, task, runs)
    assert (asked.status_code, asked.json()["code"]) == (404, "not_public_yet")
    assert not RunSet.objects.exists()


def test_the_limits_are_those_of_the_page(door, task, runs, monkeypatch):
    monkeypatch.setattr(run_sets, "FUSIONS_A_DAY", 0)
    full = ask(door, task, runs)
    assert (full.status_code, full.json()["code"]) == (429, "fusions_per_day")
    assert int(full["Retry-After"]) > 0
    monkeypatch.setattr(run_sets, "MOST_WAITING", 0)
    busy = ask(door, task, runs)
    assert (busy.status_code, busy.json()["code"]) == (503, "run_sets_busy")
