"""The public tables and the sample run: when they show, to whom, and that nothing else does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.models import Phase
from campaign.models.tasks import Task
from scoring import RunRules, check_run, read_test_set, sample_run
from tests.campaign.factories import (
    CLASSES,
    MEDIA,
    NOW,
    QUERIES,
    make_campaign,
    make_task,
    make_truth,
    make_user,
)

pytestmark = pytest.mark.django_db

TABLES = {"classes": CLASSES, "queries": QUERIES, "media": MEDIA}


def address(name: str, slug: str = "plantclef") -> str:
    return f"/api/v1/tasks/{slug}/{name}/"


def body(answer) -> str:
    """Return what was sent; reading to the end closes the file, as a server does."""
    return b"".join(answer).decode()


def etag_of(name: str) -> str:
    answer = Client().get(address(name))
    body(answer)
    etag: str = answer["ETag"]
    return etag


def status_of(client: Client, path: str) -> int:
    answer = client.get(path)
    body(answer)
    return answer.status_code


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_as_it_was_published(task, name):
    for accept in ("text/csv", "*/*", "application/json"):
        answer = Client().get(address(name), headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert body(answer) == TABLES[name]


def test_a_table_is_sent_again_only_when_it_has_changed(task):
    etag = etag_of("queries")

    same = Client().get(address("queries"), headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)

    task.current_truth = make_truth(task, ["mrr"], {"queries.csv": QUERIES + "q8;photo\n"})
    task.save()
    changed = Client().get(address("queries"), headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag
    assert body(changed) == QUERIES + "q8;photo\n"


def test_the_etag_says_nothing_of_the_ground_truth(task):
    """A version that differs only in what is hidden must not show."""
    etags = [etag_of(name) for name in TABLES]
    task.current_truth = make_truth(task, ["mrr"], {"ground_truth.csv": "QueryId;ClassId\nq0;c5\n"})
    task.save()
    assert [etag_of(name) for name in TABLES] == etags


def test_what_is_hidden_has_no_address(task):
    for name in ("ground_truth", "ground_truth.csv", "..%2Fground_truth", "truth"):
        assert Client().get(address(name)).status_code == 404


@pytest.mark.parametrize("name", [*TABLES, "sample-run"])
def test_nothing_shows_before_the_test_data_does(door, task, clock, name):
    Phase.objects.create(task=task, kind="test_data", opens_at=NOW + timedelta(days=1))
    for client in (Client(), door(make_user())):
        answer = client.get(address(name))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_public_yet")
        assert "becomes public on 2 May 2017, 12:00 UTC" in answer.json()["detail"]
    assert status_of(door(make_user(is_staff=True)), address(name)) == 200

    clock(NOW + timedelta(days=1))
    assert status_of(Client(), address(name)) == 200


def test_organisers_of_the_task_read_it_before(door):
    organiser = make_user()
    task = make_task(
        campaign=make_campaign(organiser=organiser),
        phases={"test_data": (NOW + timedelta(days=1), None)},
    )
    assert status_of(door(organiser), address("queries", task.slug)) == 200


def test_a_task_without_images_has_no_media(task):
    truth = make_truth(task, ["mrr"], {"media.csv": ""})
    task.current_truth = truth
    task.save()
    answer = Client().get(address("media"))
    assert (answer.status_code, answer.json()["code"]) == (404, "no_table")


# ---------------------------------------------------------------- the sample run
SEGMENTS = {
    "queries.csv": "QueryId\nr1/00:00:00-00:00:05\nr1/00:00:05-00:00:10\n",
    "ground_truth.csv": "QueryId;ClassId\nr1/00:00:00-00:00:05;c0\n",
    "media.csv": "",
}


def odd_ids() -> dict[str, str]:
    return {
        "classes.csv": 'ClassId\n"a;b"\n"say ""x"""\nc,d\n',
        "queries.csv": 'QueryId\n"q;1"\n007\nNA\n',
        "ground_truth.csv": 'QueryId;ClassId\n"q;1";"a;b"\n',
        "media.csv": "",
    }


SAMPLES: dict[str, dict[str, Any]] = {
    "ranked": {},
    "one prediction": {"rules": {"max_predictions_per_query": 1}},
    "all queries": {"rules": {"missing_queries": "reject"}},
    "segment": {"shape": "segment", "files": SEGMENTS},
    "odd ids": {"files": odd_ids()},
}


@pytest.mark.parametrize("case", SAMPLES)
def test_a_sample_run_is_a_valid_run(case, tmp_path, private_files):
    task = make_task("sample", **SAMPLES[case])

    answer = Client().get(address("sample-run", "sample"))

    run = tmp_path / "sample.csv"
    run.write_bytes(answer.content)
    report = check_run(run, public_side_of(task, private_files), task.run_rules)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="sample-sample-run.csv"'
    assert report.problems == ()
    assert report.n_queries >= 2
    assert report.header


def test_a_sample_of_an_image_run_is_valid_too(task, tmp_path, private_files):
    test_set = public_side_of(task, private_files)
    run = tmp_path / "sample.csv"
    run.write_text(sample_run(test_set, task.run_rules, kind="image_run"))
    assert check_run(run, test_set, task.run_rules, kind="image_run").problems == ()


def test_a_sample_is_small(task, private_files):
    test_set = public_side_of(task, private_files)
    assert len(sample_run(test_set, RunRules("ranked")).splitlines()) <= 31


def test_a_sample_of_sets_and_of_labels(task, private_files):
    """Sets and labels are written here before they are scored here: their form is fixed."""
    test_set = public_side_of(task, private_files)
    lines = sample_run(test_set, RunRules("set")).splitlines()
    assert lines[:2] == ["QueryId;ClassIds", "q0;[c0, c1, c2]"]
    lines = sample_run(test_set, RunRules("label")).splitlines()
    assert lines == ["QueryId;ClassId", *(f"q{i};c{i % 6}" for i in range(8))]


def public_side_of(task: Task, private_files):
    assert task.current_truth is not None
    return read_test_set(private_files / task.current_truth.folder)
