from pathlib import Path

import pytest

from tests.scoring.small_task import SmallTask, make_task


@pytest.fixture
def task(tmp_path: Path) -> SmallTask:
    return make_task(tmp_path)
