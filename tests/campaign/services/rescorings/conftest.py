"""An organiser, a task and two runs that a newer version scores otherwise."""

import pytest

from campaign.models import Run, Task, User
from tests.campaign.factories import (
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_user,
    ranked_lines,
    score_run,
)


@pytest.fixture
def organiser() -> User:
    return make_user("organiser")


@pytest.fixture
def task(organiser) -> Task:
    return make_task("birds", campaign=make_campaign(organiser=organiser))


@pytest.fixture
def runs(task, tmp_path) -> list[Run]:
    """Return one run that is all right by version 1, and one that is right where version 2 is."""
    return [
        score_run(make_run(make_registration(task), tmp_path, ranked_lines(right), name=name))
        for right, name in ((8, "first"), (5, "second"))
    ]
