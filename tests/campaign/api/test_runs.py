"""Runs over HTTP: who reads which, and what a team may still do with its own."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.models import Run
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db


def address(run: Run, more: str = "") -> str:
    return f"/api/v1/runs/{run.pk}/{more}"


def test_a_scored_run_says_all_of_itself(door, captain, registration, tmp_path):
    run = score_run(
        make_run(
            registration,
            tmp_path,
            ranked_lines(6),
            name="two views",
            description={"architectures": ["ResNet-50"]},
            image_content="m0;c0;0.9\nm1;c0;0.8\n",
        )
    )
    score_run(run.image_run)

    said = door(captain).get(address(run)).json()

    assert said["scores"] == {"mrr": 0.75, "top_1": 0.75}
    assert (said["id"], said["task"], said["number"], said["rank"]) == (run.pk, "plantclef", 1, 1)
    assert (said["state"], said["name"], said["team"]) == (
        "scored",
        "two views",
        registration.team.name,
    )
    assert said["description"] == {"architectures": ["ResNet-50"]}
    assert (said["problems"], said["undefined"]) == ([], {})
    assert said["scores_visible"] is True
    assert said["url"] == f"http://testserver/runs/{run.pk}/"
    assert said["file"]["sha256"] == run.content_sha256
    assert said["image_run"]["state"] == "scored"
    assert said["image_run"]["scores"].keys() == {"mrr", "top_1"}


def test_a_rejected_run_names_every_line(door, captain, registration, tmp_path):
    run = score_run(make_run(registration, tmp_path, "q0;c0;0.5\nq99;c1;0.5\nq1;c77;0.5\n"))

    said = door(captain).get(address(run)).json()

    assert (said["state"], said["scores"], said["rank"]) == ("rejected", {}, None)
    assert sorted(problem["lines"] for problem in said["problems"]) == [[2], [3]]
    assert all(problem["message"] and problem["count"] == 1 for problem in said["problems"])


def test_a_failed_run_does_not_say_what_failed(door, captain, registration, tmp_path):
    run = make_run(registration, tmp_path)
    run.evaluations.update(state="failed", finished_at=NOW, failure="/srv/secret is full")
    answer = door(captain).get(address(run))
    assert answer.json()["state"] == "failed"
    assert "secret" not in answer.content.decode()


def test_a_run_is_nobody_elses_business_until_its_score_is_public(
    door, registration, tmp_path, clock
):
    task = make_task("hidden", visibility="never", phases={"results": (DEADLINE, None)})
    run = score_run(make_run(make_registration(task), tmp_path))
    other = make_user()
    for client in (Client(), door(other)):
        answer = client.get(address(run))
        assert (answer.status_code, answer.json()["code"]) == (404, "no_run")

    clock(DEADLINE)

    said = Client().get(address(run)).json()
    assert said["scores"] == {"mrr": 1, "top_1": 1}
    assert (said["file"], said["problems"], said["warnings"]) == (None, [], [])


def test_an_own_run_shows_no_hidden_score(door, tmp_path):
    registration = make_registration(make_task(visibility="never"))
    run = score_run(make_run(registration, tmp_path))
    said = door(registration.team.members.get()).get(address(run)).json()
    assert (said["state"], said["scores"], said["scores_visible"]) == ("scored", {}, False)
    assert (said["rank"], said["intervals"], said["undefined"]) == (None, {}, {})


def test_organisers_see_hidden_scores(door, tmp_path):
    organiser = make_user()
    task = make_task(campaign=make_campaign(organiser=organiser), visibility="never")
    run = score_run(make_run(make_registration(task), tmp_path))
    assert door(organiser).get(address(run)).json()["scores"] == {"mrr": 1, "top_1": 1}


@pytest.mark.parametrize("number", [0, 10**6, 10**30])
def test_a_run_that_is_none(door, captain, number):
    assert door(captain).get(f"/api/v1/runs/{number}/").status_code == 404


# ---------------------------------------------------------------- the list
def test_a_team_lists_its_own_runs(door, captain, registration, tmp_path):
    make_run(make_registration(registration.task), tmp_path)
    for salt in ("", "+"):
        make_run(registration, tmp_path, ranked_lines(salt=salt))
    runs = door(captain).get("/api/v1/tasks/plantclef/runs/").json()
    assert [run["number"] for run in runs] == [2, 1]


def test_a_list_costs_the_same_queries_however_long_it_is(
    door, captain, registration, tmp_path, django_assert_num_queries, django_assert_max_num_queries
):
    client = door(captain)
    url = "/api/v1/tasks/plantclef/runs/"
    score_run(make_run(registration, tmp_path, image_content="m0;c0;0.9\n"))
    client.get(url)  # the token's use is noted once
    with django_assert_max_num_queries(20) as before:
        client.get(url)
    for salt in ("+", "++"):
        score_run(
            make_run(
                registration, tmp_path, ranked_lines(salt=salt), image_content=f"m0;c0;0.{salt}9\n"
            )
        )
    with django_assert_num_queries(len(before)):
        client.get(url)


# ---------------------------------------------------------------- the file
def test_the_file_comes_back_as_it_was_sent(door, captain, registration, tmp_path):
    for data in (ranked_lines().encode(), gzip.compress(ranked_lines(5).encode())):
        run = make_run(registration, tmp_path, data)
        answer = door(captain).get(address(run, "file/"), headers={"Accept": "text/csv"})
        assert b"".join(answer.streaming_content) == data
        assert int(answer["Content-Length"]) == len(data)
        assert answer["Content-Disposition"] == 'attachment; filename="run.csv"'
        assert answer["Cache-Control"] == "private, no-store"


def test_the_file_is_for_the_team_and_the_organisers(door, tmp_path):
    organiser = make_user()
    task = make_task(campaign=make_campaign(organiser=organiser))
    run = score_run(make_run(make_registration(task), tmp_path))
    others = make_registration(task).team.members.get()
    url = address(run, "file/")
    for client in (door(organiser), door(make_user(is_staff=True))):
        answer = client.get(url)
        assert (answer.status_code, b"".join(answer)) == (200, ranked_lines().encode())
    assert door(others).get(url).status_code == 404
    assert Client().get(url).status_code == 401


def test_a_fault_of_ours_is_json_too(door, captain, registration, tmp_path, private_files):
    run = make_run(registration, tmp_path)
    (private_files / run.file_key).unlink()
    client = door(captain)
    client.raise_request_exception = False
    answer = client.get(address(run, "file/"))
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert run.file_key not in answer.content.decode()


# ---------------------------------------------------------------- afterwards
def patch(client: Client, run: Run, body: object) -> tuple[int, dict[str, Any]]:
    answer = client.patch(address(run), json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_description_is_replaced_until_the_deadline(door, captain, registration, tmp_path, clock):
    run = make_run(registration, tmp_path, description={"n_networks": 2})
    client = door(captain)

    status, said = patch(client, run, {"description": {"automatic": True}})
    assert (status, said["description"]) == (200, {"automatic": True})

    clock(DEADLINE)
    status, said = patch(client, run, {"description": {}})
    assert (status, said["code"]) == (403, "closed")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"description": {"n_network": 2}}, 422, "bad_description"),
        ({"description": []}, 400, "invalid"),
        ({"description": {}, "name": "new"}, 400, "invalid"),
        ({}, 400, "invalid"),
        ([], 400, "invalid"),
    ],
)
def test_a_wrong_description_changes_nothing(
    door, captain, registration, tmp_path, body, status, code
):
    run = make_run(registration, tmp_path, description={"n_networks": 2})
    found, said = patch(door(captain), run, body)
    assert (found, said["code"]) == (status, code)
    assert "non_field" not in said["detail"]
    assert Run.objects.get().description == {"n_networks": 2}


@pytest.mark.parametrize("body", ["{", "[" * 100_000])
def test_what_is_no_json_is_no_fault_of_ours(door, captain, registration, tmp_path, body):
    run = make_run(registration, tmp_path)
    answer = door(captain).patch(address(run), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_others_change_nothing(door, registration, tmp_path):
    run = score_run(make_run(registration, tmp_path))
    other = door(make_registration(registration.task).team.members.get())
    status, said = patch(other, run, {"description": {}})
    assert (status, said["code"]) == (403, "not_own_team")
    assert other.post(address(run, "withdrawal/")).json()["code"] == "not_own_team"
    assert patch(Client(), run, {"description": {}})[0] == 401
    assert Client().post(address(run, "withdrawal/")).status_code == 401
    assert Run.objects.get().standing == "active"


def test_a_run_is_withdrawn_once(door, captain, registration, tmp_path):
    run = make_run(registration, tmp_path)
    client = door(captain)
    body = json.dumps({"reason": "wrong file"})
    url = address(run, "withdrawal/")

    said = client.post(url, body, content_type="application/json").json()
    assert (said["state"], said["standing_reason"]) == ("withdrawn", "wrong file")

    again = client.post(url, body, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "not_active")


def test_a_withdrawal_may_come_without_a_word(door, captain, registration, tmp_path):
    run = make_run(registration, tmp_path)
    answer = door(captain).post(address(run, "withdrawal/"))
    assert answer.json()["state"] == "withdrawn"


def test_baselines_and_late_runs_are_marked(door, tmp_path):
    task = make_task(phases={"post_campaign": (DEADLINE, None)}, visibility="live")
    base = score_run(
        make_run(make_registration(task, make_team(organisers=True)), tmp_path, ranked_lines(5))
    )
    late = score_run(
        make_run(make_registration(task), tmp_path, at=DEADLINE + timedelta(seconds=1))
    )
    assert Client().get(address(base)).json()["baseline"] is True
    assert Client().get(address(late)).json()["late"] is True
