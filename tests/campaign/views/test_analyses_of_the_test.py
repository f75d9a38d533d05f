"""The analyses of a test itself on their pages: who sees which, and what they say."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from campaign.models import Task
from campaign.reads.detectable import detectable
from tests.campaign.boards import N_QUERIES, TABLES, analyse_all, make_large_test, send
from tests.campaign.factories import NOW, make_campaign, make_task, make_team, make_user
from tests.campaign.views.pages import text_of

pytestmark = pytest.mark.django_db

RIGHT = frozenset(place for place in range(N_QUERIES) if place % 6 != 1)
LABELS = {"difficulty", "confusions"}
ORGANISERS = {"suspected-errors", "description-gaps"}


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def organiser():
    return make_user("grace")


@pytest.fixture
def task(organiser, tmp_path: Path) -> Task:
    task = make_large_test("plants", campaign=make_campaign(organiser=organiser))
    for place in range(3):
        send(task, make_team(f"Team <b>{place}</b>"), tmp_path, RIGHT - set(range(6 * place)))
    analyse_all()
    return task


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kinds(client: Client, task: Task) -> set[str]:
    answer = client.get(reverse("api-task-analyses", args=[task.slug]))
    return {line["kind"] for line in answer.json()}


def page(client: Client, task: Task, kind: str) -> str:
    answer = client.get(reverse("task-analysis", args=[task.slug, kind]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_labels_show_when_results_open_and_the_organisers_side_never(
    client, task, organiser, set_clock
):
    assert kinds(client, task).isdisjoint(LABELS | ORGANISERS)
    assert kinds(as_user(organiser), task) >= LABELS | ORGANISERS
    opened = NOW + timedelta(days=20)
    task.phases.create(kind="results", opens_at=opened)
    set_clock(opened)
    assert kinds(client, task) >= LABELS
    assert kinds(client, task).isdisjoint(ORGANISERS)
    for kind in ORGANISERS:
        assert client.get(reverse("task-analysis", args=[task.slug, kind])).status_code == 404


def test_a_suspected_class_is_said_in_words_and_leads_to_its_results(task, organiser):
    shown = page(as_user(organiser), task, "suspected-errors")
    assert (
        "Of 7 queries of Genus0 species1, 7 are taken for Genus1 species2 by most of 3 good runs"
        in text_of(shown)
    )
    assert "/classes/?search=c1" in shown
    assert '<details class="chart-table" open>' in shown


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("difficulty", "7 of 40 queries are answered right by none of 3 runs"),
        ("confusions", "No pair of classes can be shown to be confused often"),
        ("detectable-difference", "The smallest difference that shows between two runs is"),
        ("submissions", "3 runs of 3 teams since 1 May 2017"),
        ("description-gaps", "3 of 3 descriptions leave out: training data"),
    ],
)
def test_each_says_what_it_found(task, organiser, kind, said):
    shown = page(as_user(organiser), task, kind)
    assert said in text_of(shown)
    assert "<b>0</b>" not in shown


def test_the_test_says_what_would_show_before_anybody_submits(client, organiser, set_clock):
    task = make_large_test(campaign=make_campaign(organiser=organiser), visibility="never")
    shown = text_of(client.get(reverse("task", args=[task.slug])).content.decode())
    assert "Smallest difference that shows" in shown
    api = client.get(reverse("api-task", args=[task.slug])).json()["detectable_difference"]
    assert (api["metric"], api["n_units"], api["between_runs"]) == ("mrr", N_QUERIES, None)
    assert [one["disagreement"] for one in api["before"]] == [0.1, 0.2, 0.4]
    assert api["before"][0]["difference"] is None  # forty queries would not show it


def test_how_many_classes_a_test_has_comes_with_its_scores(organiser):
    labels = "".join(f"q{place};c{place % 12}\n" for place in range(N_QUERIES))
    classes = "".join(f"c{place}\n" for place in range(20))
    task = make_task(
        campaign=make_campaign(organiser=organiser),
        files={
            **TABLES,
            "classes.csv": f"ClassId\n{classes}",
            "ground_truth.csv": f"QueryId;ClassId\n{labels}",
        },
        metrics=["macro_mrr"],
        rules={"image_runs": False},
        visibility="never",
    )
    assert detectable(task, make_user(), NOW) is None
    found = detectable(task, organiser, NOW)
    assert found
    assert found.n_units == 12


def test_runs_that_there_are_say_more(client, task):
    shown = client.get(reverse("api-task", args=[task.slug])).json()["detectable_difference"]
    assert shown["between_runs"] is not None
