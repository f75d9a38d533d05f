"""Every route answers every role as the access matrix says; one without a line there fails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django import Settings

from campaign import storage
from campaign.models import (
    BaselineTraining,
    CampaignRole,
    DataFile,
    DataSet,
    Run,
    Task,
    User,
)
from campaign.reads.baselines import Config
from campaign.services.accounts import issue_token
from campaign.services.announcements import stop_token
from campaign.services.baselines import ask_for_baseline
from campaign.services.campaign_invitations import invite_organiser
from campaign.services.hardware_prices import set_price
from campaign.services.history import load_history
from campaign.services.mails import send_mails
from campaign.services.mergers import propose_merge
from campaign.services.method_tags import merge_tag
from campaign.services.packages import ask_for_package, make_package
from campaign.services.rescorings import start_rescoring
from campaign.services.teams import invite, join_team
from tests.campaign.access_matrix import AFTER_RESULTS, MATRIX, ROLES, rows
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
    score_run,
)


@dataclass(frozen=True)
class World:
    """What stands for the capital words of the matrix, and who is who."""

    words: dict[str, str]
    people: dict[str, User]

    def address(self, pattern: str) -> str:
        for word, value in self.words.items():
            pattern = pattern.replace(word, value)
        return pattern

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.people:
            client.force_login(self.people[role])
        return client


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Settings) -> World:
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    people = {name: make_user(name) for name in ROLES if name not in {"anonymous", "staff"}}
    people["staff"] = make_user("staff", is_staff=True, is_superuser=True)
    campaign = make_campaign("campaign", organiser=people["organiser"])
    CampaignRole.objects.create(campaign=campaign, user=people["viewer"], name="viewer")
    task = make_task(
        "task",
        campaign=campaign,
        visibility="never",
        phases={"results": (DEADLINE, None)},
        subsets=["Domain"],
    )
    team = make_team("Sedges", captain=people["captain"])
    rushes = make_registration(task, make_team("Rushes", captain=people["other"])).team
    registration = make_registration(task, team)
    run = score_run(make_run(registration, tmp_path))
    invitation, secret = invite(team=team, by=people["captain"], now=NOW)
    join_team(secret=secret, user=people["member"], now=NOW)
    token, _ = issue_token(user=people["captain"], name="laptop", expires_at=None, now=NOW)
    proposal = propose_merge(ending=rushes, staying=team, by=people["other"], now=NOW)
    for access in DataSet.Access.values:
        make_data_set(task, access, tmp_path)
    bid = invite_organiser(
        campaign=campaign,
        email=people["person"].email,
        role="viewer",
        by=people["staff"],
        now=NOW,
    )
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")
    send_mails()
    (hidden_link,) = re.findall(r"/co-organise/([\w-]+)/", str(mail.outbox[-1].body))
    package = ask_for_package(task=task, by=people["organiser"], now=NOW)
    make_package(package_id=package.pk)
    waiting = make_truth(task, ["mrr"], {})
    rescoring = start_rescoring(truth=waiting, by=people["staff"], reason="a mistake", now=NOW)
    merged = merge_tag(
        kind="metadata", tag="A", into="B", by=people["staff"], reason="the same", now=NOW
    )
    words = {
        "GIVEN": str(campaign.roles.get(user=people["viewer"]).pk),
        "BID": str(bid.pk),
        "HIDDENLINK": hidden_link,
        "STOPLINK": stop_token(people["captain"]),
        "RUN": str(run.pk),
        "MEMBER": str(team.memberships.get(user=people["member"]).pk),
        "INVITATION": str(invitation.pk),
        "SECRET": secret,
        "TOKEN": str(token.pk),
        "PACKAGE": str(package.pk),
        "REGISTRATION": str(registration.pk),
        "PROPOSAL": str(proposal.pk),
        "RESCORING": str(rescoring.pk),
        "MERGED": str(merged.pk),
        **make_baselines(task, people["organiser"], tmp_path),
    }
    return World(words, people)


def make_baselines(task: Task, by: User, tmp_path: Path) -> dict[str, str]:
    """Make a baseline that waits, one that became a run, and a line of the table of prices."""
    waiting = ask_for_baseline(
        task=task, config=Config("first", "steps = 1\n"), by=by, reason="a first", now=NOW
    )
    official = score_run(make_run(task.registrations.get(team__organisers=True), tmp_path))
    BaselineTraining.objects.create(
        task=task,
        name="second",
        config="steps = 2\n",
        asked_at=NOW,
        sent_at=NOW,
        started_at=NOW,
        ended_at=NOW,
        reason="a second",
        state="done",
        run=official,
    )
    price = set_price(task=task, name="H100", eur_per_hour=Decimal(3), eur_bought=None, by=by)
    return {
        "BASELINE": str(waiting.pk),
        "OFFICIAL": str(official.pk),
        "PRICE": str(price.pk),
    }


def make_data_set(task: Task, access: str, tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("a;b\n")
    key = storage.store_folder(tmp_path, ["file.csv"], under=storage.DATA)
    data_set = DataSet.objects.create(
        task=task, slug=access, title=access, role="training_trusted", access=access
    )
    DataFile.objects.create(
        data_set=data_set, name="file.csv", size=4, sha256="0" * 64, key=f"{key}/file.csv"
    )


# ---------------------------------------------------------------- the table
def status_of(client: Client, method: str, path: str) -> int:
    """Return the status of an answer; whatever the request changed is undone."""
    with transaction.atomic():
        answer = getattr(client, method.lower())(path)
        if answer.streaming:
            b"".join(answer)  # to the end, so that the file is closed
        transaction.set_rollback(True)
    status: int = answer.status_code
    return status


def differences(world: World, matrix: str) -> Iterator[str]:
    for method, path, expected in rows(matrix):
        for role, status in zip(ROLES, expected, strict=True):
            found = status_of(world.client(role), method, world.address(path))
            if found != status:
                yield f"{method} {path} as {role}: {found} instead of {status}"


def test_every_role_gets_what_the_matrix_says(world):
    assert list(differences(world, MATRIX)) == []


def test_open_results_open_scores_and_no_files(world, settings):
    settings.CLOCK_OFFSET = DEADLINE - datetime.now(UTC)
    assert list(differences(world, AFTER_RESULTS)) == []


def test_a_token_opens_what_a_login_does_and_nothing_else(world):
    """The API asks who somebody is, not how they said so; the pages know no tokens."""
    secrets = {
        role: issue_token(user=user, name="t", expires_at=None, now=NOW)[1]
        for role, user in world.people.items()
    }

    def ask_by_token(role: str, method: str, path: str) -> int:
        headers = {"Authorization": f"Bearer {secrets[role]}"} if role in secrets else {}
        return status_of(Client(headers=headers), method, world.address(path))

    for method, path, statuses in rows(MATRIX):
        for role, status in zip(ROLES, statuses, strict=True):
            expected = status if path.startswith("/api/") else statuses[0]
            assert ask_by_token(role, method, path) == expected, (role, method, path)


FATES: tuple[dict[str, Any], ...] = (
    {"standing": "active"},
    {"standing": "withdrawn", "standing_reason": "a mistake"},
    {"standing": "withdrawn", "standing_reason": "a mistake", "withdrawn_unseen": True},
    {"standing": "disqualified", "standing_reason": "two accounts", "withdrawn_unseen": False},
)


@pytest.mark.parametrize("visibility", ["never", "live"])
def test_papers_show_to_exactly_those_who_see_the_run(world, settings, visibility):
    Task.objects.update(visibility=visibility)
    clients = {role: world.client(role) for role in ("anonymous", "other", "viewer", "organiser")}

    def statuses(path: str) -> dict[str, int]:
        place = world.address(f"/runs/OFFICIAL/{path}")
        return {role: status_of(client, "GET", place) for role, client in clients.items()}

    for at, fate in product((NOW, DEADLINE), FATES):
        settings.CLOCK_OFFSET = at - datetime.now(UTC)
        Run.objects.filter(pk=world.words["OFFICIAL"]).update(**fate)
        seen = statuses("")
        assert seen["organiser"] == 200
        assert statuses("card/") == statuses("card/config.toml") == seen, (at, fate)


# ---------------------------------------------------------------- no route is forgotten
def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern).removeprefix("^")  # as a match writes it
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry, route)


def test_every_route_has_a_line():
    """What takes no GET must say so, in a line too."""
    numbers = ("RUN", "MEMBER", "INVITATION", "TOKEN", "GIVEN", "BID", "PACKAGE", "REGISTRATION")
    words = dict.fromkeys(
        (*numbers, "PROPOSAL", "RESCORING", "BASELINE", "OFFICIAL", "PRICE", "MERGED"), "1"
    )
    words |= {"SECRET": "s", "HIDDENLINK": "s", "STOPLINK": "s"}
    somewhere = World(words, {})
    listed = {
        resolve(somewhere.address(path)).route
        for method, path, _statuses in rows(MATRIX)
        if method == "GET"
    }
    everything = {route for route in routes(get_resolver()) if not route.startswith("admin/")}
    assert everything - listed == set()


def test_nothing_of_the_admin_opens_to_others_than_staff(world):
    """One rule for the hundred pages of Django's admin, whatever is registered there."""
    for route in routes(get_resolver()):
        if not route.startswith("admin/") or route == "admin/login/":
            continue
        path = "/" + re.sub(r"<path:\w+>", "1", route)
        path = path.replace("(?P<app_label>auth|campaign|account)/$", "campaign/")
        path = path.replace("(?P<url>.*)$", "nothing/")
        for role in ("anonymous", "captain", "organiser"):
            answer = world.client(role).get(path)
            assert answer.status_code == 302, path
            # Logging out leads back to the start, which leads to the log-in.
            assert answer["Location"].startswith("/admin/login/") or path == "/admin/logout/"
