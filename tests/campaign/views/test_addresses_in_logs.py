"""A link that was refused once may still open its door: it stands in no log."""

import pytest
from django.test import Client

from tests.campaign.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/join/SECRET/",
        "/co-organise/SECRET/",
        "/announcements/stop/SECRET/",
        "/accounts/confirm-email/SECRET/",
    ],
)
def test_what_opens_a_door_is_not_written_down(caplog, address):
    client = Client()
    client.force_login(make_user())
    assert client.put(address.replace("SECRET", "the-secret")).status_code >= 400
    assert "the-secret" not in caplog.text
    assert caplog.records


def test_a_form_without_its_token_tells_no_secret_either(caplog):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/join/the-secret/").status_code == 403
    assert "join/<str:secret>/" in caplog.text
    assert "the-secret" not in caplog.text


def test_any_other_address_is_written_down_as_it_is(client, caplog):
    client.get("/tasks/nothing/")
    assert "/tasks/nothing/" in caplog.text
