"""Figures of the history show what the files say, each with its source: no more, no less."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from campaign.charts import Chart, editions, lessons, methods, participation, training
from campaign.charts.boards import printed_board
from campaign.charts.participation import Narrowing
from campaign.models import PrintedRow
from campaign.reads.history import board, past, printed_rows
from campaign.reads.method_use import Popularity, printed_popularity
from campaign.services.history import load_history

pytestmark = pytest.mark.django_db

FOLDER = Path(settings.FIXTURES_DIR) / "history"
HOSTILE = "<b>🌿 Ünï" + "x" * 80
SHOWN = "&lt;b&gt;🌿 Ünï"


@pytest.fixture(autouse=True)
def history() -> None:
    load_history(folder=FOLDER)


def lines(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def traces(chart: Chart) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chart.spec["data"]
    return found


def words(chart: Chart) -> list[str]:
    return [one["text"] for one in chart.spec["layout"].get("annotations", [])]


# ---------------------------------------------------------------- editions
def test_the_line_of_scores_is_broken_wherever_the_metric_changes():
    chart = editions.performance(past().of("PlantCLEF"))

    drawn = {
        trace["name"]: dict(zip(trace["x"], trace["y"], strict=True)) for trace in traces(chart)
    }
    printed: dict[str, dict[int, float]] = {}
    for line in lines("plantclef_editions"):
        printed.setdefault(line["metric"], {})[int(line["year"])] = float(line["score_as_printed"])
    assert drawn == {
        "S score": printed["S"],
        "mAP-open": printed["mAP-open"],
        "MRR": printed["MRR"],
    }
    assert words(chart) == ["S score", "mAP-open", "MRR"]
    assert chart.title == (
        "PlantCLEF: from 0.209 to 0.667 by the S score, 2011 to 2015; then the metric changed"
    )
    assert [source for source in chart.sources if "Goëau" in source] == list(chart.sources)


def test_sizes_are_those_printed():
    images, species = traces(editions.sizes(past().of("PlantCLEF")))

    assert images["y"] == [int(line["images"]) for line in lines("plantclef_editions")]
    assert species["y"] == [int(line["species"]) for line in lines("plantclef_editions")]


def test_participants_stand_as_printed_and_what_others_count_beside_them():
    found = past()
    chart = editions.participants(found.of("PlantCLEF"), found.disagreements)

    bars, diamonds = traces(chart)
    printed = [int(line["participants_as_printed"]) for line in lines("plantclef_editions")]
    assert bars["y"] == printed
    assert dict(zip(diamonds["x"], diamonds["y"], strict=True)) == {2014: 10, 2017: 8}
    assert chart.title.endswith("for 2014, 2017 two numbers are printed")
    assert "PlantCLEF 2014 overview, abstract" in chart.sources


def test_every_contradiction_of_the_sources_is_shown_with_both():
    found = past().disagreements

    assert [(one.about, one.edition, one.one, one.other) for one in found] == [
        ("participants", "PlantCLEF 2014", 22, 10),
        ("participants", "PlantCLEF 2017", 17, 8),
        ("runs", "BirdCLEF 2014", 29, 26),
    ]
    assert all(one.one_source and one.other_source for one in found)
    assert len(editions.disagreements(found).rows) == 3


# ---------------------------------------------------------------- participation
def test_a_funnel_says_where_nobody_tells_how_many_registered():
    found = [Narrowing("PlantCLEF 2014", None, 10, 27, "a source"), Narrowing("B", 87, 10, 29)]
    chart = participation.narrowings("funnels", found)

    registered, submitted = traces(chart)
    assert (registered["x"], submitted["x"]) == ([None, 87], [10, 10])
    assert words(chart) == ["PlantCLEF 2014: ? → 10 teams, 27 runs", "B: 87 → 10 teams, 29 runs"]
    assert chart.title == "Of 87 registrations of teams, 10 led to runs"
    assert chart.sources == ["a source"]


def test_funnels_survive_nobody_and_hostile_names():
    assert participation.narrowings("funnels", []).title == "Nobody has registered yet"
    chart = participation.narrowings("funnels", [Narrowing(HOSTILE, 2, 1, 1)])
    assert words(chart)[0].startswith(SHOWN)
    assert chart.table.rows[0][0] == HOSTILE


def test_the_making_of_the_test_set_is_a_funnel_for_each_thing_counted():
    chart = participation.test_set(printed_rows("plantclef2017_test_selection"))

    selected = lines("plantclef2017_test_selection")
    for trace, name in zip(
        traces(chart), ("species", "observations", "images", "users"), strict=True
    ):
        assert trace["x"] == [int(line[name]) for line in selected]
    assert chart.title.endswith("17\u202f886 became the test of PlantCLEF 2017")


# ---------------------------------------------------------------- methods
def test_popularity_by_year_carries_its_unit_and_draws_only_what_is_said():
    birds = [one for one in printed_popularity() if one.series == "BirdCLEF"]
    chart = methods.by_year("methods", birds, methods=["deep neural network", "metadata"])

    deep, metadata = traces(chart)
    assert dict(zip(deep["x"], deep["y"], strict=True)) == {
        "2014<br>10 teams": 0.1,
        "2015<br>6 teams": 0,
    }
    assert deep["text"] == ["1/10", "0/6"]
    assert metadata["x"] == ["2014<br>10 teams"]
    printed = {
        (line["year"], line["method"]): line["n_using"]
        for line in lines("method_use")
        if line["task"] == "BirdCLEF"
    }
    assert {(row[0][-4:], row[1]): row[2] for row in chart.table.rows} == printed
    assert (
        chart.title == "BirdCLEF: deep networks in 1 of 10 teams in 2014, in 25 of 25 runs in 2019"
    )
    assert len(chart.sources) == 5


def test_one_edition_is_drawn_with_the_most_popular_first():
    (plants,) = [one for one in printed_popularity() if one.series == "PlantCLEF"]
    (drawn,) = traces(methods.of_one("methods", plants))

    assert drawn["text"][:3] == ["8/8", "7/8", "5/8"]
    assert drawn["x"] == sorted(drawn["x"], reverse=True)


def test_a_hostile_campaign_and_its_methods_are_text():
    chart = methods.of_one("x", Popularity(HOSTILE, None, "run", 2, {HOSTILE: 1}, generated=True))

    assert traces(chart)[0]["y"][0].startswith(SHOWN)
    assert chart.generated
    assert chart.sources == []


# ---------------------------------------------------------------- lessons
def test_pre_training_is_drawn_against_scratch_on_every_data_set():
    chart = lessons.transfer_learning(printed_rows("transfer_learning"))

    ends = [trace for trace in traces(chart) if trace["mode"] == "markers+text"]
    drawn = {
        (name, value) for trace in ends for name, value in zip(trace["y"], trace["x"], strict=True)
    }
    assert drawn == {
        (line["dataset"], float(line["top1_percent"])) for line in lines("transfer_learning")
    }
    assert chart.title == "Pre-training helped on 6 of 6 data sets, by 15.4 to 48.0 points"


def test_herbaria_are_compared_and_what_has_no_figure_stands_in_the_table():
    chart = lessons.herbarium_transfer(printed_rows("herbarium_transfer"))

    assert traces(chart)[0]["x"] == [0.8, 0.703, 0.745]
    assert chart.title == (
        "Herbaria 255 (Costa Rica): 0.745 after Herbaria 1K (France), 0.703 after ImageNet"
    )
    assert [row[3] for row in chart.table.rows] == ["0.800", "0.703", "0.745", "—", "—"]
    assert chart.reading.endswith("ImageNet is our reading.")


def test_costs_keep_the_words_that_were_printed():
    chart = training.training_costs(printed_rows("training_costs"))

    (bars,) = traces(chart)
    assert dict(zip(bars["text"], bars["x"], strict=True)) == pytest.approx(
        {
            "2 months": 60,
            "60 days": 60,
            "15 days": 15,
            "12 days": 12,
            "5 days": 5,
            "3 days": 3,
            "90 minutes": 0.0625,
        }
    )
    assert len(chart.table.rows) == len(lines("training_costs"))
    assert chart.title == "The longest training took 60 days: CMP, on Titan X 12 GB"


def test_distributed_training_and_the_world():
    distributed = training.distributed_training(printed_rows("distributed_training"))
    world = lessons.world_scale(printed_rows("world_scale"), [("PlantCLEF 2017", 10000)])

    assert traces(distributed)[0]["y"] == [21600, 60, 50, 40]
    assert distributed.title == (
        "ImageNet-1K from scratch: from 15 days to 40 min between January 2016 and September 2017"
    )
    assert traces(world)[0]["x"] == [10000, 265000, 300000]
    assert world.title == "PlantCLEF 2017 had 10\u202f000 species; the aim is 300\u202f000"


@pytest.mark.parametrize(
    "draw",
    [
        lessons.transfer_learning,
        lessons.herbarium_transfer,
        training.training_costs,
        training.distributed_training,
        participation.test_set,
    ],
)
def test_figures_without_a_history_still_stand(draw):
    none: list[PrintedRow] = []
    assert draw(none).spec["layout"]


# ---------------------------------------------------------------- boards
def test_a_printed_board_has_every_run_with_both_metrics():
    chart = printed_board("board", "BirdCLEF 2014", board("BirdCLEF", 2014))

    foreground, background = traces(chart)
    printed = lines("birdclef2014_runs")
    assert sorted(foreground["x"]) == sorted(float(x["map_without_background"]) for x in printed)
    assert sorted(background["x"]) == sorted(float(x["map_with_background"]) for x in printed)
    assert (foreground["name"], background["name"]) == ("MAP, foreground", "MAP")
    assert chart.title == "BirdCLEF 2014: MNB TSA first with 0.511, the next team 0.429"
    assert len({*foreground["y"]}) == len(printed)
