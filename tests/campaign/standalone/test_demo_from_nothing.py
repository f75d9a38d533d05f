"""The demo from nothing: complete after any number of kills."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from campaign.models import (
    CampaignRole,
    Evaluation,
    PublishedResult,
    Registration,
    Run,
    Task,
    Team,
    User,
)
from campaign.reads.demo import demo_state
from campaign.reads.runs import quota_left
from campaign.standalone.preparations import prepare_database
from scoring import RunRules, evaluate_run, read_ground_truth
from tests.campaign.factories import NOW
from tests.campaign.standalone.small_demo import ENTRIES, LEAVES, make_small_demo
from tests.live_platform import LivePlatform, live_platform

_BROKER = 63  # a Valkey database that no other test uses
ROOT = Path(__file__).parents[3]


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Make a database that nobody's worker but ours looks after; the ORM uses it meanwhile."""
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = f"{usual}_demo"
        prepare_database()
        yield connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture
def platform(database: str, tmp_path: Path) -> Iterator[LivePlatform]:
    urls = own_urls(database)
    with live_platform(
        database_url=urls["DATABASE_URL"], redis_url=urls["REDIS_URL"], var_dir=tmp_path / "var"
    ) as running:
        yield running


def own_urls(database: str) -> dict[str, str]:
    """Return where the platform's processes find their database and a broker of their own."""
    server = django_settings.DATABASE_URL.rpartition("/")[0]
    broker = django_settings.CELERY_BROKER_URL.partition("virtual_host=")[0]
    return {
        "DATABASE_URL": f"{server}/{database}",
        "REDIS_URL": f"{broker}virtual_host={_BROKER}",
    }


def start_loading(platform: LivePlatform, fixtures: Path, output: Path) -> subprocess.Popen[bytes]:
    surroundings = {
        **os.environ,
        **own_urls(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "tests.live_settings",
        "VAR_DIR": str(platform.var_dir),
        "PYTHONUNBUFFERED": "1",
    }
    command = ["manage.py", "load_demo", "--url", platform.url, "--fixtures", str(fixtures)]
    with output.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=surroundings,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def wait_for(words: str, output: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while words not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.02)


@pytest.mark.chaos
def test_killed_half_way_it_is_complete_after_the_next_start(
    platform: LivePlatform, tmp_path: Path
):
    fixtures, target = make_small_demo(tmp_path / "fixtures"), platform.var_dir / "demo.json"
    output = tmp_path / "output"
    for words in ("task 4 of 9", "task 9 of 9"):
        loading = start_loading(platform, fixtures, output)
        wait_for(words, output, loading)
        loading.kill()
        loading.wait()
        assert not target.exists()

    loading = start_loading(platform, fixtures, output)
    platform.wait_until(lambda: loading.poll() is not None, "the demo is loaded", within_s=200)
    assert loading.returncode == 0, output.read_text()

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    demo = json.loads(target.read_text())
    assert demo["tasks"] == {"open": "plantclef-practice", "closed": "plantclef-2017"}
    assert Task.objects.count() == 9
    assert_leaves_are_as_expected()
    assert_generated_runs_are_there_once()
    assert_people_can_begin(demo)
    assert demo_state() is None

    again = start_loading(platform, fixtures, output)
    assert again.wait(60) == 0
    assert "The demo is loaded" in output.read_text()
    assert json.loads(target.read_text()) == demo


def assert_leaves_are_as_expected() -> None:
    runs = Run.objects.filter(registration__task__slug="leaves-practice", image_run_of=None)
    found = {
        run.name: {
            score.metric: score.value for score in run.evaluations.get(is_current=True).scores.all()
        }
        for run in runs
    }
    assert found == {name: scored(name) for name in json.loads((LEAVES / "runs.json").read_text())}
    assert not runs.filter(generated=True).exists()
    assert all(hasattr(run, "image_run") for run in runs)
    assert all(run.trainings.get().card for run in runs)


def scored(name: str) -> dict[str, float | None]:
    """Return what the scorer says of a stored run, without the platform."""
    truth = read_ground_truth(LEAVES.with_name("leaves-practice"))
    metrics = ["mrr", "top_1", "top_5"]
    found = evaluate_run(LEAVES / f"{name}.csv.gz", truth, RunRules("ranked"), metrics)
    return {score.metric: score.value for score in found.scores}


def assert_generated_runs_are_there_once() -> None:
    runs = Run.objects.filter(generated=True, image_run_of=None)
    assert sorted(runs.values_list("registration__task__slug", "name")) == sorted(
        (slug, entry["name"]) for slug, entry in ENTRIES
    )
    assert not runs.exclude(registration__team__generated=True).exists()
    assert not runs.filter(late=True).exists()
    assert set(Evaluation.objects.values_list("state", flat=True)) == {"scored"}
    assert not PublishedResult.objects.filter(
        team__in=Team.objects.values_list("name", flat=True)
    ).exists()


def assert_people_can_begin(demo: dict[str, list[dict[str, str]]]) -> None:
    captains = [account for account in demo["accounts"] if account["role"] == "captain"]
    for account in captains:
        registration = Registration.objects.get(
            task__slug="plantclef-practice", team__members__username=account["username"]
        )
        left = quota_left(registration, NOW).left
        assert left is not None
        assert left >= 3
    organiser = User.objects.get(username="organiser")
    assert CampaignRole.objects.filter(user=organiser).count() == 2
