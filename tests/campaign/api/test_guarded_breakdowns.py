"""Tables by columns while labels are hidden: nothing in them tells the label of a query."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client

from campaign.models import Breakdown, Run, User
from campaign.reads import breakdowns as reads
from tests.campaign.factories import (
    DEADLINE,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_user,
    score_run,
)

pytestmark = pytest.mark.django_db

N = 60
DOMAINS = ["photo"] * 30 + ["sheet"] * 25 + ["scan"] * 5
TABLES = {
    "queries.csv": "QueryId;Domain;Place\n"
    + "".join(f"q{i};{domain};place{i}\n" for i, domain in enumerate(DOMAINS)),
    "media.csv": "MediaId;QueryId;Organ\n"
    + "".join(f"m{i};q{i};{('leaf', 'flower')[i % 2]}\n" for i in range(N)),
    "ground_truth.csv": "QueryId;ClassId\n" + "".join(f"q{i};c{i % 6}\n" for i in range(N)),
}
BANDS = {"column": "TrainImages", "bands": [10, 100]}


@pytest.fixture
def organiser() -> Client:
    client = Client()
    client.force_login(make_user("organiser"))
    return client


def make(
    tmp_path: Path, organiser: Client, subsets: list[Any], files: dict[str, str] | None = None
) -> Run:
    person = get_user(organiser)
    assert isinstance(person, User)
    task = make_task(
        "guarded",
        campaign=make_campaign("lab", organiser=person),
        subsets=subsets,
        files=TABLES | (files or {}),
        phases={"results": (DEADLINE, None)},
    )
    content = "".join(
        f"q{i};c{(i + (i % 5 == 0)) % 6};0.9\nq{i};c{(i + 2) % 6};0.1\n" for i in range(N)
    )
    return score_run(make_run(make_registration(task), tmp_path, content))


def asked(run: Run, client: Client | None = None, **query: str):
    return (client or Client()).get(f"/api/v1/runs/{run.pk}/subsets/", query)


def test_a_small_cell_shows_neither_scores_nor_size_and_says_why(tmp_path, organiser):
    run = make(tmp_path, organiser, ["Domain"])
    photo, scan, sheet = asked(run).json()["cells"]
    assert (photo["values"], photo["n"], photo["scores"]["top_1"]) == (["photo"], 30, 0.8)
    for cell, why in ((scan, "fewer than 20"), (sheet, "what is left of the total")):
        assert cell["n"] is None
        assert cell["scores"] == {"mrr": None, "top_1": None}
        assert cell["intervals"] == {}
        assert why in cell["undefined"]["mrr"]

    page = Client().get(f"/runs/{run.pk}/subsets/").content.decode()
    assert "fewer than 20</span>" in page
    assert "not shown</span>" in page
    assert "0.800" in page  # what is made is kept whole, and shows to organisers
    assert [cell["n"] for cell in asked(run, organiser).json()["cells"]] == [30, 5, 25]
    assert Breakdown.objects.count() == 1


def test_small_cells_show_with_the_results(tmp_path, organiser, clock):
    run = make(tmp_path, organiser, ["Domain", "Organ"])
    assert {cell["n"] for cell in asked(run, by="Domain+Organ").json()["cells"]} == {None}
    page = Client().get(f"/runs/{run.pk}/subsets/", {"by": "Domain+Organ"}).content.decode()
    assert "fewer than 20</span>" in page
    assert "0.800" not in page
    clock(DEADLINE)
    assert {cell["n"] for cell in asked(run, by="Domain+Organ").json()["cells"]} == {
        15,
        12,
        13,
        2,
        3,
    }


def test_a_released_truth_shows_small_cells(tmp_path, organiser):
    run = make(tmp_path, organiser, ["Domain", "Family"])
    task = run.registration.task
    task.truth_released = True
    task.save()
    said = asked(run).json()
    assert "Domain+Family" in said["choices"]
    assert [cell["n"] for cell in said["cells"]] == [30, 5, 25]


def test_columns_of_the_classes_are_not_crossed(tmp_path, organiser):
    run = make(tmp_path, organiser, ["Domain", "Place", "Family", BANDS])
    single = ["Domain", "Place", "Family", "TrainImages=10,100"]
    assert asked(run).json()["choices"] == [*single, "Domain+Place"]
    assert len(asked(run, organiser).json()["choices"]) == 10
    for by in ("Place+Family", "Domain+TrainImages=10,100"):
        assert asked(run, by=by).status_code == 400
        assert Client().get(f"/runs/{run.pk}/subsets/", {"by": by}).status_code == 404
        assert asked(run, organiser, by=by).status_code == 200
        assert asked(run, by=by).status_code == 400  # nor when it is kept
    assert {cell["n"] for cell in asked(run, by="Place").json()["cells"]} == {None}


def test_small_values_of_classes_are_not_even_named(tmp_path, organiser):
    """Whether few queries are of a family, or none, is which classes the test has."""
    run = make(tmp_path, organiser, ["Family", BANDS, "Species"])
    assert [(c["values"], c["n"]) for c in asked(run).json()["cells"]] == [
        (["Family0"], 40),
        (["Family1"], 20),
    ]
    bands = asked(run, by="TrainImages=10,100").json()["cells"]
    assert [(c["values"], c["n"]) for c in bands] == [(["100+"], 30)]
    assert asked(run, by="Species").json()["cells"] == []
    page = Client().get(f"/runs/{run.pk}/subsets/", {"by": "Species"}).content.decode()
    assert "No value has 20 queries or more" in page
    assert "species0" not in page


def test_ids_part_nothing_for_nobody(tmp_path, organiser):
    run = make(tmp_path, organiser, ["ClassId", "QueryId", "MediaId", "Domain"])
    for client in (Client(), organiser):
        assert asked(run, client).json()["choices"] == ["Domain"]
        task = client.get("/api/v1/tasks/guarded/").json()
        assert task["subsets"] == ["Domain"]


def test_a_hidden_column_is_hidden_whatever_it_is_called(tmp_path, organiser):
    files = {
        "ground_truth.csv": "QueryId;ClassId;Domain+Organ\n"
        + "".join(f"q{i};c{i % 6};SECRET{i % 2}\n" for i in range(N))
    }
    run = make(tmp_path, organiser, ["Domain+Organ", "Domain", "Organ"], files)
    page = organiser.get(f"/runs/{run.pk}/subsets/", {"by": "Domain+Organ"})
    assert "SECRET" in page.content.decode()  # the first of this name is the column
    assert asked(run).json()["choices"] == ["Domain", "Organ", "Domain+Organ"]
    assert "SECRET" not in asked(run, by="Domain+Organ").content.decode()


def test_a_column_that_the_scored_truth_lacks_parts_nothing(tmp_path, organiser):
    """A truth that waits for its runs to be scored anew may have other columns."""
    run = make(tmp_path, organiser, ["Domain", "New"])
    for client in (Client(), organiser):
        assert asked(run, client).json()["choices"] == ["Domain"]
        assert asked(run, client, by="New").status_code == 400
        assert client.get(f"/runs/{run.pk}/").status_code == 200


def test_without_a_truth_a_task_has_no_columns(organiser):
    task = make_task("bare", subsets=["Domain"])
    task.current_truth = None
    task.save()
    assert Client().get("/api/v1/tasks/bare/").json()["subsets"] == []


def test_a_table_that_nobody_reads_is_not_made(tmp_path, organiser, monkeypatch):
    run = make(tmp_path, organiser, ["Place", "Domain", "Organ"])
    monkeypatch.setattr(reads, "MOST_VALUES", 59)
    assert asked(run, organiser).json()["choices"] == ["Domain", "Organ", "Domain+Organ"]
    monkeypatch.setattr(reads, "MOST_VALUES", 60)
    monkeypatch.setattr(reads, "MOST_CELLS", 120)
    choices = asked(run, organiser).json()["choices"]
    assert choices == ["Place", "Domain", "Organ", "Place+Organ", "Domain+Organ"]


def test_head_makes_nothing(tmp_path, organiser):
    run = make(tmp_path, organiser, ["Domain"])
    api, page = f"/api/v1/runs/{run.pk}/", f"/runs/{run.pk}/"
    names = ("subsets/", "classes/", "confusions/")
    assert [organiser.head(api + name).status_code for name in names] == [503] * 3
    assert [organiser.head(page + name).status_code for name in names] == [202] * 3
    assert organiser.head(f"{api}class-table/").status_code == 503
    assert not Breakdown.objects.exists()
    assert organiser.get(f"{page}subsets/").status_code == 200
    assert organiser.head(f"{page}subsets/").status_code == 200
    assert organiser.head(f"{api}subsets/").status_code == 200


def test_nobody_else_keeps_what_one_person_may_see(tmp_path, organiser):
    run = make(tmp_path, organiser, ["Domain"])
    for address in (
        "/",
        f"/runs/{run.pk}/",
        f"/runs/{run.pk}/classes/",
        "/runs/0/",
        f"/api/v1/runs/{run.pk}/",
        f"/api/v1/runs/{run.pk}/subsets/",
        f"/api/v1/runs/{run.pk}/class-table/",
        "/api/v1/tasks/guarded/leaderboard/",
    ):
        assert organiser.get(address)["Cache-Control"] == "private, no-cache", address
    assert "no-store" in Client().get("/healthz")["Cache-Control"]  # its own word stands
