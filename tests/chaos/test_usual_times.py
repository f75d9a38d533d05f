"""The same without haste: with the times of every installation it still takes less than a minute."""

import time

import psutil
import pytest

from tests.campaign.standalone.running import ENDS_WITHIN_S, folder
from tests.chaos.platform import RECOVERS_WITHIN_S, chaos_platform

pytestmark = pytest.mark.chaos


def test_a_run_whose_worker_and_whose_message_are_gone_is_scored_within_a_minute(tmp_path):
    with folder() as var_dir, chaos_platform(var_dir, {}) as platform:
        team = platform.team()
        runs = [team.submit(tmp_path) for _ in range(3)]
        platform.pause(0.5)
        platform.kill("worker")
        platform.flush_broker()
        platform.wait_until_scored(*runs)
        [(seconds,)] = platform.rows(
            "SELECT extract(epoch FROM max(finished_at - queued_at)) FROM campaign_evaluation"
        )
        assert seconds < RECOVERS_WITHIN_S


def test_all_ends_in_time_in_the_middle_of_a_long_scoring(tmp_path):
    long = tmp_path / "long.csv"
    long.write_text("".join(f"x{number};c1;0.5\n" for number in range(6_000_000)))
    slowly = {"CLEFBOARD_KERNEL": "off"}  # the kernel would be done before anybody looks
    with folder() as var_dir, chaos_platform(var_dir, slowly) as platform:
        platform.team().send(long)
        found: list[psutil.Process] = []

        def reads() -> bool:
            found[:] = [child] if (child := platform.scorer()) else []
            return bool(found)

        platform.live.wait_until(reads, "the file is being read")
        began = time.monotonic()
        platform.live.supervisor.stop()
        assert time.monotonic() - began < ENDS_WITHIN_S
        assert not any(process.is_running() for process in found)
        [(state, failure)] = platform.rows(
            "SELECT state, failure FROM campaign_evaluation ORDER BY id DESC LIMIT 1"
        )
        assert (state, failure) == ("scoring", "")
