"""The demo: honest about what is generated, and open to whom it should be."""

import gzip
import json
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaign import storage
from campaign.models import (
    ApiToken,
    BaselineTraining,
    PublishedResult,
    Task,
    Team,
    User,
)
from campaign.reads.demo import DEMO_KEY, DemoState, demo_state
from campaign.refusals import AlreadyThere, NotAllowed
from campaign.services.accounts import use_token
from campaign.services.history_files import read_history
from campaign.services.runs import Submission, Upload, submit_run
from campaign.services.teams import register_generated_team
from campaign.standalone.console import refresh_accounts, write_accounts
from campaign.standalone.demo import _submit_baselines
from campaign.standalone.demo_accounts import holds_other_people, make_accounts
from clefboard.task_folder import read_task_folder
from scoring import check_method_description
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_task,
    make_team,
    make_user,
    ranked_lines,
)
from tests.campaign.standalone.small_demo import ENTRIES, FIXTURES, LEAVES, RUNS


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
