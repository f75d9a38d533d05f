"""A run's scores in parts over the API: what the page says, and no sooner."""

import csv
import io

import pytest
from django.test import Client

from campaign.models import Run
from tests.campaign.factories import (
    DEADLINE,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path) -> Run:
    task = make_task(
        "parts",
        metrics=["top_1", "mrr@Domain=sheet"],
        subsets=["Domain", {"column": "TrainImages", "bands": [10, 100]}],
        phases={"results": (None, None)},
    )
    return score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))


def get(run: Run, name: str, client: Client | None = None, **query: str):
    return (client or Client()).get(f"/api/v1/runs/{run.pk}/{name}/", query)


def test_the_first_table_and_the_names_of_all(run):
    said = get(run, "subsets").json()
    assert (said["by"], said["part"], said["columns"]) == ("Domain", "all", ["Domain"])
    assert said["choices"] == ["Domain", "TrainImages=10,100", "Domain+TrainImages=10,100"]
    assert said["metrics"] == ["top_1", "mrr"]  # a metric's own subset is another question
    assert [(c["values"], c["n"], c["scores"]) for c in said["cells"]] == [
        (["photo"], 4, {"top_1": 0.75, "mrr": 0.75}),
        (["sheet"], 4, {"top_1": 0.75, "mrr": 0.75}),
    ]


def test_a_cross_table_is_in_the_first_metric_and_has_no_empty_cells(run):
    said = get(run, "subsets", by="Domain+TrainImages=10,100").json()
    assert said["columns"] == ["Domain", "TrainImages"]
    assert [tuple(cell["values"]) for cell in said["cells"]] == [
        ("photo", "<10"),
        ("photo", "10-99"),
        ("photo", "100+"),
        ("sheet", "10-99"),
        ("sheet", "100+"),
    ]
    assert all(list(cell["scores"]) == ["top_1"] for cell in said["cells"])


def test_what_is_no_column_is_said_with_what_there_is(run):
    refused = get(run, "subsets", by="Colour")
    assert (refused.status_code, refused.json()["code"]) == (400, "no_column")
    assert "TrainImages=10,100" in refused.json()["detail"]
    refused = get(run, "classes", sort="size")
    assert (refused.status_code, refused.json()["code"]) == (400, "no_column")
    assert "top_1" in refused.json()["detail"]


def test_classes_come_in_pages_sorted_and_searched(run):
    said = get(run, "classes", page_size="4", sort="class").json()
    assert (said["count"], said["figures"]) == (6, ["mrr", "top_1"])
    assert [one["name"]["id"] for one in said["classes"]] == ["c0", "c1", "c2", "c3"]
    first = said["classes"][0]
    assert (first["n"], first["train_images"], first["figures"]) == (2, 5, [0.5, 0.5])
    assert first["instead"] == {"id": "c1", "species": "Genus0 species1", "family": "Family0"}
    second = Client().get(said["next"]).json()
    assert [one["name"]["id"] for one in second["classes"]] == ["c4", "c5"]
    assert second["next"] is None
    found = get(run, "classes", search="species4").json()["classes"]
    assert [(one["name"]["id"], one["instead"], one["n_instead"]) for one in found] == [
        ("c4", None, 0)
    ]
    assert get(run, "classes", page="9").status_code == 404


def test_the_whole_table_is_a_file(run):
    answer = get(run, "class-table")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="run-{run.pk}-classes.csv"' in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode()), delimiter=";"))
    assert len(rows) == 6
    assert rows[0] == {
        "ClassId": "c0",
        "Species": "Genus0 species0",
        "Queries": "2",
        "TrainImages": "5",
        "mrr": "0.5",
        "top_1": "0.5",
        "Instead": "c1",
        "Times": "1",
    }


def test_confusions_say_how_many_of_how_many(run):
    said = get(run, "confusions").json()
    assert said["count"] == 2
    assert [
        (c["right"]["id"], c["instead"]["id"], c["n"], c["of"]) for c in said["confusions"]
    ] == [
        ("c0", "c1", 1, 2),
        ("c1", "c2", 1, 2),
    ]


def test_positions_say_in_how_many_queries_the_right_class_stands_where(run):
    said = get(run, "positions").json()
    assert (said["run"], said["part"], said["n_queries"]) == (run.pk, "all", 8)
    assert said["bands"][0] == {"first": 1, "last": 1, "n": 6}
    stand = sum(band["n"] for band in said["bands"])
    assert stand + said["n_missed"] + said["n_unanswered"] + said["n_left_out"] == 8
    assert (said["median"], said["coverage"]) == (1.0, 1.0)


def test_nothing_of_a_run_that_is_nobodys_business_or_does_not_show_yet(tmp_path):
    task = make_task(subsets=["Domain"], phases={"results": (DEADLINE, None)}, visibility="never")
    member = make_user()
    registration = make_registration(task, make_team("Flora", captain=member))
    run = score_run(make_run(registration, tmp_path))
    client = Client()
    client.force_login(member)
    for name in ("subsets", "positions", "classes", "class-table", "confusions"):
        assert get(run, name).json()["code"] == "no_run"
        refused = get(run, name, client)
        expected = "no_table" if name in {"subsets", "positions"} else "not_public_yet"
        assert (refused.status_code, refused.json()["code"]) == (404, expected)
