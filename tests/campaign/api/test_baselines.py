"""Baselines by the API: for organisers, as their pages."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from campaign.models import BaselineTraining, CampaignRole, Task, User
from tests.campaign.factories import make_user

pytestmark = pytest.mark.django_db

PLACE = "/api/v1/tasks/plantclef/baselines/"


@pytest.fixture(autouse=True)
def configs(settings: Settings, tmp_path: Path) -> Path:
    (tmp_path / "first.toml").write_text("steps = 1\n")
    settings.BASELINES_DIR = tmp_path
    return tmp_path


def member(task: Task, role: str) -> User:
    user = make_user(role)
    CampaignRole.objects.create(campaign=task.campaign, user=user, name=role)
    return user


def post(client: Client, place: str = PLACE, **body: Any) -> Any:
    return client.post(place, json.dumps(body), "application/json")


def test_an_organiser_starts_reads_and_cancels_one(door, task):
    client = door(member(task, "organiser"))
    answer = post(client, config="first", reason="a first")
    assert answer.status_code == 201
    started = answer.json()
    assert (started["task"], started["name"], started["state"]) == ("plantclef", "first", "waiting")
    assert (started["run"], started["price"]) == (None, None)
    assert client.get(PLACE).json() == [started]

    place = f"/api/v1/baselines/{started['id']}/"
    whole = client.get(place).json()
    assert whole["config"] == "steps = 1\n"
    assert {name: whole[name] for name in started} == started

    twice = post(client, config="first", reason="again")
    assert twice.status_code == 409
    assert (twice.json()["code"], twice.json()["baseline"]) == (
        "baseline_on_its_way",
        started["id"],
    )

    assert post(client, f"{place}cancellation/").json()["state"] == "cancelled"
    ended = post(client, f"{place}cancellation/")
    assert (ended.status_code, ended.json()["code"]) == (403, "baseline_ended")


def test_a_config_that_is_not_offered_is_refused(door, task):
    client = door(member(task, "owner"))
    answer = post(client, config="../first", reason="a first")
    assert (answer.status_code, answer.json()["field"]) == (422, "config")
    assert answer.json()["detail"] == "There is no config '../first'; there are: first."
    assert post(client, config="first").status_code == 400


def test_a_viewer_reads_and_a_stranger_finds_nothing(door, task):
    post(door(member(task, "organiser")), config="first", reason="a first")
    pk = BaselineTraining.objects.get().pk
    viewer, stranger = door(member(task, "viewer")), door(make_user("stranger"))
    assert len(viewer.get(PLACE).json()) == 1
    assert post(viewer, config="first", reason="mine").status_code == 403
    assert post(viewer, f"/api/v1/baselines/{pk}/cancellation/").status_code == 403
    assert stranger.get(PLACE).status_code == 404
    assert stranger.get(f"/api/v1/baselines/{pk}/").status_code == 404
    assert stranger.get(f"/api/v1/baselines/{pk + 1}/").status_code == 404
    assert door(None).get(PLACE).status_code == 401
