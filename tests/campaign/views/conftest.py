"""The platform's moment, for pages that say what is left until something, and runs scored at one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from campaign.models import Run, Task, Team
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_team,
    ranked_lines,
    score_run,
)

SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(settings: Settings) -> SetClock:
    """Return what moves the one clock; until it is called again, it is about `NOW`."""

    def set_to(moment: datetime) -> None:
        settings.CLOCK_OFFSET = moment - datetime.now(UTC)

    set_to(NOW)
    return set_to


@pytest.fixture
def scored_at(set_clock: SetClock, tmp_path: Path) -> Callable[..., Run]:
    """Return what sends a run and scores it so many hours after `NOW`: by itself one of a new team."""

    def score(
        task: Task, hours: int, right: int, team: Team | None = None, **submission: Any
    ) -> Run:
        set_clock(NOW + timedelta(hours=hours))
        team = team or make_team()
        registration = task.registrations.filter(team=team).first()
        registration = registration or make_registration(task, team)
        return score_run(make_run(registration, tmp_path, ranked_lines(right), **submission))

    return score
