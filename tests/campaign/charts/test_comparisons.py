"""Two runs beside each other, drawn: differences, who is better for sure, and what does not show."""

from typing import Any

from campaign.charts.comparisons import difference_chart, finding, p_text
from campaign.models import Evaluation
from campaign.models.results import Part
from campaign.reads.breakdowns import Question
from campaign.reads.run_differences import ComparedScore, compared_cells
from scoring import Grouping

HOSTILE = "<b>🌿 Ünï</b>" * 7
NAMES = (f"Run 1 of {HOSTILE}", "Run 2 of Flora")
MINUS = "\u2212"


def pair(value: float | None, p: float = 0.001, metric: str = "mrr") -> dict[str, Any]:
    difference = (
        {"value": value, "low": value - 0.1, "high": value + 0.1, "p": p, "adjusted": p}
        if value is not None
        else None
    )
    return {"metric": metric, "one": 0.5, "other": 0.4, "n": 30, "difference": difference}


def question(*, guarded: bool = False, says_labels: bool = False) -> Question:
    return Question(
        Evaluation(), Part.ALL, "by", (Grouping("Organ"),), guarded, says_labels, Evaluation(pk=7)
    )


CELLS = [
    {"value": "bark", "n": 12, "score": pair(0.9)},
    {"value": "few", "n": 5, "score": pair(None)},
    {"value": HOSTILE, "n": 80, "score": pair(0.2)},
    {"value": "leaf", "n": 90, "score": pair(-0.3)},
    {"value": "fruit", "n": 70, "score": pair(0.05, p=0.6)},
]


def drawn(chart) -> tuple[dict[str, Any], dict[str, Any]]:
    assert chart is not None
    return chart.spec["data"][0], chart.spec["layout"]


def test_bars_are_the_differences_coloured_by_who_is_better_for_sure():
    bars, layout = drawn(difference_chart(question(), compared_cells(question(), CELLS), NAMES))
    assert bars["x"] == [-0.3, 0.2, 0.05, 0.9]
    assert bars["marker"]["color"] == [
        "var(--signal)",
        "var(--leaf)",
        "var(--muted)",
        "var(--leaf)",
    ]
    assert [round(one, 3) for one in bars["error_x"]["array"]] == [0.1] * 4
    assert layout["xaxis"]["range"][0] == -layout["xaxis"]["range"][1]
    assert "<b>" not in str(bars) + str(layout)


def test_a_title_counts_the_sure_ones():
    chart = difference_chart(question(), compared_cells(question(), CELLS), NAMES)
    assert chart is not None
    assert chart.title == "By organ, the runs differ on 3 of 4 values"
    none = [{**cell, "score": pair(0.01, p=0.9)} for cell in CELLS]
    chart = difference_chart(question(), compared_cells(question(), none), NAMES)
    assert chart is not None
    assert chart.title == "By organ, no difference can be told apart"


def test_a_title_counts_what_is_not_drawn_too():
    cells = [
        {"value": f"v{n}", "n": n, "score": pair(0.2 if n % 2 else -0.2)} for n in range(100, 140)
    ]
    cells.append({"value": "few", "n": 5, "score": pair(None)})
    chart = difference_chart(question(), compared_cells(question(), cells), NAMES)
    assert chart is not None
    assert len(drawn(chart)[0]["x"]) == 30
    assert chart.title == "By organ, the runs differ on 40 of 40 values"
    assert chart.reading.endswith("11 values are not drawn, and stand in the table.")
    assert len(chart.table.rows) == 41


def test_the_table_has_what_is_not_drawn():
    chart = difference_chart(question(), compared_cells(question(), CELLS), NAMES)
    assert chart is not None
    assert list(chart.table.rows)[-1] == ["few", "5", "0.500", "0.400", "—", "—"]
    assert chart.table.rows[0][0] == "leaf"
    assert chart.table.rows[0][4].startswith(f"{MINUS}0.300 {MINUS}0.400")


def test_small_values_show_nothing_and_are_in_no_correction():
    guarded = question(guarded=True)
    cells = compared_cells(guarded, CELLS)
    chart = difference_chart(guarded, cells, NAMES)
    assert chart is not None
    bars, _layout = drawn(chart)
    assert 0.9 not in bars["x"]
    assert ["bark", "fewer than 20", "—", "—", "—", "—"] in list(chart.table.rows)
    assert ["fruit", "not shown", "—", "—", "—", "—"] in list(chart.table.rows)  # else 17 are left
    shown = [cell.score for cell in cells if cell.score and cell.score.difference]
    assert sorted(one.difference.adjusted for one in shown if one.difference) == [0.002, 0.002]
    of_classes = compared_cells(question(guarded=True, says_labels=True), CELLS)
    assert {cell.name for cell in of_classes} == {"leaf", HOSTILE}


def test_the_finding_is_a_sentence():
    def said(value: float | None, p: float = 0.001, metric: str = "mrr") -> str:
        return finding(ComparedScore.of(pair(value, p, metric)), NAMES)

    assert said(0.2).endswith("is better: MRR +0.200")
    assert said(-0.2) == "Run 2 of Flora is better: MRR +0.200"
    assert said(0.2, p=0.2) == "By MRR, no difference can be told apart"
    assert said(None) == "By MRR there is no paired test"
    assert (
        said(0.2, metric="fungi_1") == f"Run 2 of Flora is better: FungiCLEF track 1 {MINUS}0.200"
    )


def test_a_p_value_has_as_many_digits_as_it_means():
    assert [p_text(0.0001), p_text(0.0434), p_text(1)] == ["< 0.001", "0.043", "1.000"]
