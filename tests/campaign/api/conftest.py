"""Programs that call the API, at a moment inside the submission phase of `make_task`."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from campaign.models import Registration, Task, User
from campaign.services.accounts import issue_token
from tests.campaign.factories import NOW, make_registration, make_task

Door = Callable[[User | None], Client]
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(settings: Settings) -> Clock:
    """Set the platform's one clock."""

    def set_to(moment: datetime) -> None:
        settings.CLOCK_OFFSET = moment - datetime.now(UTC)

    return set_to


@pytest.fixture(autouse=True)
def in_the_submission_phase(clock: Clock) -> None:
    clock(NOW)


@pytest.fixture
def door() -> Door:
    """Return a client that sends a token of the given person's, or none."""

    def open_for(user: User | None = None) -> Client:
        if user is None:
            return Client()
        _token, secret = issue_token(user=user, name="test", expires_at=None, now=NOW)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return open_for


@pytest.fixture
def task(db: None) -> Task:
    return make_task("plantclef")


@pytest.fixture
def registration(task: Task) -> Registration:
    return make_registration(task)


@pytest.fixture
def captain(registration: Registration) -> User:
    return registration.team.members.get()
