"""The one clock: tests move it, a public installation cannot."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from campaign.clock import now
from tests.moving_clock import MovingOffset, move_clock


def test_a_test_moves_it_while_everything_runs(settings, tmp_path):
    settings.CLOCK_OFFSET = MovingOffset(tmp_path, otherwise=timedelta(0))
    move_clock(tmp_path, timedelta(days=400))
    moved = now() - datetime.now(UTC)
    move_clock(tmp_path, timedelta(days=-3))
    moved_back = now() - datetime.now(UTC)
    move_clock(tmp_path, None)
    as_it_was = now() - datetime.now(UTC)

    hours = [round(offset / timedelta(hours=1)) for offset in (moved, moved_back, as_it_was)]
    assert hours == [400 * 24, -3 * 24, 0]


def test_a_public_installation_with_a_moved_clock_does_not_start(tmp_path):
    asked = subprocess.run(
        [sys.executable, "-c", "import campaign.settings.production"],
        env={**os.environ, "VAR_DIR": str(tmp_path), "CLEFBOARD_NOW": "3600"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert "CLEFBOARD_NOW moves the clock for tests" in asked.stderr
