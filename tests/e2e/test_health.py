"""`/healthz` of the running platform."""

import httpx
import pytest

from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)


def test_while_all_works_a_run_would_be_scored(platform: LivePlatform):
    def answers() -> bool:
        return httpx.get(f"{platform.url}/healthz").status_code == 200

    platform.wait_until(answers, "the worker has started")
    answer = httpx.get(f"{platform.url}/healthz")
    said = answer.json()
    assert (answer.status_code, said["ok"], said["workers"]) == (200, True, 1)
    assert said["message"] == "Everything works; a run would be scored at once."
