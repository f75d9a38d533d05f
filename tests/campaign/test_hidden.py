"""What tells of the labels before its time, whoever asks; `tests/campaign/crawl` looks at all the rest."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user
from django.test import Client
from pytest_django import Settings

from campaign.models import Task
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    score_run,
)

pytestmark = pytest.mark.django_db

# Every query has a label of its own, in a column nobody may know of.
TRUTH = "QueryId;ClassId;Observer;Usage\n" + "".join(
    f"q{i};c{i % 6};observer-{i}-of-all;{'public' if i < 4 else 'private'}\n" for i in range(8)
)


@pytest.fixture
def people() -> dict[str, Client]:
    clients = {"anonymous": Client()}
    for name in ("person", "member", "other", "organiser"):
        clients[name] = Client()
        clients[name].force_login(make_user(name))
    return clients


@pytest.fixture(params=["never", "split"])
def task(request: pytest.FixtureRequest, people, settings: Settings, tmp_path: Path) -> Task:
    """Make a task whose scores are hidden, or shown on the public part only; with two runs."""
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    user = {name: make_user_of(client) for name, client in people.items() if name != "anonymous"}
    task = make_task(
        "hidden",
        campaign=make_campaign("lab", organiser=user["organiser"]),
        metrics=["mrr", "top_1", "macro_mrr"],
        subsets=["Domain", "Family", "Observer"],
        files={"ground_truth.csv": TRUTH},
        phases={"results": (DEADLINE, None)},
        visibility="never" if request.param == "never" else "live",
        split=None if request.param == "never" else {"column": "Usage", "final": "private"},
    )
    for name, right in (("member", 5), ("other", 7)):
        team = make_team("Sedges" if name == "member" else "Rushes", captain=user[name])
        score_run(make_run(make_registration(task, team), tmp_path, ranked(right)))
    return task


def make_user_of(client: Client):
    return get_user(client)


def ranked(right: int) -> str:
    """Return a run whose scores are found in no page by chance: the others stand third."""
    return "".join(
        f"q{i};c{(i + 1) % 6};0.9\nq{i};c{(i + 2) % 6};0.8\nq{i};c{i % 6};{0.95 if i < right else 0.7}\n"
        for i in range(8)
    )


@pytest.mark.parametrize("role", ["anonymous", "person", "member", "other"])
def test_what_a_class_was_taken_for_shows_to_nobody_before_results_open(task, people, role):
    """How many queries a class has says something of the labels, and so does what stood first."""
    runs = list(task.registrations.values_list("runs__pk", flat=True))
    for run in runs:
        for name in ("classes", "confusions"):
            page = people[role].get(f"/runs/{run}/{name}/")
            assert page.status_code == 404 or b"does not show yet" in page.content
            assert b"<table" not in page.content
            organisers = people["organiser"].get(f"/runs/{run}/{name}/")
            assert b"<table" in organisers.content
        for name in ("classes", "class-table", "confusions"):
            assert people[role].get(f"/api/v1/runs/{run}/{name}/").status_code == 404
            assert people["organiser"].get(f"/api/v1/runs/{run}/{name}/").status_code == 200


@pytest.mark.parametrize("by", ["Observer", "Domain+Observer"])
def test_a_column_of_the_ground_truth_breaks_nothing_down_before_it_is_released(
    task, people, settings, by
):
    run = task.registrations.values_list("runs__pk", flat=True)[0]
    assert people["organiser"].get(f"/runs/{run}/subsets/", {"by": by}).status_code == 200
    settings.CLOCK_OFFSET = DEADLINE - datetime.now(UTC)  # results are open, labels are not
    for role in ("anonymous", "member"):
        assert people[role].get(f"/runs/{run}/subsets/", {"by": by}).status_code == 404
        refused = people[role].get(f"/api/v1/runs/{run}/subsets/", {"by": by})
        assert refused.status_code == 400
        assert "-of-all" not in refused.content.decode()
    task.truth_released = True
    task.save()
    page = people["anonymous"].get(f"/runs/{run}/subsets/", {"by": by})
    assert b"observer-7-of-all" in page.content
