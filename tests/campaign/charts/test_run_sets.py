"""Runs beside each other, told and drawn: which differ, which are alike, what they score together."""

from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from campaign.charts.analyses.words import chart, finding
from campaign.reads.analyses import KINDS, Made

HOSTILE = "<b>🌿 Ünï</b>" * 7


def make(kind: str, data: dict[str, Any], metric: str = "mrr") -> Made:
    names = {pk: f"Team {pk}{HOSTILE} · {pk}" for pk in data["runs"]}
    when = datetime(2017, 5, 1, tzinfo=UTC)
    return Made(KINDS[kind], data, "", len(names), False, when, metric, names)


def differences(values: dict[tuple[int, int], tuple[float, float]]) -> dict[str, Any]:
    """Return an analysis of pairs: of each the difference and its corrected p-value."""
    pairs = [
        {"runs": list(pair), "value": v, "low": v - 0.1, "high": v + 0.1, "p": p, "adjusted": p}
        for pair, (v, p) in values.items()
    ]
    runs = sorted({pk for pair in values for pk in pair})
    return {"runs": runs, "scores": [0.5] * len(runs), "pairs": pairs}


def cells(drawn: Any) -> dict[str, int]:
    """Return how many cells there are of each name."""
    return {trace.name: len(trace.y) - 1 for trace in drawn.figure.data}


def test_each_pair_is_one_of_three_kinds_whichever_direction_is_better():
    data = differences({(1, 2): (0.2, 0.01), (1, 3): (0.3, 0.01), (2, 3): (0.1, 0.4)})
    drawn = chart(make("significance", data))
    assert drawn is not None
    assert drawn.title.startswith("2 of 3 pairs of runs truly differ; Team 1")
    assert list(cells(drawn).values()) == [2, 2, 2]
    lower = make("significance", data, metric="fungi_1")
    assert finding(lower).text == "2 of 3 pairs of runs truly differ"
    assert finding(lower).sure


def test_where_nobody_can_tell_nothing_is_found():
    found = finding(make("significance", differences({(1, 2): (0.2, 0.05)})))
    assert (found.text[-20:], found.sure) == ("cannot be told apart", False)
    three = differences(dict.fromkeys(combinations((1, 2, 3), 2), (0.2, 0.05)))
    found = finding(make("significance", three))
    assert (found.text, found.sure) == ("No two of 3 runs can be told apart", False)
    one = make("significance", differences({(1, 2): (0.2, 0.04)}))
    found = finding(one)
    drawn = chart(one)
    assert drawn is not None
    assert drawn.reading.endswith("A difference counts where it is significant.")
    assert found.text.endswith(f"is better than Team 2{HOSTILE} · 2")


def test_fifty_runs_have_names_in_rows_and_some_numbers_in_columns():
    pairs = combinations(range(1, 51), 2)
    drawn = chart(make("significance", differences(dict.fromkeys(pairs, (0.2, 0.01)))))
    assert drawn is not None
    assert list(cells(drawn).values()) == [1225, 1225, 0]
    layout = drawn.figure.layout
    assert len(layout.yaxis.ticktext) == 50
    assert len(layout.xaxis.tickvals) <= 10
    assert all("<" not in name for name in layout.yaxis.ticktext)
    assert drawn.height < 1000


def alike(**fields: Any) -> Made:
    pairs = [
        {"runs": list(pair), "same_team": False, "value": 0.8, "low": 0.7, "high": 0.9}
        for pair in combinations((1, 2, 3), 2)
    ]
    lead = {"runs": [1, 2], "value": 0.1, "low": -0.1, "high": 0.3}
    data = {"runs": [1, 2, 3], "pairs": pairs, "within_teams": None, "lead": lead, "n_queries": 40}
    return make("correlation", data | fields)


def test_of_likeness_teams_are_told_first_then_a_pair_that_leads():
    found = finding(alike())
    assert "answer most alike here: a rank correlation of 0.800" in found.text
    assert not found.sure
    one_pair = alike(pairs=alike().data["pairs"][:1], lead=None)
    assert "have a rank correlation of 0.800" in finding(one_pair).text
    lead = {"runs": [1, 2], "value": 0.1, "low": 0.05, "high": 0.3}
    assert "answer more alike than any other" in finding(alike(lead=lead)).text
    within = {"value": -0.1, "low": -0.2, "high": -0.05}
    found = finding(alike(lead=lead, within_teams=within))
    assert found.text.startswith("Runs of one team answer less alike")
    assert chart(alike()) is not None
    few = {"value": 0.1, "low": None, "high": None}
    assert not finding(alike(within_teams=few)).sure


def fused(runs: list[int], value: float, gain: float, p: float) -> dict[str, Any]:
    test = {"value": gain, "low": gain - 0.01, "high": gain + 0.01, "p": p, "adjusted": p}
    return {
        "runs": runs,
        "value": value,
        "low": value - 0.1,
        "high": value + 0.1,
        "best": 1,
        "gain": test,
    }


def ensembles(**fields: Any) -> Made:
    alone = [{"run": pk, "value": 0.7 - pk / 10, "low": None, "high": None} for pk in (1, 2, 3)]
    right = {"any": 0.9, "low": 0.8, "high": 0.95, "best": 0.6, "n_queries": 40}
    data = {"runs": [1, 2, 3], "alone": alone, "pairs": [], "steps": [], "method": "mean"}
    data |= {"n_fusions": 0, "n_failed": 0, "waits": [], "right": right}
    return make("complementarity", data | fields)


def test_what_is_not_there_yet_is_said():
    made = ensembles(waits=[1, 2], n_failed=1)
    assert finding(made).text == "The fusions of runs are being made"
    drawn = chart(made)
    assert drawn is not None
    assert "2 fusions are still being made. 1 fusion could not be made." in drawn.reading


def test_a_gain_is_told_where_it_stays_one_among_all():
    pair, three = fused([1, 2], 0.7, 0.1, 0.01), fused([1, 2, 3], 0.72, 0.12, 0.2)
    made = ensembles(pairs=[pair], steps=[pair, three])
    assert finding(made).sure
    assert finding(made).text.endswith(
        f"Team 2{HOSTILE} · 2: MRR 0.700, a gain of +0.100, +0.090 to +0.110"
    )
    drawn = chart(made)
    assert drawn is not None
    assert len(drawn.table.rows) == 5
    nothing = ensembles(pairs=[pair | {"gain": three["gain"]}])
    assert finding(nothing).text.startswith("No fusion with the best run can")
    worse = ensembles(pairs=[fused([1, 2], 0.5, -0.1, 0.01)])
    assert not finding(worse).sure


def test_two_weak_runs_that_gain_together_do_not_beat_the_best_one():
    weak = fused([2, 3], 0.58, 0.08, 0.01) | {"best": 2}
    made = ensembles(pairs=[weak, fused([1, 2], 0.61, 0.01, 0.4)])
    found = finding(made)
    assert (found.text, found.sure) == (
        "No fusion with the best run can be shown to beat it",
        False,
    )


def test_what_is_no_gain_by_its_interval_is_none():
    pair = fused([1, 2], 0.7, 0.1, 0.01)
    touching = pair | {"gain": pair["gain"] | {"low": 0.0}}
    assert not finding(ensembles(pairs=[touching])).sure
