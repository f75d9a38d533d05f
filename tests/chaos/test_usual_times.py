"""The same without haste: with the times of every installation it still takes less than a minute."""

import pytest

from tests.campaign.standalone.running import folder
from tests.chaos.platform import RECOVERS_WITHIN_S, chaos_platform

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos")]


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
