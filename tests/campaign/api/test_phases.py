"""Moving a phase by the API, as the calendar does; and the record of it, which everybody reads."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.models import Announcement, CampaignRole, PhaseChange, Task, User
from tests.campaign.factories import DEADLINE, make_registration, make_user

pytestmark = pytest.mark.django_db

PLACE = "/api/v1/tasks/plantclef/phases/submission/"
RECORD = "/api/v1/tasks/plantclef/phase-changes/"
LATER = DEADLINE + timedelta(days=7)
WHY = "The server was down on Saturday."


@pytest.fixture
def organiser(task: Task) -> User:
    user = make_user("ada")
    CampaignRole.objects.create(campaign=task.campaign, user=user)
    make_registration(task)
    return user


def patch(client: Client, place: str = PLACE, **body: Any) -> Any:
    return client.patch(place, json.dumps(body), "application/json")


def test_a_deadline_is_extended_and_everybody_reads_why(organiser, door, task):
    answer = patch(door(organiser), closes_at=LATER.isoformat(), reason=WHY)
    assert answer.status_code == 200
    assert task.phases.get().closes_at == LATER
    assert Announcement.objects.get().text.endswith(WHY)
    assert PhaseChange.objects.get().changed_by == organiser

    record = door(None).get(RECORD)
    (said,) = record.json()
    assert said == answer.json()
    assert (said["kind"], said["reason"]) == ("submission", WHY)
    assert (said["closed_at"], said["closes_at"]) == (
        "2017-05-08T22:00:00Z",
        "2017-05-15T22:00:00Z",
    )
    assert said["says"] == [
        "Submission was extended from 8 May 2017, 22:00 UTC to 15 May 2017, 22:00 UTC"
    ]
    assert "ada" not in record.content.decode()  # what was changed is public, not by whom


def test_an_edge_that_is_left_out_stays_and_null_takes_it_away(organiser, door, task):
    opened = task.phases.get().opens_at
    patch(door(organiser), closes_at=None, reason=WHY)
    phase = task.phases.get()
    assert (phase.opens_at, phase.closes_at) == (opened, None)


def test_a_moment_without_a_zone_is_in_utc(organiser, door, task):
    patch(door(organiser), closes_at="2017-05-15T22:00:00", reason=WHY)
    assert task.phases.get().closes_at == LATER


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"closes_at": "2017-05-15T22:00:00Z"}, 400, "reason"),
        ({"closes_at": "2017-05-15T22:00:00Z", "reason": " "}, 400, "reason"),
        ({"closes_at": "next week", "reason": WHY}, 400, "closes_at"),
        ({"closes": "2017-05-15T22:00:00Z", "reason": WHY}, 400, "There is no such field"),
        ({"closes_at": "2017-03-01T00:00:00Z", "reason": WHY}, 422, "before it opens"),
        ({"closes_at": "2017-05-08T22:00:00Z", "reason": WHY}, 422, "nothing would change"),
        ({"reason": WHY}, 400, "Send opens_at, closes_at, or both."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_moved(organiser, door, task, body, status, said):
    answer = patch(door(organiser), **body)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert task.phases.get().closes_at == DEADLINE
    assert not PhaseChange.objects.exists()


def test_a_phase_that_is_none_is_not_there(organiser, door):
    answer = patch(door(organiser), PLACE.replace("submission", "siesta"), reason=WHY)
    assert answer.status_code == 404
    assert "registration, " in answer.json()["detail"]


@pytest.mark.parametrize("role", ["viewer", ""])
def test_who_may_not_act_moves_nothing(organiser, door, task, role):
    stranger = make_user("bo")
    if role:
        CampaignRole.objects.create(campaign=task.campaign, user=stranger, name=role)
    answer = patch(door(stranger), closes_at=LATER.isoformat(), reason=WHY)
    assert answer.status_code == 403
    assert task.phases.get().closes_at == DEADLINE
