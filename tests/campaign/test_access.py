"""The access matrix: every route, every role. A route without a line here fails."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django import Settings

from campaign.models import Run, Task
from campaign.services.accounts import issue_token
from tests.campaign.access_matrix import AFTER_RESULTS, MATRIX, ROLES, rows
from tests.campaign.access_world import World, make_world
from tests.campaign.factories import DEADLINE, NOW


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Settings) -> World:
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    return make_world(tmp_path)


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
