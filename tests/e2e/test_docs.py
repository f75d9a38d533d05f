"""The commands of docs/api.md, word for word, against the real platform."""

import gzip
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.models import LeaderboardRow, Run, Task
from campaign.services.accounts import issue_token
from clefboard.task_folder import write_start
from tests.campaign.factories import make_registration, make_task, ranked_lines
from tests.campaign.folders import CAMPAIGN, packed
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
BLOCKS = [
    block
    for block in re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    if "curl" in block
]
READING, CHECKING, SUBMITTING, FUSING, LOADING, MOVING = BLOCKS


def test_its_commands_do_what_it_says(platform: LivePlatform, tmp_path: Path):
    opening = {"submission": (datetime(2017, 3, 15, tzinfo=UTC), None)}
    registration = make_registration(make_task("plantclef-practice", phases=opening))
    user = registration.team.members.get()
    user.is_staff = True  # who may load a task
    user.save()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    _token, secret = issue_token(user=user, name="docs", expires_at=None, now=at)
    (tmp_path / "campaign.yaml").write_text(CAMPAIGN)
    write_start(tmp_path / "my-task", shape="ranked", year=2030)
    archive = packed(tmp_path / "my-task", beside=True, root="my-task/")
    (tmp_path / "my-task.zip").write_bytes(archive)
    (tmp_path / "run.csv.gz").write_bytes(gzip.compress(ranked_lines().encode()))

    def run(block: str) -> str:
        environment = f"export CLEFBOARD_URL={platform.url} CLEFBOARD_TOKEN={secret}\n"
        words = ["bash", "-euo", "pipefail", "-c", environment + block]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    reading, checking, submitting, loading = map(run, (READING, CHECKING, SUBMITTING, LOADING))

    assert json.loads(reading)["slug"] == "plantclef-practice"
    assert (tmp_path / "run.csv").read_text().startswith("QueryId;ClassId;Probability\n")
    assert json.loads(checking)["valid"] is True
    submitted = json.loads(submitting)
    assert submitted.keys() == {"id", "url", "number", "state"}
    run_made = Run.objects.get(pk=submitted["id"])
    assert (run_made.name, run_made.description) == ("two views", {"n_networks": 2})
    loaded = json.loads(loading)
    assert (loaded["task"], loaded["created"], loaded["dry_run"]) == ("my-task", True, True)
    assert not Task.objects.filter(slug="my-task").exists()
    run(LOADING.replace("?dry_run=1", ""))
    assert json.loads(run(MOVING))["closes_at"] == "2030-05-10T22:00:00Z"

    (tmp_path / "run.csv.gz").write_bytes(gzip.compress(ranked_lines(5).encode()))
    other = json.loads(run(SUBMITTING))
    platform.wait_until(lambda: LeaderboardRow.objects.count() == 2, "both runs are ranked")
    fused = json.loads(run(FUSING.replace("17, 21", f"{submitted['id']}, {other['id']}")))
    assert fused["state"] in {"waiting", "made"}
    assert fused["runs"] == [submitted["id"], other["id"]]
