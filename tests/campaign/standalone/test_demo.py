"""The demo: complete after any number of kills, and honest about what is generated."""

import gzip
import json
import os
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from campaign import storage
from campaign.models import (
    ApiToken,
    BaselineTraining,
    CampaignRole,
    Evaluation,
    PublishedResult,
    Registration,
    Run,
    Task,
    Team,
    User,
)
from campaign.reads.demo import DEMO_KEY, DemoState, demo_state
from campaign.reads.runs import quota_left
from campaign.refusals import AlreadyThere, NotAllowed
from campaign.services.accounts import use_token
from campaign.services.history_files import read_history
from campaign.services.runs import Submission, Upload, submit_run
from campaign.services.teams import register_generated_team
from campaign.standalone.console import refresh_accounts, write_accounts
from campaign.standalone.demo import _submit_baselines
from campaign.standalone.demo_accounts import holds_other_people, make_accounts
from campaign.standalone.preparations import prepare_database
from clefboard.task_folder import read_task_folder
from scoring import RunRules, check_method_description, evaluate_run, read_ground_truth
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_task,
    make_team,
    make_user,
    ranked_lines,
)
from tests.campaign.standalone.small_demo import FIXTURES, make_small_demo
from tests.live_platform import LivePlatform, live_platform

_BROKER = 63  # a Valkey database that no other test uses
ROOT = Path(__file__).parents[3]
RUNS = json.loads((FIXTURES / "demo" / "runs.json").read_text())
ENTRIES = [(slug, entry) for slug, entries in RUNS.items() for entry in entries]
LEAVES = FIXTURES / "practice" / "leaves-practice.baselines"


# ---------------------------------------------------------------- what the generated runs are
def test_plantclef_gets_runs_of_every_kind():
    entries = RUNS["plantclef-2017"]

    assert len(entries) >= 8
    assert sum(bool(entry.get("images")) for entry in entries) == 3
    assert sum(entry["predictions"] == 100 for entry in entries) == 1, "1.8 million lines, once"
    assert len({entry["level"] for entry in entries}) >= 8
    assert max(Counter(entry["team"] for entry in entries).values()) <= 4


@pytest.mark.parametrize(("slug", "entry"), ENTRIES)
def test_a_generated_run_is_described_rightly_and_in_time(slug: str, entry: dict[str, object]):
    (folder,) = FIXTURES.glob(f"*/{slug}")
    phase = read_task_folder(folder).phases["submission"]
    assert phase is not None
    submitted = datetime.fromisoformat(str(entry["submitted"]))

    assert check_method_description(entry["description"]) == []
    assert phase.opens is not None
    assert phase.opens <= submitted
    assert phase.closes is None or submitted < phase.closes


def test_no_generated_run_stands_under_a_real_name():
    facts = read_history(FIXTURES / "history").facts
    printed = {fact.key["team"] for fact in facts if fact.model is PublishedResult}

    assert printed & {entry["team"] for _, entry in ENTRIES} == set()


def test_each_generated_run_has_a_seed_of_its_own():
    seeds = [entry["seed"] for _, entry in ENTRIES]

    assert len(set(seeds)) == len(seeds)


# ---------------------------------------------------------------- true runs
PAPERS = (".csv.gz", ".images.csv.gz", ".toml", ".record.json", ".card.md", ".log")


@pytest.mark.parametrize("name", json.loads((LEAVES / "runs.json").read_text()))
def test_all_papers_of_a_stored_baseline_are_there(name: str):
    there = {end for end in PAPERS if (LEAVES / f"{name}{end}").is_file()}
    assert there == set(PAPERS)
    json.loads((LEAVES / f"{name}.record.json").read_text())


@pytest.mark.django_db
def test_stored_baselines_come_with_their_papers_and_only_once(tmp_path: Path):
    task = make_task(campaign=make_campaign("lab", organiser=make_user("organiser")))
    store_baseline(tmp_path, "first", task)
    for _ in range(2):  # again: nothing twice
        _submit_baselines(task, tmp_path)
    trained = BaselineTraining.objects.get()
    assert trained.run is not None
    assert (trained.name, trained.elsewhere, trained.state) == ("first", True, "done")
    assert (trained.config, trained.card) == ("seed = 1\n", "# First\n")
    assert trained.record == {"date": "2026-11-26"}
    assert trained.log == "40 species\nIt was sent as Run 1.\n"
    assert trained.run.description == {"n_networks": 1}
    assert trained.run.image_run.content_bytes


def store_baseline(folder: Path, name: str, task: Task) -> None:
    """Write a baseline as it lies beside a task of the demo."""
    assert task.current_truth is not None
    stored = Path(storage.local_folder(task.current_truth.folder))
    for end, table, key in ((".csv.gz", "queries", 0), (".images.csv.gz", "media", 0)):
        ids = [line.split(";")[key] for line in (stored / f"{table}.csv").read_text().split()[1:]]
        lines = "".join(f"{one};c0;0.5\n" for one in ids)
        (folder / f"{name}{end}").write_bytes(gzip.compress(lines.encode()))
    papers = {
        "runs.json": json.dumps({name: {"n_networks": 1}}),
        f"{name}.toml": "seed = 1\n",
        f"{name}.record.json": '{"date": "2026-11-26"}',
        f"{name}.card.md": "# First\n",
        f"{name}.log": "40 species\n",
    }
    for file, text in papers.items():
        (folder / file).write_text(text)


# ---------------------------------------------------------------- accounts
@pytest.mark.django_db
def test_accounts_open_what_their_role_may(client: Client):
    accounts = {account.username: account for account in make_accounts()}

    assert Counter(one.role for one in accounts.values()) == {
        "staff": 1,
        "organiser": 1,
        "captain": 2,
        "participant": 1,
    }
    for account in accounts.values():
        token = use_token(secret=account.token, now=NOW)
        assert token is not None
        assert token.user.username == account.username
        assert token.user.is_staff == (account.role == "staff")
        assert Team.objects.of(token.user).count() == (account.role == "captain")
        answer = client.post(
            reverse("account_login"), {"login": account.username, "password": account.password}
        )
        assert answer.status_code == 302, "verified: no mail is asked for"
        client.logout()


@pytest.mark.django_db
def test_a_second_start_gives_fresh_secrets_and_no_second_people():
    first, second = make_accounts(), make_accounts()

    assert User.objects.count() == ApiToken.objects.count() == len(second) == 5
    assert Team.objects.count() == 2
    assert {one.password for one in first} & {one.password for one in second} == set()
    assert use_token(secret=first[0].token, now=NOW) is None


@pytest.mark.django_db
def test_somebody_s_account_is_not_taken():
    make_user("organiser")

    with pytest.raises(AlreadyThere, match="account organiser"):
        make_accounts()


@pytest.mark.django_db
def test_a_database_of_other_people_is_told_from_one_of_the_demo():
    assert not holds_other_people()
    make_user()
    assert holds_other_people()
    make_accounts()
    assert not holds_other_people()


@pytest.mark.django_db
def test_an_invented_team_takes_no_team_of_people():
    task, team = make_task(), make_team("Real People")

    with pytest.raises(NotAllowed, match="Real People"):
        register_generated_team(name=team.name, task=task, now=NOW)
    one = register_generated_team(name="Invented", task=task, now=NOW)
    assert register_generated_team(name="Invented", task=task, now=NOW) == one
    assert one.team.generated
    assert not one.team.members.exists()


@pytest.mark.django_db(transaction=True)
def test_a_run_of_the_past_waits_since_now(tmp_path: Path):
    path = tmp_path / "run.csv"
    path.write_text(ranked_lines())
    later = NOW + timedelta(days=3000)

    run = submit_run(
        registration=make_registration(make_task()),
        submission=Submission(Upload(path, "run.csv"), generated=True),
        by=None,
        began_at=NOW,
        now=NOW,
        queued_at=later,
    )

    evaluation = run.evaluations.get()
    assert (run.received_at, run.late) == (NOW, False)
    assert (evaluation.queued_at, evaluation.sent_at) == (later, later)


def test_the_file_of_accounts_is_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "demo.json"
    path.with_suffix(".new").touch(mode=0o666)  # left by somebody who was killed
    account = {"role": "staff", "username": "staff", "password": "p4ss", "token": "t0ken"}
    write_accounts(path, {"url": "http://old", "tasks": {}, "accounts": [account]})

    block = refresh_accounts(path, "http://new")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["url"] == "http://new"
    assert "p4ss" in block


# ---------------------------------------------------------------- how far it is
@pytest.fixture
def said() -> Iterator[None]:
    yield
    cache.delete(DEMO_KEY)


@pytest.mark.django_db
@pytest.mark.usefixtures("said")
def test_the_home_page_says_how_far_it_is(client: Client):
    for step, words in (("tasks", "5 of 9 tasks"), ("runs", "5 of 9 runs are scored")):
        cache.set(DEMO_KEY, (step, 5, 9))
        assert words in client.get(reverse("home")).content.decode()

    cache.delete(DEMO_KEY)
    assert "The demo is loading" not in client.get(reverse("home")).content.decode()


@pytest.mark.usefixtures("said")
def test_a_state_is_read_as_it_was_said():
    assert demo_state() is None
    cache.set(DEMO_KEY, ("tasks", 1, 9))
    assert demo_state() == DemoState("tasks", 1, 9)


@pytest.mark.django_db
def test_without_a_broker_the_home_page_does_without(client: Client, settings: Settings):
    nowhere = settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock?db=1"}
    settings.CACHES = {"default": nowhere}

    assert demo_state() is None
    assert client.get(reverse("home")).status_code == 200


# ---------------------------------------------------------------- from nothing to complete
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
