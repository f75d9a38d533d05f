"""One platform to be killed again and again, for all tests of chaos."""

from collections.abc import Iterator

import pytest

from tests.campaign.standalone.running import folder
from tests.chaos.platform import HASTE, ChaosPlatform, chaos_platform


@pytest.fixture(scope="package")
def platform() -> Iterator[ChaosPlatform]:
    with folder() as var_dir, chaos_platform(var_dir, HASTE) as running:
        yield running
