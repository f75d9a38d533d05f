"""All runs as bars: what is drawn is what the leaderboard says."""

from dataclasses import replace
from itertools import chain

import pytest
from django.contrib.auth.models import AnonymousUser

from campaign.charts.leaderboards import run_bars
from campaign.models import Run, Team
from campaign.reads.leaderboards import Asked, Leaderboard, leaderboard
from tests.campaign.factories import NOW
from tests.load.boards import make_board

pytestmark = pytest.mark.django_db

LEARNED = [
    ["trusted"],
    ["noisy"],
    ["trusted", "noisy"],
    ["trusted", "filtered"],
    ["external"],
    [],
]


@pytest.fixture
def board() -> Leaderboard:
    """Six runs that learned from other data each, one of them late and one of a hostile team."""
    task = make_board(8)
    runs = list(Run.objects.order_by("pk"))
    for run, learned in zip(runs, LEARNED, strict=False):
        run.description = {"training_data": learned} if learned else {}
    runs[1].generated = True
    Run.objects.bulk_update(runs, ["description"])
    Run.objects.filter(pk__in=[run.pk for run in runs[6:]]).update(description={})
    team = Team.objects.order_by("pk").first()
    assert team
    team.name = "<b>🌿 Ünï</b> " + "é" * 66
    team.save()
    return leaderboard(task=task, viewer=AnonymousUser(), now=NOW, asked=Asked(sort="top_1"))


def drawn(board: Leaderboard) -> dict[str, list[tuple[int, float]]]:
    """Return the figures of each group of bars, and where they stand."""
    chart = run_bars(board)
    assert chart
    return {
        trace["name"]: list(zip(trace["y"], trace["x"], strict=True))
        for trace in chart.spec["data"]
    }


def test_each_run_is_a_bar_of_its_group_the_best_on_top(board):
    values = sorted((entry.scores["top_1"].value for entry in board.entries), reverse=True)
    bars = drawn(board)
    assert list(bars) == [
        *("trusted", "noisy", "trusted and noisy"),
        *("filtered", "external", "not said"),
    ]
    assert sorted(chain(*bars.values())) == list(enumerate(values))
    for entry in board.entries:
        said = entry.run.description.get("training_data")
        if said == ["trusted", "filtered"]:
            assert [x for _y, x in bars["filtered"]] == [entry.scores["top_1"].value]


def test_intervals_are_drawn_from_their_ends(board):
    chart = run_bars(board)
    assert chart
    for trace in chart.spec["data"]:
        ends = zip(
            trace["x"], trace["error_x"]["array"], trace["error_x"]["arrayminus"], strict=True
        )
        for value, up, down in ends:
            assert (value + up, value - down) == (pytest.approx(1), pytest.approx(0))


def test_the_table_says_what_is_drawn(board):
    chart = run_bars(board)
    assert chart
    best = max(board.entries, key=lambda entry: entry.scores["top_1"].value or 0)
    head, first = chart.table.head, chart.table.rows[0]
    assert head[2] == "Top 1"
    assert first[0] == best.run.registration.team.name
    assert first[2:5] == [f"{best.scores['top_1'].value:.3f}", "0.000", "1.000"]
    assert len(chart.table.rows) == 8


def test_names_are_text_and_too_long_ones_are_cut(board):
    chart = run_bars(board)
    assert chart
    labels = chart.spec["layout"]["yaxis"]["ticktext"]
    assert any(label.startswith("&lt;b&gt;🌿 Ünï&lt;/b&gt;") for label in labels)
    assert all("<" not in label for label in labels)
    assert all("<b>" not in text for trace in chart.spec["data"] for text in trace["hovertext"])


def test_late_runs_and_baselines_have_a_pattern_and_words_that_explain_it(board):
    chart = run_bars(board)
    assert chart
    assert {one for t in chart.spec["data"] for one in t["marker"]["pattern"]["shape"]} == {""}
    assert "Hatched" not in chart.reading
    late = replace(board.entries[0], section=1)
    chart = run_bars(replace(board, entries=[late, *board.entries[1:]]))
    assert chart
    shapes = [one for t in chart.spec["data"] for one in t["marker"]["pattern"]["shape"]]
    assert sorted(shapes) == [""] * 7 + ["/"]
    assert "Hatched ones are late." in chart.reading
    assert [row[6] for row in chart.table.rows].count("late") == 1


def test_only_a_bar_that_is_long_enough_holds_a_word(board):
    first, *others = board.entries
    short = replace(first, drawn=replace(first.drawn, value=0.001, low=None, high=None))
    chart = run_bars(replace(board, entries=[short, *others]))
    assert chart
    words = {
        x: word
        for trace in chart.spec["data"]
        for x, word in zip(trace["x"], trace["text"], strict=True)
    }
    assert words[0.001] == ""
    assert words[max(words)] != ""
    assert chart.spec["layout"]["showlegend"]
    assert all(trace["textangle"] == 0 for trace in chart.spec["data"])


def test_a_metric_where_less_is_better_has_its_least_on_top(board):
    costs = replace(board, sort="median_position", task=board.task)
    board.task.current_truth.metrics = ["median_position"]
    chart = run_bars(costs)
    assert chart
    bars = sorted((y, x) for t in chart.spec["data"] for y, x in zip(t["y"], t["x"], strict=True))
    assert [x for _y, x in bars] == sorted(x for _y, x in bars)
    assert chart.spec["layout"]["xaxis"]["title"]["text"] == "Median position (lower is better)"


def test_without_a_score_there_is_no_figure(board):
    assert run_bars(replace(board, entries=[])) is None
