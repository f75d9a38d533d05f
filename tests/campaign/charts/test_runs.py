"""Figures of a run: what is drawn is what the reads say, and names stay text."""

from typing import Any

import pytest

from campaign.charts.runs import position_chart, subset_chart
from campaign.models import Evaluation
from campaign.models.results import Part
from campaign.reads.breakdowns import Question, SubsetTable
from campaign.reads.positions import Positions
from campaign.reads.scores import ShownScore
from scoring import Grouping

HOSTILE = "<b>🌿 Ünï</b>" * 7
DASH = "\N{EN DASH}"


def score(metric: str, value: float | None, *interval: float) -> dict[str, Any]:
    low, high = interval or (None, None)
    return {"metric": metric, "value": value, "low": low, "high": high, "n": 30, "reason": ""}


def cell(name: str, n: int, *scores: dict[str, Any]) -> dict[str, Any]:
    return {"values": [name], "n": n, "scores": list(scores)}


def table(
    *cells: dict[str, Any], cuts: tuple[int, ...] = (), guarded: bool = False, metric: str = "mrr"
) -> SubsetTable:
    question = Question(Evaluation(), Part.ALL, "by", (Grouping("Organ", cuts),), guarded)
    metrics = [metric, *(["top_1"] if len(cells[0]["scores"]) > 1 else [])]
    values = [[own["values"][0] for own in cells]]
    return SubsetTable.of(question, {"metrics": metrics, "values": values, "cells": list(cells)})


THREE = (
    cell("bark", 30, score("mrr", 0.5, 0.4, 0.625), score("top_1", 0.25)),
    cell(HOSTILE, 80, score("mrr", 0.75, 0.7, 0.8), score("top_1", 0.5)),
    cell("", 40, score("mrr", 0.6), score("top_1", None)),
)


def drawn(chart) -> tuple[dict[str, Any], dict[str, Any]]:
    spec = chart.spec
    return spec["data"][0], spec["layout"]


def test_bars_are_the_scores_with_their_intervals_most_queries_first():
    chart = subset_chart(table(*THREE))
    assert chart is not None
    bars, layout = drawn(chart)
    assert bars["x"] == [0.75, 0.6, 0.5]
    assert bars["error_x"]["array"] == [pytest.approx(0.05), "-", pytest.approx(0.125)]
    assert bars["error_x"]["arrayminus"] == [pytest.approx(0.05), "-", pytest.approx(0.1)]
    assert layout["xaxis"]["range"] == [0, 1]
    assert layout["xaxis"]["title"]["text"] == "MRR (higher is better)"
    assert chart.title.startswith("MRR by organ: 0.500 (bark) to 0.750 (<b>🌿")


def test_names_of_values_are_cut_and_escaped_for_plotly_and_whole_in_the_table():
    chart = subset_chart(table(*THREE))
    assert chart is not None
    labels = drawn(chart)[1]["yaxis"]["ticktext"]
    assert labels == [
        "&lt;b&gt;🌿 Ünï&lt;/b&gt;&lt;b&gt;🌿 Ün … · 80",
        "not said · 40",
        "bark · 30",
    ]
    assert chart.table.rows[0][0] == HOSTILE


def test_the_table_has_every_metric_and_why_there_is_none():
    chart = subset_chart(table(*THREE))
    assert chart is not None
    assert list(chart.table.head) == ["Organ", "Queries", "MRR", "Top 1"]
    assert chart.table.rows[2] == ["bark", "30", f"0.500 0.400{DASH}0.625", "0.250"]
    assert chart.table.rows[1] == ["not said", "40", "0.600", "\N{EM DASH}"]


def test_the_whole_test_is_a_line():
    whole = ShownScore("mrr", 0.61, 0.6, 0.62, 150, "")
    chart = subset_chart(table(*THREE), whole)
    assert chart is not None
    assert [line["x0"] for line in drawn(chart)[1]["shapes"]] == [0.61]
    assert "the whole test, 0.610" in chart.reading


def test_a_cell_that_is_withheld_is_in_no_bar():
    small = (cell("bark", 3, score("mrr", 0.1)), cell("leaf", 25, score("mrr", 0.2)))
    big = cell("fruit", 90, score("mrr", 0.9))
    chart = subset_chart(table(*small, big, guarded=True))
    assert chart is not None
    assert drawn(chart)[0]["x"] == [0.9]
    assert "0.1" not in str(chart.spec["data"])
    assert ["bark", "fewer than 20", "\N{EM DASH}"] in chart.table.rows
    assert subset_chart(table(*small, guarded=True)) is None


def test_of_many_values_those_with_most_queries_are_drawn_and_the_others_counted():
    cells = [cell(f"v{i}", i, score("mrr", i / 50)) for i in range(1, 41)]
    chart = subset_chart(table(*cells), most=30)
    assert chart is not None
    assert len(drawn(chart)[0]["x"]) == len(chart.table.rows) == 30
    assert "10 values with fewer queries are not drawn." in chart.reading
    assert chart.title == "MRR by organ, the 30 with most queries: 0.220 (v11) to 0.800 (v40)"


def test_costs_fall_and_reach_as_far_as_they_are():
    chart = subset_chart(table(cell("a", 30, score("fungi_2", 12.0, 10.0, 15.0)), metric="fungi_2"))
    assert chart is not None
    assert drawn(chart)[1]["xaxis"]["range"] == [0, 15]
    assert drawn(chart)[1]["xaxis"]["title"]["text"] == "FungiCLEF track 2 (lower is better)"
    assert chart.title == "FungiCLEF track 2 by organ"


# ---------------------------------------------------------------- positions
COUNTED = {
    "counts": [[0, 7], [1, 50], [2, 5], [5, 4], [6, 3], [51, 2], [100, 1]],
    "n_unanswered": 3,
    "n_left_out": 2,
    "median": 1.0,
    "coverage": 0.9,
    "n_queries": 74,
}


def test_positions_are_counted_in_bands_and_what_is_nowhere_twice():
    positions = Positions.of(COUNTED)
    assert [(band.name, band.n) for band in positions.bands] == [
        ("1", 50),
        (f"2{DASH}5", 9),
        (f"6{DASH}10", 3),
        (f"11{DASH}50", 0),
        (f"51{DASH}100", 3),
    ]
    assert (positions.n_missed, positions.n_unanswered, positions.n) == (4, 3, 72)


def test_a_position_beyond_a_hundred_has_a_band_of_its_own():
    positions = Positions.of({**COUNTED, "counts": [[1, 1], [300, 2]], "n_unanswered": 0})
    assert [(band.name, band.n) for band in positions.bands][-1] == ("101+", 2)


def test_the_histogram_has_a_bar_for_each_count():
    chart = position_chart(Positions.of(COUNTED))
    assert chart is not None
    assert drawn(chart)[0]["x"] == [50, 9, 3, 0, 3, 4, 3]
    assert chart.title == "The right class stands first in 69.4\u202f% of the queries"
    assert chart.table.rows[-2:] == [
        ["not among", "4", "5.6\u202f%"],
        ["no answer", "3", "4.2\u202f%"],
    ]


def test_without_a_right_class_there_is_nothing_to_draw():
    nothing = {**COUNTED, "counts": [], "n_unanswered": 0}
    assert position_chart(Positions.of(nothing)) is None
