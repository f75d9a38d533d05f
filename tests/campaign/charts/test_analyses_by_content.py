"""What analyses by content say, and what their figures show: a finding only where an interval says so."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import override

from campaign.charts.analyses.words import chart, finding
from campaign.reads.analyses import KINDS, Made

HOSTILE = "<b>🌿 Ünï</b>" * 7
MINUS, DASH = "\u2212", "\N{EN DASH}"


def made(kind: str, data: Any, nothing: str = "") -> Made:
    return Made(
        kind=KINDS[kind],
        data=data,
        nothing=nothing,
        n_runs=5,
        generated=False,
        made_at=datetime(2017, 5, 1, tzinfo=UTC),
        metric="macro_mrr",
        names={},
    )


def found(value: float, reach: float | None = 0.05) -> dict[str, float | None]:
    if reach is None:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": value - reach, "high": value + reach}


def organs(
    gain: float, reach: float = 0.05, n_all: int = 100, n_unread: int = 0, n_complete: int = 3
) -> Made:
    rows = [
        (["leaf"], 0.5),
        (["flower"], 0.4),
        ([HOSTILE], 0.1),
        (["flower", "leaf"], 0.7),
        ([], 0.8),
    ]
    combinations = [
        {
            "values": values,
            "n": 90 if values else n_all,
            "n_runs": 3,
            "counted": found(score),
            "left_out": found(score + 0.1),
        }
        for values, score in rows
    ]
    gains = [
        {"values": ["flower", "leaf"], "reference": ["leaf"], **found(gain, reach)},
        {"values": [], "reference": ["flower", "leaf"], **found(0.1)},
    ]
    numbers = {"n_runs": 3, "n_complete": n_complete, "n_unread": n_unread}
    data = {"metric": "mrr", "column": "Organ", "combinations": combinations, "gains": gains}
    return made("organs", data | numbers)


def species(rare: float) -> Made:
    def group(name: str, value: float) -> dict[str, Any]:
        return {
            "group": name,
            "n_runs": 2,
            "bands": [found(value), found(value - rare, None)],
            "rare": found(rare),
            "by_query": found(0.6),
            "by_class": found(0.5),
            "price": found(-0.1),
        }

    groups = [group("all", 0.4), group("trusted", 0.3), group("noisy", 0.5)]
    bands = [[0, 10], [10, 1000]]
    data = {"metric": "mrr", "bands": bands, "n_classes": [30, 30], "groups": groups}
    return made("rare-species", data)


def parts(gap: float, metric: str = "mrr") -> Made:
    values = [
        {"value": HOSTILE, "n": 40, "score": found(0.4), "gap": found(gap)},
        {"value": "", "n": 80, "score": found(0.6), "gap": found(-gap)},
    ]
    columns = [{"column": "Domain", "n_more": 3, "values": values}]
    return made("domains", {"metric": metric, "n_runs": 1, "value": 0.5, "columns": columns})


def authors(low: float) -> Made:
    histogram = {
        "edges": [0.0, 0.5, 1.0],
        "counts": [7, 13],
        "expected": [10.0, 10.0],
        "low": [6.0, 5.0],
        "high": [15.0, 14.0],
    }
    own = {
        "column": "Author",
        "n_authors": 1234,
        "n_queries": 4321,
        "spread": {"value": 0.08, "low": low, "high": 0.1},
        "least": 5,
        "histogram": histogram,
    }
    return made("authors", {"metric": "mrr", "n_runs": 2, "columns": [own]})


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (organs(0.2), "Images of flower and leaf together: +0.200 MRR against leaf alone"),
        (
            species(-0.2),
            f"Species with 0{DASH}9 training examples: {MINUS}0.200 MRR against those with 10 or more",
        ),
        (authors(0.06), "Scores differ by author: a standard deviation of 0.080 MRR beyond chance"),
    ],
)
def test_what_an_interval_says_is_a_finding(one: Made, text: str):
    said = finding(one)
    assert (said.text, said.sure) == (text, True)


def test_the_hardest_part_is_the_one_that_scores_worse_whichever_way_is_better():
    assert "🌿" in finding(parts(-0.2)).text
    assert finding(parts(0.2)).text.startswith("Hardest by domain: not said")
    assert "🌿" in finding(parts(0.2, "fungi_1")).text


@pytest.mark.parametrize("one", [species(0.01), parts(0.01), authors(-0.01)])
def test_what_no_interval_says_is_none(one: Made):
    said = finding(one)
    assert not said.sure
    assert "can be shown" in said.text


def test_where_two_images_bring_nothing_all_of_them_may():
    said = finding(organs(0.01))
    assert said.text == "All images together: +0.100 MRR against flower and leaf"


def test_kinds_of_images_are_drawn_alone_then_in_pairs_with_both_figures():
    drawn = chart(organs(0.2))
    assert drawn is not None
    counted, left_out = drawn.spec["data"]
    assert counted["y"][0] == "all images"
    assert counted["x"] == [0.8, 0.5, 0.4, 0.1, 0.7]
    assert left_out["x"] == pytest.approx([0.9, 0.6, 0.5, 0.2, 0.8])
    assert "&lt;b&gt;" in counted["y"][3]
    assert drawn.table.rows[2][0] == HOSTILE
    assert drawn.spec["layout"]["xaxis"]["title"]["text"] == "MRR (higher is better)"


def test_where_every_observation_has_every_kind_there_is_one_figure():
    drawn = chart(organs(0.2, n_all=90))
    assert drawn is not None
    assert len(drawn.spec["data"]) == 1
    assert "left out" not in drawn.reading


def test_a_gain_is_no_finding_while_image_runs_are_being_read():
    said = finding(organs(0.2, n_unread=1))
    assert (said.text, said.sure) == ("1 image run is still being read", False)


def test_each_number_of_organs_has_its_own_column():
    drawn = chart(organs(0.2))
    assert drawn is not None
    row = ["leaf", "90", "3", "0.500", "0.450", "0.550", "0.600", "0.550", "0.650"]
    assert list(drawn.table.rows[0]) == row


@pytest.mark.parametrize(
    ("n_complete", "words"),
    [
        (0, "none answers images of every kind"),
        (1, "gains are of the 1 run that answers images of every kind"),
        (2, "gains are over the 2 runs that answer images of every kind"),
    ],
)
def test_runs_without_images_of_every_kind_are_said_to_be_there(n_complete: int, words: str):
    drawn = chart(organs(0.2, n_complete=n_complete))
    assert drawn is not None
    assert words in drawn.reading


def test_where_all_runs_answer_every_kind_nothing_is_said_of_it():
    drawn = chart(organs(0.2))
    assert drawn is not None
    assert "every kind" not in drawn.reading


def test_each_kind_of_training_data_has_a_line_and_all_runs_only_a_row():
    drawn = chart(species(-0.2))
    assert drawn is not None
    assert [line["name"] for line in drawn.spec["data"]] == ["trusted · 2", "noisy · 2"]
    assert drawn.spec["data"][0]["error_y"]["array"] == [pytest.approx(0.05), "-"]
    assert [row[0] for row in drawn.table.rows] == ["all runs · 2", "trusted · 2", "noisy · 2"]
    assert f"{MINUS}0.100, {MINUS}0.150 to {MINUS}0.050" in drawn.reading
    assert "Lines are kinds of training data" in drawn.reading


def test_a_single_line_is_not_said_to_be_one_of_several():
    one = species(-0.2)
    drawn = chart(replace(one, data={**one.data, "groups": one.data["groups"][:2]}))
    assert drawn is not None
    assert [line["name"] for line in drawn.spec["data"]] == ["all runs · 2"]
    assert "Lines" not in drawn.reading


def test_words_are_of_pictures_and_recordings_alike():
    for one in (species(-0.2), authors(0.06)):
        drawn = chart(one)
        assert drawn is not None
        said = f"{drawn.title} {drawn.reading} {drawn.spec['layout']}".casefold()
        assert "training images" not in said
        assert "photograph" not in said


def test_parts_stand_by_score_with_their_intervals():
    drawn = chart(parts(-0.2))
    assert drawn is not None
    [dots] = [trace for trace in drawn.spec["data"] if trace["type"] == "scatter"]
    assert dots["x"] == [0.6, 0.4]
    assert dots["y"][0] == "not said · 80"
    assert "3 values with fewer queries are not drawn" in drawn.reading


def test_authors_are_drawn_beside_what_chance_makes_of_them():
    drawn = chart(authors(0.06))
    assert drawn is not None
    bars, chance = drawn.spec["data"]
    assert (bars["y"], chance["y"]) == ([7, 13], [10.0, 10.0])
    assert chance["error_y"]["arrayminus"] == [4.0, 5.0]
    assert "1\u202f234 authors" in drawn.reading


@pytest.mark.parametrize("one", [organs(0.2), species(-0.2), parts(-0.2), authors(0.06)])
def test_each_is_said_in_french_too(one: Made):
    with override("fr"):
        assert finding(one).text
        assert chart(one)


@pytest.mark.parametrize(
    "word",
    [
        *("no_queries", "no_kinds", "no_image_runs", "unread", "no_training_images"),
        *("one_band", "undivided", "no_authors", "few_authors", "hidden"),
    ],
)
def test_where_nothing_is_said_there_is_a_reason_and_no_figure(word: str):
    silent = made("authors", None, word)
    assert finding(silent).text.endswith(".")
    assert chart(silent) is None
