"""Analyses in words and figures: what is called a finding, and what is not."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest
from django.utils.translation import override

from campaign.charts.analyses.computing import COMPUTED
from campaign.charts.analyses.words import DRAWINGS, chart, finding
from campaign.reads.analyses import KINDS, Made
from campaign.reads.factors import WITHOUT

HOSTILE = "<b>🌿 Ünï</b>" * 7
MINUS = "\u2212"


def made(kind: str, data: Any, nothing: str = "", metric: str = "mrr") -> Made:
    return Made(
        kind=KINDS[kind],
        data=data,
        nothing=nothing,
        n_runs=6,
        generated=False,
        made_at=None,
        metric=metric,
        names={1: f"{HOSTILE} · 1", 2: "Flora · 2"},
    )


def contrast(level: str, reference: str, value: float, reach: float = 0.02, over: str = "pairs"):
    return {
        "level": level,
        "reference": reference,
        "value": value,
        "low": value - reach,
        "high": value + reach,
        "over": over,
        "adjusted": True,
        "n_teams": 5,
        "n_runs": 7,
        "n_reference": 6,
    }


def effects(*contrasts: dict[str, Any]) -> dict[str, Any]:
    return {
        "levels": [
            {"level": "trusted", "runs": [1], "scores": [0.5]},
            {"level": "noisy", "runs": [2], "scores": [0.6]},
        ],
        "contrasts": list(contrasts),
        "n_contrasts": 12,
        "n_silent": 3,
        "runs": [1, 2],
    }


def told(kind: str, *contrasts: dict[str, Any], metric: str = "mrr") -> tuple[str, bool]:
    found = finding(made(kind, effects(*contrasts), metric=metric))
    return found.text, found.sure


def test_each_kind_is_drawn():
    assert DRAWINGS.keys() == COMPUTED.keys() == KINDS.keys()


@pytest.mark.parametrize(
    ("contrasts", "said"),
    [
        (
            [contrast("noisy", "trusted", 0.07), contrast("filtered", "trusted", 0.05)],
            ("Noisy: +0.070 MRR against trusted", True),
        ),
        (
            [contrast("noisy", "trusted", 0.07, reach=0.08)],
            ("No training data can be shown to be better than others", False),
        ),
        (
            [contrast("noisy", "trusted", 0.3, over="runs")],
            ("Noisy: +0.300 MRR against trusted, but too few teams to say so in general", False),
        ),
        (
            [
                contrast("noisy", "trusted", 0.3, over="runs"),
                contrast("filtered", "trusted", -0.04),
            ],
            (f"Filtered: {MINUS}0.040 MRR against trusted", True),
        ),
    ],
)
def test_only_what_an_interval_says_of_teams_is_a_finding(contrasts, said):
    assert told("training-data", *contrasts) == said


def test_what_cannot_be_told_apart_has_no_interval_and_is_no_finding():
    one = contrast("noisy", "trusted", 0.3, over="confounded") | {"low": None, "high": None}
    assert told("training-data", one) == (
        "No training data can be shown to be better than others",
        False,
    )
    drawn = chart(made("training-data", effects(one)))
    assert drawn is not None
    assert "it always goes with something else" in str(drawn.table.rows)


def test_more_of_something_helps_up_to_where_it_does():
    steps = [contrast("2-3", "1", 0.1), contrast("4-7", "2-3", 0.05), contrast("8-", "4-7", 0.0)]
    text, sure = told("networks", *steps)
    assert sure
    assert (
        text
        == "4 to 7 networks: +0.050 MRR against 2 or 3 networks; no gain from more can be shown"
    )
    assert told("networks", *steps[:2])[0] == "4 to 7 networks: +0.050 MRR against 2 or 3 networks"
    assert told("networks", steps[2]) == ("No gain from more networks can be shown", False)


def test_where_lower_is_better_less_is_what_helps():
    steps = [contrast("2-3", "1", -0.1), contrast("4-7", "2-3", 0.1)]
    text, sure = told("networks", *steps, metric="fungi_1")
    assert sure
    assert text.startswith(f"2 or 3 networks: {MINUS}0.100 FungiCLEF track 1 against one network")


def test_runs_of_each_choice_stand_in_a_table_of_their_own_with_their_scores():
    drawn = chart(made("training-data", effects(contrast("noisy", "trusted", 0.07))))
    assert drawn is not None
    [runs] = drawn.more
    assert list(runs.head) == ["Choice", "Run", "MRR"]
    assert [row[1:] for row in runs.rows] == [[f"{HOSTILE} · 1", "0.500"], ["Flora · 2", "0.600"]]


def test_what_is_drawn_of_hard_queries_stands_in_a_table():
    data = {
        "n_runs": 2,
        "n_queries": 4,
        "counts": [1, 0, 3],
        "expected": [0.25, 1.5, 2.25],
        "inflation": 1.5,
        "low": 1.1,
        "high": 2.0,
        "hardest": [],
        "easiest": [],
        "names": {},
    }
    drawn = chart(made("difficulty", data))
    assert drawn is not None
    [counted] = drawn.more
    assert counted.rows == [
        ["0", "1", "0.2", "0.0", "1.2"],
        ["1", "0", "1.5", "0.0", "3.4"],
        ["2", "3", "2.2", "0.3", "4.2"],
    ]


def test_names_are_shown_as_they_stand_and_gone_runs_as_gone():
    drawn = chart(made("training-data", effects(contrast("noisy", "trusted", 0.07))))
    assert drawn is not None
    assert "<b>" not in str(drawn.spec)
    gone = made("training-data", effects(contrast("noisy", "trusted", 0.07)))
    gone.names.pop(2)  # type: ignore[attr-defined]  # a dict here
    again = chart(gone)
    assert again is not None
    assert "a run that is no more on the board" in str(again.spec)


def test_tags_are_said_in_the_language_of_the_page():
    with override("fr"):
        said, _sure = told("augmentation", contrast("random crop", WITHOUT, 0.05))
    assert said.startswith("Recadrage aléatoire contre runs sans")


def test_how_many_say_nothing_is_said():
    drawn = chart(made("training-data", effects(contrast("noisy", "trusted", 0.07))))
    assert drawn is not None
    assert drawn.reading.endswith("3 runs are left out: their descriptions do not say.")
    assert "all 12 comparisons" in drawn.reading


def test_that_nothing_else_is_accounted_for_is_said():
    alone = contrast("noisy", "trusted", 0.07) | {"adjusted": False}
    assert told("training-data", alone) == (
        "Noisy: +0.070 MRR against trusted, other differences between these runs not taken out",
        True,
    )
    drawn = chart(made("training-data", effects(alone)))
    assert drawn is not None
    assert "Other differences between these runs are not taken out." in drawn.reading
    both = chart(made("training-data", effects(alone, contrast("filtered", "trusted", 0.05))))
    assert both is not None
    assert "In 1 of the 2 comparisons shown" in both.reading
    assert "not taken out" in str(COMPUTED["training-data"])


@pytest.mark.parametrize(
    ("nothing", "said"),
    [
        ("unsaid", "No method description says anything about it yet."),
        ("alike", "All runs that describe it made the same choice."),
        ("failed", "It could not be made. It is tried again when the leaderboard changes."),
    ],
)
def test_what_says_nothing_says_why(nothing: str, said: str):
    found = finding(made("networks", None, nothing))
    assert (found.text, found.sure) == (said, False)
    assert chart(made("networks", None, nothing)) is None


def cost(
    front: list[int], as_good: dict[str, Any] | None, *, of_the_best: bool = True
) -> dict[str, Any]:
    one = {
        "runs": [1, 2],
        "n_left_out": 4,
        "costs": [9_000.0, 30.0],
        "scores": [0.8, 0.79],
        "front": front,
        "as_good": as_good,
        "of_the_best": of_the_best,
    }
    return {"costs": {"training": one}, "runs": [1, 2]}


def test_as_good_for_less_is_told():
    alike = {"run": 2, "best": 1, "share": 30 / 9_000}
    found = finding(made("cost", cost([2, 1], alike)))
    assert found.text.startswith("Flora · 2 cannot be told apart from")
    assert "the best of the 2 runs that say what training cost, at 0.3" in found.text


def test_that_nobody_is_as_good_for_less_is_said_of_the_best_alone():
    assert finding(made("cost", cost([1], None))).text == (
        f"No run of cheaper training is as good as {HOSTILE} · 1, the best of the 2 runs that say what training cost"
    )
    of_others = finding(made("cost", cost([1], None, of_the_best=False)))
    assert of_others.text == "Whether a cheaper run is as good as the best cannot be told"


def test_each_cost_tells_how_many_runs_do_not_say_it():
    drawn = chart(made("cost", cost([2, 1], None)))
    assert drawn is not None
    assert "The panel of training leaves out 4 runs" in drawn.reading


def test_the_front_is_drawn_from_the_cheapest_on():
    drawn = chart(made("cost", cost([2, 1], None)))
    assert drawn is not None
    line, dots = drawn.spec["data"]
    assert line["x"] == [30.0, 9_000.0]
    assert line["y"] == [0.79, 0.8]
    assert [bool(text) for text in dots["text"]] == [True, True]
    assert dots["textposition"] == ["top left", "bottom right"]  # the dear run's, the cheap one's
    assert drawn.spec["layout"]["xaxis"]["type"] == "log"


def test_a_name_that_would_cross_the_dot_of_another_run_is_left_out():
    one: dict[str, Any] = {
        "runs": [1, 2, 3, 4],
        "costs": [9_000.0, 30.0, 100.0, 80.0],
        "scores": [0.8, 0.6, 0.58, 0.63],
        "front": [2, 4, 1],
        "as_good": None,
    }
    drawn = chart(made("cost", {"costs": {"training": one}, "runs": [1, 2, 3, 4]}))
    assert drawn is not None
    _line, dots = drawn.spec["data"]
    assert [bool(text) for text in dots["text"]] == [True, False, False, True]
    assert dots["textposition"][0] == "top left"
    low, high = drawn.spec["layout"]["yaxis"]["range"]
    assert low < min(one["scores"])  # the axis is as long as the room for names was measured
    assert high > max(one["scores"])


# ---------------------------------------------------------------- confusions
def confusions(*intervals: tuple[float | None, float | None]) -> Any:
    pairs = [
        {"right": f"class {place}", "instead": "another", "share": 0.4, "low": low, "high": high}
        | {"n_runs": 3, "n_confused": 4, "n_queries": 10}
        for place, (low, high) in enumerate(intervals)
    ]
    return made("confusions", {"n_runs": 3, "n_pairs": len(pairs), "pairs": pairs, "names": {}})


def test_a_confusion_is_a_finding_where_its_interval_is_above_zero():
    found = finding(confusions((None, None), (0.0, 0.8), (0.1, 0.7)))
    assert found.sure
    assert found.text.startswith("class 2 is taken for another in 40")
    none = finding(confusions((None, None), (0.0, 0.8)))
    assert (none.text, none.sure) == (
        "No pair of classes can be shown to be confused often",
        False,
    )


# ---------------------------------------------------------------- when runs came
@pytest.mark.parametrize(
    ("by_day", "days", "lengths"),
    [
        (True, ["2017-04-19", "2017-05-07"], [1, 1]),
        (False, ["2017-02-01", "2017-12-01"], [28, 31]),
    ],
)
def test_a_bar_stands_in_its_own_day_or_month_however_long_nobody_sent_anything(
    by_day, days, lengths
):
    data = {
        "first": f"{days[0]}T21:00:00+00:00",
        "by_day": by_day,
        "counts": [[day, 1] for day in days],
        "n_last": 0,
        "n_runs": 2,
        "n_teams": 2,
        "deadline": None,
    }
    shown = chart(made("submissions", data))
    assert shown
    (bars,) = shown.figure.data
    for day, middle, width, length in zip(days, bars.x, bars.width, lengths, strict=True):
        begin = datetime.fromisoformat(day)
        half = timedelta(milliseconds=width) / 2
        assert begin < datetime.fromisoformat(middle) - half
        assert datetime.fromisoformat(middle) + half < begin + timedelta(days=length)


@pytest.mark.parametrize(
    ("own", "text"),
    [
        (
            [(0.02, 0.025), (0.03, 0.01), (0.04, 0.05)],
            (
                "The smallest difference that shows between two runs is 0.030 MRR at the median; "
                "2 of 3 pairs differ by their own or more"
            ),
        ),
        (
            [(0.02, 0.025)],
            "The smallest difference that shows between two runs is 0.020 MRR; 1 of 1 pair differs by as much",
        ),
    ],
)
def test_each_pair_is_counted_by_what_it_must_differ_by_itself(own, text: str):
    """Only one of the three differs by the median."""
    pairs = [{"smallest": smallest, "difference": difference} for smallest, difference in own]
    middle = median(smallest for smallest, _ in own)
    said = finding(made("detectable-difference", {"pairs": pairs, "median": middle}))
    assert (said.text, said.sure) == (text, False)
