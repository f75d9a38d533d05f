"""Leaderboards over HTTP."""

from typing import Any

import pytest
from django.test import Client

from tests.campaign.boards import compare_all, make_large_test, send
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db

URL = "/api/v1/tasks/plantclef/leaderboard/"


@pytest.fixture
def runs(task, registration, tmp_path):
    """Three runs of one team, one of another, and a baseline."""
    other = make_registration(task)
    organisers = make_registration(task, make_team("Organisers", organisers=True))
    for number, right in enumerate((6, 3, 5)):
        score_run(make_run(registration, tmp_path, ranked_lines(right), name=f"a{number}"))
    score_run(make_run(other, tmp_path, ranked_lines(4), name="b"))
    score_run(make_run(organisers, tmp_path, ranked_lines(7), name="base"))


def names(said: dict[str, Any]) -> list[str]:
    return [entry["name"] for entry in said["entries"]]


def test_runs_stand_in_their_places(runs, registration):
    said = Client().get(URL).json()
    first = said["entries"][1]
    assert names(said) == ["base", "a0", "a2", "b", "a1"]
    assert [entry["rank"] for entry in said["entries"]] == [None, 1, 2, 3, 4]
    assert (said["part"], said["sort"], said["count"]) == ("all", "mrr", 5)
    assert said["metrics"] == ["mrr", "top_1"]
    assert said["directions"] == {"mrr": "higher", "top_1": "higher"}
    assert first["scores"] == {"mrr": 0.75, "top_1": 0.75}
    assert (first["team"], first["section"], first["mark"]) == (
        registration.team.name,
        "ranked",
        "",
    )
    assert said["entries"][0]["mark"] == "baseline"


def test_the_best_of_each_team(runs):
    said = Client().get(URL, {"best": "true"}).json()
    assert names(said) == ["base", "a0", "b"]


def test_filters(runs):
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"runs": ["baseline"]}, ["base"]),
        ({"runs": ["official", "baseline"], "best": "1"}, ["base", "a0", "b"]),
        ({"q": "A2"}, ["a2"]),
        ({"training_data": "not-said", "generated": "no"}, ["base", "a0", "a2", "b", "a1"]),
        ({"training_data": "trusted"}, []),
    ]
    for asked, found in cases:
        said = Client().get(URL, asked).json()
        assert (names(said), said["count"]) == (found, len(found)), asked


def test_columns_that_were_chosen(runs):
    said = Client().get(URL, {"columns": "top_1", "runs": "official", "page_size": "2"}).json()
    assert said["metrics"] == ["top_1"]
    assert said["entries"][0]["scores"] == {"top_1": 0.75}
    assert "columns=top_1" in said["next"]
    assert "runs=official" in said["next"]


def test_runs_are_told_from_the_leader_or_not(tmp_path):
    task = make_large_test("wide")
    for team, n in (("Alba", 34), ("Betula", 33), ("Carex", 8)):
        send(task, make_team(team), tmp_path, range(n))
    url = "/api/v1/tasks/wide/leaderboard/"
    assert Client().get(url).json()["leader"]["state"] == "waiting"
    compare_all(task)
    said = Client().get(url).json()
    first, near, far = said["entries"]
    assert said["leader"] == {"run": first["run"], "state": "tested", "n_others": 2, "n_alike": 1}
    assert first["against_leader"] is None
    assert near["against_leader"]["difference"] == pytest.approx(-1 / 40)
    assert near["against_leader"]["adjusted"] == 1
    assert far["against_leader"]["p"] == pytest.approx(1 / 10_001)
    assert far["against_leader"]["adjusted"] == pytest.approx(2 / 10_001)
    filed = Client().get("/tasks/wide/leaderboard.json").json()
    assert filed["leader"] == said["leader"]
    assert filed["entries"][1]["against_leader"]["adjusted"] == 1
    lines = Client().get("/tasks/wide/leaderboard.csv").content.decode().splitlines()
    assert [line.rpartition(";")[2] for line in lines] == [
        "p_against_leader",
        "",
        "1.0000",
        "0.0002",
    ]


def test_pages_lead_on_to_each_other(runs):
    url, seen, said = f"{URL}?page_size=2", [], {}
    while url:
        said = Client().get(url).json()
        seen.append(names(said))
        url = said["next"]
    assert seen == [["base", "a0"], ["a2", "b"], ["a1"]]
    assert "page=2" in said["previous"]
    assert "page_size=2" in said["previous"]


def test_another_column_sorts(runs):
    said = Client().get(URL, {"sort": "team"}).json()
    assert said["sort"] == "team"
    assert len(said["entries"]) == 5


@pytest.mark.parametrize(
    ("asked", "status", "code", "words"),
    [
        ({"sort": "map"}, 400, "no_column", "there are mrr, top_1"),
        ({"columns": ["mrr", "map"]}, 400, "no_column", "no column 'map'"),
        ({"runs": "all"}, 400, "invalid", "runs"),
        ({"training_data": "gold"}, 400, "invalid", "training_data"),
        ({"page": 9}, 404, "no_page", "the last one is 1"),
        ({"page": 0}, 400, "invalid", "page"),
        ({"page": "two"}, 400, "invalid", "page"),
        ({"page_size": 501}, 400, "invalid", "500"),
        ({"order": "mrr"}, 400, "invalid", "order: There is no such field"),
    ],
)
def test_what_is_asked_wrongly_is_told_what_is_right(runs, asked, status, code, words):
    answer = Client().get(URL, asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert words in answer.json()["detail"]


def test_no_run_shows_while_scores_are_hidden(door, tmp_path):
    task = make_task("hidden", visibility="never")
    registration = make_registration(task)
    score_run(make_run(registration, tmp_path))
    own = door(registration.team.members.get())
    for client in (Client(), own):
        said = client.get("/api/v1/tasks/hidden/leaderboard/").json()
        assert (said["part"], said["count"], said["entries"]) == (None, 0, [])


def test_a_longer_leaderboard_costs_no_more_queries(
    runs, registration, tmp_path, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8) as before:
        Client().get(URL)
    for _ in range(3):
        score_run(make_run(make_registration(registration.task), tmp_path))
    with django_assert_num_queries(len(before)):
        Client().get(URL)
