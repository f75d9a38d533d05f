"""Every page asks the database as often as its line says, however many rows it lists."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.campaign.access_matrix import MATRIX, ROLES, rows
from tests.campaign.access_world import World
from tests.campaign.busy_world import add_rows, make_busy_world
from tests.campaign.factories import NOW
from tests.campaign.page_queries import Line, lines


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Settings) -> World:
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    return make_busy_world(tmp_path)


def unlisted(world: World) -> Iterator[str]:
    known = {line.address.partition("?")[0] for line in lines()}
    for method, path, statuses in rows(MATRIX):
        if method == "GET" and 200 in statuses and path not in known:
            answer = world.client(ROLES[statuses.index(200)]).get(world.address(path))
            if answer.streaming:
                b"".join(answer)  # to the end, so that the file is closed
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                yield path


def test_every_page_has_a_line(world):
    """The access matrix has every route; of those, whatever is a page has its number here."""
    assert list(unlisted(world)) == []


def surprises(world: World) -> list[Line]:
    """Return what pages cost where it is not what their lines say."""
    clients = {role: world.client(role) for role in ROLES}
    costs = (
        line._replace(queries=cost(clients[line.viewer], world.address(line.address)))
        for line in lines()
    )
    return [line for line in costs if line not in lines()]


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(asked)


@pytest.mark.timeout(900)  # three hundred pages, on a busy machine
def test_no_page_asks_more_often_when_there_is_more(world, tmp_path):
    surprises(world)  # makes what is made when first asked for
    assert surprises(world) == []
    for n in (2, 3):
        add_rows(world, tmp_path, n)
    assert surprises(world) == []
