"""The calendar on the organisers' side, and what everybody reads when a phase was moved."""

from datetime import timedelta

import pytest
from django.test import Client

from campaign.models import Announcement, CampaignRole
from tests.campaign.factories import DEADLINE, make_campaign, make_task, make_user
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

PLACE = "/tasks/plants/organise/calendar/"
WHY = "The server was down on Saturday."
SENT = {"opens_at": "2017-04-01T12:00:00", "closes_at": "2017-05-15T22:00:00", "reason": WHY}


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def task():
    return make_task("plants", campaign=make_campaign("lab", organiser=make_user("ada")))


@pytest.fixture
def organiser(client, task):
    client.force_login(task.campaign.roles.get().user)
    return client


def test_every_phase_stands_there_with_its_moments_and_its_state(organiser):
    page = text_of(main_of(organiser.get(PLACE)))
    assert "Registration from the beginning without an end open" in page
    assert "Submission 1 April 2017, 12:00 UTC 8 May 2017, 22:00 UTC open" in page
    assert "Results does not take place" in page


def test_the_form_begins_with_what_is_in_force_to_the_second(organiser, task):
    task.phases.update(closes_at=DEADLINE + timedelta(seconds=59))
    page = organiser.get(f"{PLACE}submission/").content.decode()
    assert 'value="2017-04-01T12:00:00"' in page
    assert 'value="2017-05-08T22:00:59"' in page


def test_an_extension_is_read_by_everybody_with_its_reason(organiser, task):
    answer = organiser.post(f"{PLACE}submission/", SENT)

    assert answer["Location"] == PLACE
    assert task.phases.get().closes_at == DEADLINE + timedelta(days=7)
    page = text_of(main_of(Client().get("/tasks/plants/")))
    assert "Submission was extended from 8 May 2017, 22:00 UTC to 15 May 2017, 22:00 UTC" in page
    assert "(on 1 May 2017, 12:00 UTC ): The server was down on Saturday." in page
    assert "ada" not in page
    assert Announcement.objects.get().mailed_at is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "Give a reason"),
        ({"closes_at": "2017-03-01T00:00:00"}, "before it opens"),
        ({"closes_at": "next week"}, "valid date"),
        ({"closes_at": "2017-05-08T22:00:00"}, "nothing would change"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_written(organiser, task, change, said):
    answer = organiser.post(f"{PLACE}submission/", SENT | change)
    assert answer.status_code == 422
    assert said in text_of(main_of(answer))
    assert task.phases.get().closes_at == DEADLINE


def test_an_unknown_phase_is_not_found(organiser):
    assert organiser.get(f"{PLACE}siesta/").status_code == 404


def test_a_viewer_sees_the_calendar_and_moves_nothing(client, task):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    client.force_login(viewer)
    assert "Move" not in text_of(main_of(client.get(PLACE)).split("Changes of the calendar")[0])
    assert client.post(f"{PLACE}submission/", SENT).status_code == 403


def test_moments_that_matter_are_ready_for_the_reader_s_zone(client, task):
    """The script of the page finds them by their attributes."""
    page = client.get("/tasks/plants/").content.decode()
    assert f'<time datetime="{DEADLINE:%Y-%m-%dT%H:%M:%SZ}" data-local>' in page
