from collections.abc import Iterator

import pytest

from tests.clefboard.platform import Platform, run_platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    with run_platform() as platform:
        yield platform
