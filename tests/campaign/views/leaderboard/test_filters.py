"""Which rows and columns of a leaderboard show, in which order: what its address says."""

import re
from typing import Any

import pytest

from campaign.views import leaderboards
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
    score_run,
)
from tests.campaign.views.leaderboard.tables import DASH, board, rows_of
from tests.campaign.views.pages import text_of

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- sorting
def sorted_columns(page):
    return re.findall(r'aria-sort="(\w+)"><a [^>]*>([^<]*)', page)


def test_the_metric_that_ranks_is_what_the_table_is_sorted_by(client, task, scored):
    scored(make_team("Alba"), 6)
    assert sorted_columns(board(client, task)) == [("descending", "MRR")]


@pytest.mark.parametrize(
    ("sort", "column", "first"),
    [
        ("team", ("ascending", "Team and run"), "Alba"),
        ("training_data", ("ascending", "Training data"), "Betula"),
        ("architectures", ("ascending", "Architectures"), "Alba"),
        ("n_networks", ("ascending", "Networks"), "Betula"),
        ("top_1", ("descending", "Top 1"), "Betula"),
        ("nothing", ("descending", "MRR"), "Betula"),
        ("'; --", ("descending", "MRR"), "Betula"),
    ],
)
def test_every_column_sorts(client, task, scored, sort, column, first):
    scored(
        make_team("Alba"),
        4,
        description={"training_data": ["trusted"], "architectures": ["A"], "n_networks": 9},
    )
    scored(
        make_team("Betula"),
        6,
        description={"training_data": ["noisy"], "architectures": ["B"], "n_networks": 2},
    )
    page = board(client, task, sort=sort)
    assert sorted_columns(page) == [column]
    assert first in rows_of(page)[0]


def test_a_metric_where_less_is_better_rises(client, tmp_path):
    task = make_task(metrics=["mrr", "median_position"])
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    assert sorted_columns(board(client, task, sort="median_position")) == [
        ("ascending", "Median position")
    ]


def test_the_page_says_what_its_columns_mean_and_where_they_come_from(client, tmp_path):
    task = make_task(metrics=["top_5@Domain=sheet", "top_1", "macro_mrr"])
    score_run(make_run(make_registration(task), tmp_path))
    page = text_of(board(client, task))
    assert "whose first answer is right · PlantCLEF 2017" in page
    assert "among the first 5 answers; only where Domain is sheet · PlantCLEF 2017" in page
    assert "a rare class weighs as much as a common one · PlantCLEF 2022 (MA-MRR)" in page


# ---------------------------------------------------------------- filters
def test_one_run_of_each_team_when_asked_for(client, task, scored):
    alba = make_team("Alba")
    scored(alba, 6, name="good")
    scored(alba, 5, name="weak")
    assert len(rows_of(board(client, task))) == 2
    page = board(client, task, best="1", sort="top_1")
    assert len(rows_of(page)) == 1
    assert "good" in page
    assert "?best=1&amp;sort=team" in page  # sorting keeps the choice


_EVERYBODY = ["Alba", "Betula", "Lab", "Machine", "Late", "Gone"]
_FILTERED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, _EVERYBODY),
    ({"q": " alba "}, ["Alba", "Betula"]),
    ({"q": "<b>%"}, []),
    ({"q": "x\0"}, _EVERYBODY),
    ({"runs": ["official"]}, ["Alba", "Betula", "Machine"]),
    ({"runs": ["late", "baseline"]}, ["Lab", "Late"]),
    ({"runs": ["unranked"]}, ["Gone"]),
    ({"runs": ["nonsense"]}, _EVERYBODY),
    ({"generated": "no"}, ["Alba", "Betula", "Lab", "Late", "Gone"]),
    ({"training_data": "trusted"}, ["Alba", "Lab"]),
    ({"training_data": "trusted", "runs": "baseline"}, ["Lab"]),
    ({"training_data": "noisy", "best": "1"}, ["Betula"]),
    ({"training_data": "not-said"}, ["Machine", "Late", "Gone"]),
]


def test_filters_of_the_address(client, six):
    for query, teams in _FILTERED:
        page = board(client, six, **query)
        rows = [row for row in rows_of(page) if " Run " in row]
        assert [row.split()[1] for row in rows] == teams, query
        assert f"{len(teams)} run" in text_of(page), query
        assert ("No run is like that" in page) == (not teams), query


def test_sorting_and_paging_keep_the_filters_and_the_form_keeps_the_order(client, six):
    page = board(client, six, runs=["official", "late"], sort="team", best="1")
    assert "?runs=official&amp;runs=late&amp;sort=top_1&amp;best=1" in page
    assert '<input type="hidden" name="sort" value="team">' in page
    assert '<input type="hidden" name="best" value="1">' in page
    assert "leaderboard.csv?runs=official&amp;runs=late&amp;sort=team&amp;best=1" in page


def test_what_is_ticked_is_what_shows(client, six):
    def ticked(page):
        return re.findall(r'name="runs" value="(\w+)"[^>]*checked', page)

    assert ticked(board(client, six)) == ["official", "baseline", "late", "unranked"]
    assert ticked(board(client, six, runs="late")) == ["late"]


def heads(page):
    return [
        text_of(head)
        for head in re.findall(r'<th class="[^"]*" scope="col".*?</th>', page, re.DOTALL)
    ]


def test_columns_that_were_chosen(client, six):
    assert heads(board(client, six))[3:] == [
        *("MRR", "Top 1", "Top 5"),
        *("Training data", "Architectures", "Networks"),
    ]
    page = board(client, six, columns=["n_networks", "top_5"])
    assert heads(page)[3:] == ["Top 5", "Networks"]
    assert 'colspan="5"' in page
    assert "2 of 6" in page
    # The metric that ranks is not among them: what is drawn, and why a run has no rank, stay.
    assert "interval-plot" in page
    assert "withdrawn" in rows_of(page)[-1]
    assert heads(board(client, six, columns="nonsense"))[3:] == heads(board(client, six))[3:]


# ---------------------------------------------------------------- pages
def test_pages(client, task, scored, monkeypatch):
    monkeypatch.setattr(leaderboards, "PAGE_SIZE", 2)
    for right in (7, 6, 5):
        scored(make_team(), right)
    assert f"1{DASH}2 of 3" in text_of(board(client, task))
    second = board(client, task, page="2")
    assert len(rows_of(second)) == 1
    assert rows_of(second)[0].startswith("3 ")
    assert 'rel="prev"' in second
    for odd in ("0", "-1", "99999999999", "x", "²"):
        assert rows_of(board(client, task, page=odd)), odd


def test_the_queries_are_as_many_for_many_runs_as_for_one(
    client, task, scored, django_assert_num_queries
):
    scored(make_team(), 7)
    # Task, phases, count, numbers of rows, rows, group, scores, since when they stand so, levels, published.
    with django_assert_num_queries(10):
        board(client, task)
    for right in (6, 5, 4):
        scored(make_team(), right)
    with django_assert_num_queries(10):
        board(client, task)
    with django_assert_num_queries(10):
        board(
            client,
            task,
            q="team",
            runs="official",
            training_data="not-said",
            generated="no",
            sort="top_1",
        )
