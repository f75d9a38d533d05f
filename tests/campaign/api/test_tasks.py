"""What the API says of campaigns and tasks."""

import pytest
from django.test import Client

from campaign.models import DataFile, DataSet, Task
from scoring import RunRules
from tests.campaign.boards import make_large_test
from tests.campaign.factories import (
    DEADLINE,
    make_campaign,
    make_run,
    make_task,
    make_user,
    score_run,
)

pytestmark = pytest.mark.django_db


def get(path: str, **headers: str):
    answer = Client().get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 200
    return answer.json()


def test_campaigns_name_their_tasks():
    campaign = make_campaign("lifeclef")
    make_task("birdclef", campaign=campaign)
    make_task("plantclef", campaign=campaign)
    (said,) = get("campaigns/")
    assert (said["slug"], said["year"], said["tasks"]) == (
        "lifeclef",
        2017,
        ["birdclef", "plantclef"],
    )
    assert said["url"] == "http://testserver/campaigns/lifeclef/"


def test_tasks_say_whether_they_take_runs(task, registration, tmp_path, clock):
    score_run(make_run(registration, tmp_path))
    (said,) = get("tasks/")
    assert (said["slug"], said["metrics"]) == ("plantclef", ["mrr", "top_1"])
    assert (said["n_teams"], said["n_runs"]) == (1, 1)
    assert said["submission"]["open"] is True
    clock(DEADLINE)
    assert get("tasks/")[0]["submission"]["open"] is False


def test_a_task_says_what_a_program_needs(task):
    said = get("tasks/plantclef/")
    assert RunRules.from_json(said["run_rules"]) == task.run_rules
    assert said["metrics"] == ["mrr", "top_1"]
    assert said["directions"] == {"mrr": "higher", "top_1": "higher"}
    assert said["test"] == {"version": 1, "n_queries": 8, "n_classes": 6, "n_media": 16}
    assert said["limits"] == {"runs_per_team": 4, "runs_per_day": None}
    assert said["rules"]["text"] == "Play fair."
    assert said["tables"]["queries"] == "http://testserver/api/v1/tasks/plantclef/queries/"
    phases = {phase["kind"]: phase for phase in said["phases"]}
    assert list(phases) == [
        "registration",
        "training_data",
        "test_data",
        "submission",
        "results",
        "post_campaign",
    ]
    assert phases["submission"]["closes_at"] == "2017-05-08T22:00:00Z"
    assert phases["test_data"]["open"] is True
    assert phases["results"]["never"] is True


def test_data_sets_come_with_checksums_and_without_where_they_lie(task):
    data_set = DataSet.objects.create(
        task=task, slug="trusted", title="Trusted", role="training_trusted", licence="CC BY 4.0"
    )
    here = DataFile.objects.create(
        data_set=data_set, name="a.tar", size=7, sha256="0" * 64, key="data/secret/a.tar"
    )
    DataFile.objects.create(
        data_set=data_set, name="b.tar", size=8, sha256="1" * 64, url="https://x.example/b"
    )

    (said,) = get("tasks/plantclef/")["data_sets"]

    assert [file["name"] for file in said["files"]] == ["a.tar", "b.tar"]
    assert said["files"][0]["sha256"] == here.sha256
    assert said["files"][0]["url"] == "http://testserver/tasks/plantclef/data/trusted/1/a.tar"
    assert "secret" not in str(said)
    assert "x.example" not in str(said)  # who may have it is decided where it is fetched


def test_how_a_split_was_drawn_is_hidden():
    make_large_test("split", split={"column": "Usage"})
    said = get("tasks/split/")
    assert said["split"] is True
    assert "Usage" not in str(said)


def test_titles_come_in_the_readers_language():
    Task.objects.filter(pk=make_task("bilingual").pk).update(
        titles={"en": "Plants", "fr": "Plantes"}
    )
    assert get("tasks/bilingual/")["title"] == "Plants"
    assert get("tasks/bilingual/", **{"Accept-Language": "fr"})["title"] == "Plantes"


def test_a_task_without_a_test_is_shown(task):
    task.current_truth = None
    task.save()
    said = get("tasks/plantclef/")
    assert (said["test"], said["metrics"]) == (None, [])


def test_lists_cost_the_same_queries_however_long_they_are(
    task, django_assert_num_queries, django_assert_max_num_queries
):
    for path in ("tasks/", "campaigns/"):
        with django_assert_max_num_queries(5) as before:
            get(path)
        make_task()
        make_task()
        with django_assert_num_queries(len(before)):
            get(path)


def test_a_task_costs_the_same_queries_however_much_data_it_has(
    task, django_assert_num_queries, django_assert_max_num_queries
):
    def add(slug: str) -> None:
        data_set = DataSet.objects.create(task=task, slug=slug, title=slug, role="test")
        for name in ("a", "b"):
            DataFile.objects.create(
                data_set=data_set, name=name, size=1, sha256="0" * 64, url="https://x.example/"
            )

    add("one")
    with django_assert_max_num_queries(8) as before:
        get("tasks/plantclef/")
    add("two")
    add("three")
    with django_assert_num_queries(len(before)):
        get("tasks/plantclef/")


# ---------------------------------------------------------------- addresses that are none
@pytest.mark.parametrize("path", ["", "nothing/", "tasks/plantclef/nothing/", "runs/x/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_nothing_there_is_said_in_json(db, path, method):
    answer = getattr(Client(), method)(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "nowhere")
    assert "/api/docs/" in answer.json()["detail"]


def test_a_forgotten_slash_is_put_right(task):
    answer = Client().get("/api/v1/tasks/plantclef")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/tasks/plantclef/")


def test_a_wrong_method_is_said_in_json(task):
    client = Client()
    client.force_login(make_user())
    answer = client.delete("/api/v1/tasks/plantclef/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_task_that_is_none_suggests_one(task):
    for name in ("", "leaderboard/", "queries/", "sample-run/"):
        answer = Client().get(f"/api/v1/tasks/plantclfe/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_task")
        assert "Did you mean 'plantclef'?" in answer.json()["detail"]
