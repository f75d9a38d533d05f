"""The history over the API: for everybody, read only, each row with its source."""

from pathlib import Path

import pytest
from django.conf import settings

from campaign.services.history import load_history

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def history() -> None:
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")


def get(client, path: str, status: int = 200):
    answer = client.get(f"/api/v1/history/{path}")
    assert answer.status_code == status
    return answer.json()


@pytest.mark.parametrize("path", ["editions/", "participation/", "methods/", "tables/world_scale/"])
def test_every_row_has_its_source(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        rows = get(client, path)

    assert rows
    assert all(row["source"] for row in rows)


def test_an_edition_has_its_score_with_its_metric(client):
    (edition,) = [
        row
        for row in get(client, "editions/")
        if (row["series"], row["year"]) == ("PlantCLEF", 2016)
    ]
    assert (edition["score"], edition["metric"], edition["species"]) == (0.742, "mAP-open", 1000)


def test_a_board_has_the_values_in_the_order_of_its_metrics(client):
    assert [row["slug"] for row in get(client, "boards/")] == [
        "plantclef-2017",
        "birdclef-2015",
        "birdclef-2014",
    ]
    board = get(client, "boards/birdclef-2014/")
    assert board["metrics"] == ["map_foreground", "map"]
    assert board["rows"][0]["team"] == "MNB TSA"
    assert board["rows"][0]["values"] == [0.511, 0.453]
    assert board["sources"] == ["BirdCLEF 2014 overview, CEUR-WS Vol-1180, table 2"]


def test_methods_carry_their_unit(client):
    found = {(row["series"], row["year"]): row for row in get(client, "methods/?by=run")}

    assert (found["BirdCLEF", 2014]["unit"], found["BirdCLEF", 2014]["n_units"]) == ("team", 10)
    assert found["BirdCLEF", 2018]["counts"]["recurrent neural network"] == 8


def test_what_is_not_there_or_not_known_is_said(client):
    assert "world_scale" in get(client, "tables/nothing/", 404)["detail"]
    assert "nothing-2014" in get(client, "boards/nothing-2014/", 404)["detail"]
    assert "by" in get(client, "methods/?by=colour", 400)["errors"]
    assert "world_scale" in get(client, "tables/")


def test_nothing_can_be_written(client):
    assert client.post("/api/v1/history/editions/", {}).status_code in {401, 403, 405}
