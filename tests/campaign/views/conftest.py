"""The platform's moment, for pages that say what is left until something."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from tests.campaign.factories import NOW

SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(settings: Settings) -> SetClock:
    """Return what moves the one clock; until it is called again, it is about `NOW`."""

    def set_to(moment: datetime) -> None:
        settings.CLOCK_OFFSET = moment - datetime.now(UTC)

    set_to(NOW)
    return set_to
