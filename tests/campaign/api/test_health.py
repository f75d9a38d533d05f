"""`/healthz`: what it says while all works, and while each part is away."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.campaign.factories import NOW, make_registration, make_run, make_task


def ask() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/healthz")
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.json()


@pytest.mark.django_db
def test_without_a_worker_runs_would_wait(tmp_path):
    make_run(make_registration(make_task()), tmp_path, at=NOW - timedelta(minutes=2))

    status, said = ask()

    assert status == 503
    assert (said["ok"], said["database"], said["broker"], said["workers"]) == (False, True, True, 0)
    assert (said["queued"], said["scoring"]) == (1, 0)
    assert said["waiting_s"] >= 120
    assert said["message"] == "No worker answers: runs are accepted and wait until one is started."


# A process of its own: what a broken connection leaves in a pool is no other test's business.
_ASK = """
import sys
import django
django.setup()
from django.test import Client
answer = Client(headers={"host": "localhost"}).get(sys.argv[1])
print(answer.status_code, answer.content.decode())
"""


def ask_elsewhere(path: str = "/healthz", **env: str) -> tuple[int, dict[str, Any]]:
    asked = subprocess.run(
        [sys.executable, "-c", _ASK, path],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "campaign.settings.local", **env},
        capture_output=True,
        text=True,
        check=True,
    )
    status, _, text = asked.stdout.strip().partition(" ")
    return int(status), json.loads(text)


def test_without_a_broker_it_still_answers(tmp_path):
    status, said = ask_elsewhere(REDIS_URL=f"redis+socket://{tmp_path}/gone.sock?virtual_host=0")
    assert (status, said["ok"], said["broker"]) == (503, False, False)


def test_without_a_database_it_still_answers(tmp_path):
    status, said = ask_elsewhere(DATABASE_URL="postgres://nobody@127.0.0.1:1/gone")
    assert (status, said["ok"], said["database"], said["queued"]) == (503, False, False, 0)
    assert said["message"] == "The database does not answer: nothing works until it does."


def test_without_a_database_the_api_asks_for_patience():
    status, said = ask_elsewhere(
        "/api/v1/tasks/", DATABASE_URL="postgres://nobody@127.0.0.1:1/gone"
    )
    assert (status, said["code"]) == (503, "unavailable")
    assert "127.0.0.1" not in said["detail"]
