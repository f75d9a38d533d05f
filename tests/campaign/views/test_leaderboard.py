"""A task's leaderboard as people see it: in order, marked, sortable, and hidden while it must be."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from campaign.models import LeaderboardRow, Run
from campaign.services.history import record_published_results
from campaign.services.leaderboards import lock_task, rank_task
from campaign.services.runs import withdraw_run
from campaign.views import leaderboards
from tests.campaign.boards import compare_all, make_large_test, send
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of
from tests.load.boards import make_board

pytestmark = pytest.mark.django_db

DASH = "\N{EN DASH}"  # where there is nothing
LONG = "<b>🌿 Ünï</b> " + "é" * 67  # 80 characters


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def task():
    return make_task(
        "plants", phases={"post_campaign": (DEADLINE, None)}, metrics=["mrr", "top_1", "top_5"]
    )


@pytest.fixture
def scored(task, tmp_path):
    """Return what submits a run of a team and scores it."""

    def submit(team, right, **submission):
        registration = task.registrations.filter(team=team).first()
        registration = registration or make_registration(task, team)
        return score_run(make_run(registration, tmp_path, ranked_lines(right), **submission))

    return submit


def board(client, task, **query):
    answer = client.get(reverse("task-leaderboard", args=[task.slug]), query)
    assert answer.status_code == 200
    return main_of(answer)


def rows_of(page):
    """Return the words of each row of the table's body."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [text_of(row) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)]


# ---------------------------------------------------------------- nothing there
def test_without_a_run_the_page_says_when_the_first_one_comes(client, task):
    page = board(client, task)
    assert "No run is scored yet" in page
    assert "<table" not in page


# ---------------------------------------------------------------- rows
def test_a_row_has_rank_team_name_metrics_and_method(client, task, scored):
    description = {
        "training_data": ["trusted", "noisy"],
        "architectures": ["ResNet-50", "VGG-16"],
        "n_networks": 12,
    }
    run = scored(make_team("Flora"), 6, name="Ensemble", description=description)
    page = board(client, task)
    assert rows_of(page) == [
        "1 Flora Run 1 · Ensemble 0.750 0.750 0.750 trusted, noisy ResNet-50, VGG-16 12"
    ]
    assert f'href="{run.get_absolute_url()}"' in page


def test_equal_scores_share_a_rank_and_baselines_take_none(client, task, scored):
    scored(make_team("Alba"), 6)
    scored(make_team("Lab", organisers=True), 7)
    scored(make_team("Betula"), 6)
    scored(make_team("Carex"), 5)
    places = [row.split(" Run")[0] for row in rows_of(board(client, task))]
    assert places == [f"{DASH} Lab", "1 Alba", "1 Betula", "3 Carex"]
    assert "baseline" in rows_of(board(client, task))[0]


def test_late_runs_stand_apart_and_what_has_no_rank_stands_last(client, task, scored, tmp_path):
    scored(make_team("Alba"), 4)
    late = make_registration(task, make_team("Late"))
    at = DEADLINE + timedelta(days=1)
    score_run(make_run(late, tmp_path, ranked_lines(8), at=at))
    disqualified = scored(make_team("Cheat"), 7)
    Run.objects.filter(pk=disqualified.pk).update(
        standing=Run.Standing.DISQUALIFIED, standing_reason="two teams"
    )
    withdrawn = scored(make_team("Withdrawn"), 6)
    withdraw_run(run=withdrawn, by=withdrawn.submitted_by, reason="", now=NOW)
    with transaction.atomic():
        lock_task(task.pk)
        rank_task(task_id=task.pk, now=NOW)
    rows = rows_of(board(client, task))
    assert rows[0].startswith("1 Alba")
    assert rows[1] == "Late: uploaded after the deadline, not ranked"
    assert re.match(f"{DASH} Late Run 1 late 1.000", rows[2])
    assert rows[3] == "Not ranked"
    assert {row.split()[1] for row in rows[4:]} == {"Cheat", "Withdrawn"}
    assert "disqualified" in " ".join(rows[4:])
    assert "withdrawn" in " ".join(rows[4:])


def test_an_undefined_score_is_a_dash_with_its_reason_never_a_zero(client, tmp_path):
    queries = "QueryId;Domain\n" + "".join(f"q{i};photo\n" for i in range(8))
    task = make_task(files={"queries.csv": queries}, metrics=["top_1@Domain=sheet", "mrr"])
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    page = board(client, task)
    rows = rows_of(page)
    assert rows[0] == "Not ranked"
    assert "undefined" in rows[1]
    assert "—" in rows[1]
    assert "0.000" not in page
    assert "Top 1 · sheet" in page


def test_names_are_text_and_80_characters_are_welcome(client, task, scored):
    assert len(LONG) == 80
    scored(make_team(LONG), 5, name="<i>one</i>")
    page = board(client, task)
    assert "&lt;b&gt;🌿 Ünï&lt;/b&gt; ééé" in page
    assert "&lt;i&gt;one&lt;/i&gt;" in page
    assert "<b>🌿" not in page


def test_generated_runs_and_truths_say_so(client, task, scored):
    scored(make_team("Alba"), 6)
    assert not any("generated" in row for row in rows_of(board(client, task)))
    scored(make_team("Invented"), 5, generated=True)
    marked = [row for row in rows_of(board(client, task)) if "generated" in row]
    assert len(marked) == 1
    task.generated = True
    task.save()
    assert "must not be compared with published results" in board(client, task)


# ---------------------------------------------------------------- sorting and filters
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


def test_scores_stand_with_their_intervals_and_a_line_says_what_these_are(client, tmp_path):
    queries = [f"q{i}" for i in range(12)]
    tables = {
        "queries.csv": "QueryId\n" + "".join(f"{q}\n" for q in queries),
        "media.csv": "",
        "ground_truth.csv": "QueryId;ClassId\n" + "".join(f"{q};c0\n" for q in queries),
    }
    task = make_task(files=tables, rules={"image_runs": False}, metrics=["mrr", "macro_mrr"])
    answers = "".join(f"{q};{'c0' if n < 9 else 'c1'};0.9\n" for n, q in enumerate(queries))
    run = score_run(make_run(make_registration(task), tmp_path, answers))
    mrr, macro = run.evaluations.get().scores.order_by("-metric")
    assert macro.low is None  # of one class
    page = board(client, task)
    assert f"0.750 {mrr.low:.3f}{DASH}{mrr.high:.3f} 0.750 {DASH}" in rows_of(page)[0]
    assert "95 %, percentile bootstrap over queries." in text_of(page)


def test_a_score_near_chance_is_marked_in_its_row(client, tmp_path):
    queries = [f"q{i}" for i in range(60)]
    tables = {
        "queries.csv": "QueryId\n" + "".join(f"{q}\n" for q in queries),
        "media.csv": "",
        "ground_truth.csv": "QueryId;ClassId\n"
        + "".join(f"{q};c{n % 6}\n" for n, q in enumerate(queries)),
    }
    task = make_task(files=tables, rules={"image_runs": False})
    registration = make_registration(task)
    for right in (True, False):
        answers = "".join(
            f"{q};c{n % 6 if right else n // 6 % 6};0.9\n" for n, q in enumerate(queries)
        )
        score_run(make_run(registration, tmp_path, answers))
    assert ["near chance" in row for row in rows_of(board(client, task))] == [False, True]


def test_one_run_of_each_team_when_asked_for(client, task, scored):
    alba = make_team("Alba")
    scored(alba, 6, name="good")
    scored(alba, 5, name="weak")
    assert len(rows_of(board(client, task))) == 2
    page = board(client, task, best="1", sort="top_1")
    assert len(rows_of(page)) == 1
    assert "good" in page
    assert "?best=1&amp;sort=team" in page  # sorting keeps the choice


@pytest.fixture
def six(task, scored, tmp_path):
    """Six runs: official ones of two teams, a generated one, a baseline, a late and a withdrawn one."""
    scored(
        make_team("Alba"), 7, name="net", description={"training_data": ["trusted", "validation"]}
    )
    scored(make_team("Betula"), 6, name="Alba's way", description={"training_data": ["noisy"]})
    scored(make_team("Machine"), 2, generated=True)
    scored(make_team("Lab", organisers=True), 5, description={"training_data": ["trusted"]})
    late = make_registration(task, make_team("Late"))
    score_run(make_run(late, tmp_path, ranked_lines(8), at=DEADLINE + timedelta(days=1)))
    withdrawn = scored(make_team("Gone"), 4)
    withdraw_run(run=withdrawn, by=withdrawn.submitted_by, reason="", now=NOW)
    return task


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
    # Task, phases, count, rows, group, scores, since when they stand so, levels, published.
    with django_assert_num_queries(9):
        board(client, task)
    for right in (6, 5, 4):
        scored(make_team(), right)
    with django_assert_num_queries(9):
        board(client, task)
    with django_assert_num_queries(9):
        board(
            client,
            task,
            q="team",
            runs="official",
            training_data="not-said",
            generated="no",
            sort="top_1",
        )


# ---------------------------------------------------------------- who cannot be told from the leader
def alike(page):
    """Return which rows are on the ground of the leader's group, and which of them say so in words."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr( class=\"alike\")?>(.*?)</tr>", body, re.DOTALL)
    return [(bool(marked), "cannot be told from the leader" in row) for marked, row in rows]


def test_the_group_of_the_leader_is_marked_and_explained(client, tmp_path):
    task = make_large_test("wide", metrics=["mrr", "top_1"])
    for team, n in (("Alba", 34), ("Betula", 33), ("Carex", 8)):
        send(task, make_team(team), tmp_path, range(n))
    page = board(client, task)
    assert "is being worked out" in page
    assert alike(page) == [(False, False)] * 3
    compare_all(task)
    with_words = text_of(board(client, task))
    assert "The leader, and 1 run that cannot be told from it by MRR" in with_words
    assert "Each of the 2 other ranked runs is tested against the leader" in with_words
    assert alike(board(client, task)) == [(True, False), (True, True), (False, False)]
    # It stays the group of the whole board, however that is filtered and sorted.
    assert alike(board(client, task, q="Betula", sort="top_1")) == [(True, True)]
    assert "and 1 run that" in text_of(board(client, task, q="Carex"))


def test_a_metric_without_a_paired_test_says_so(client, task, scored):
    for right in (7, 6):
        scored(make_team(), right)  # of eight queries
    compare_all(task)
    assert "MRR has no paired test here" in board(client, task)


def test_of_too_many_runs_none_is_told_from_the_leader(client):
    assert "of 503 tests, corrected for being so many" in board(client, make_board(504))


# ---------------------------------------------------------------- bars, rows that open
def bars(client, task, **query):
    answer = client.get(reverse("leaderboard-bars", args=[task.slug]), query)
    assert answer.status_code == 200
    return answer


def test_all_runs_as_bars_without_those_that_have_no_place(client, six):
    answer = bars(client, six)
    teams = [row[0] for row in answer.context["chart"].table.rows]
    assert teams == ["Late", "Alba", "Betula", "Lab", "Machine"]
    assert "Hatched ones are late. Dotted ones are baselines" in text_of(main_of(answer))
    assert "5 runs by MRR" in text_of(main_of(answer))
    assert answer.context["chart"].generated


def test_bars_have_the_filters_of_the_table(client, six):
    answer = bars(client, six, training_data="trusted", sort="top_1")
    assert [row[0] for row in answer.context["chart"].table.rows] == ["Alba", "Lab"]
    assert "2 runs by Top 1" in text_of(main_of(answer))
    assert "/leaderboard/?training_data=trusted&amp;sort=top_1" in main_of(answer)
    assert "No run to draw" in main_of(bars(client, six, q="nobody"))


def test_of_many_runs_two_hundred_are_drawn_and_the_page_says_so(client, django_assert_num_queries):
    task = make_board(303)
    with django_assert_num_queries(6):
        answer = bars(client, task)
    assert len(answer.context["chart"].table.rows) == 200
    assert "104 runs more are not drawn" in text_of(main_of(answer))


def test_no_bar_while_scores_are_hidden(client, tmp_path):
    task = make_task(visibility="never")
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    page = main_of(bars(client, task))
    assert "Scores are hidden for now." in page
    assert "data-chart" not in page


@pytest.mark.parametrize(
    ("subsets", "column"), [(["Domain", "Organ"], "Organ"), (["Domain"], "Domain"), ([], None)]
)
def test_a_row_opens_by_organ_or_the_first_column_there_is(client, tmp_path, subsets, column):
    task = make_task(subsets=subsets, phases={"test_data": (NOW - timedelta(days=1), None)})
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    page = board(client, task)
    address = f"{reverse('run-subsets', args=[run.pk])}?by={column}"
    assert (f'href="{address}"' in page) == bool(column)
    assert (f'id="parts-{run.pk}"' in page) == bool(column)
    if column:
        assert f'hx-get="{address}&amp;brief"' in page
        assert 'class="breakdown"' in client.get(f"{address}&brief").content.decode()


def test_before_the_test_is_public_no_row_opens(client, tmp_path):
    task = make_task(subsets=["Domain"], phases={"test_data": (DEADLINE, None)})
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    assert "parts-" not in board(client, task)


# ---------------------------------------------------------------- what may show
def test_hidden_scores_are_explained_and_not_there(client, tmp_path, clock):
    owner = make_user()
    task = make_task(
        visibility="never",
        campaign=make_campaign(organiser=owner),
        phases={"results": (DEADLINE, None)},
    )
    registration = make_registration(task, make_team("Flora"))
    score_run(make_run(registration, tmp_path, ranked_lines(6)))
    client.force_login(registration.team.members.get())
    page = board(client, task)
    assert "Scores are hidden for now." in page
    assert "8 May 2017, 22:00 UTC" in page
    assert "0.750" not in page
    assert "Flora Run" not in text_of(page)

    client.force_login(owner)
    assert "You see this as an organiser." in board(client, task)
    assert "0.750" in board(client, task)

    client.logout()
    clock(DEADLINE + timedelta(seconds=1))
    page = board(client, task)
    assert "0.750" in page
    assert "hidden" not in text_of(page)


def test_of_a_split_test_the_final_part_shows_with_the_results(client, tmp_path, clock):
    truth = "QueryId;ClassId;Usage\n" + "".join(
        f"q{i};c{i % 6};{'public' if i < 4 else 'private'}\n" for i in range(8)
    )
    organiser = make_user()
    task = make_task(
        campaign=make_campaign(organiser=organiser),
        files={"ground_truth.csv": truth},
        split={"column": "Usage", "final": "private"},
        phases={"results": (DEADLINE, None)},
    )
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(4)))
    page = board(client, task)
    assert "on the public part of the test" in page
    assert "1.000" in page
    assert "0.000" not in page
    client.force_login(organiser)
    assert "Others see the scores of the public part." in board(client, task)
    client.logout()
    clock(DEADLINE + timedelta(seconds=1))
    page = board(client, task)
    assert "0.000" in page
    assert "1.000" not in page


# ---------------------------------------------------------------- published results
def test_published_results_stand_apart_with_their_source(client, task, scored):
    scored(make_team("Alba"), 6)
    figures: list[dict[str, Any]] = [
        {"team": "KDE TUT", "metric": "mrr", "value": 0.853, "architectures": ["ResNet-50"]},
        {"team": "CMP", "metric": "mrr", "value": None},
    ]
    record_published_results(task=task, figures=figures, source="A talk, 20 October 2017")
    page = board(client, task)
    runs, _heading, published = page.partition("Published results</h2>")
    assert "KDE TUT" not in runs
    assert "Alba" not in published
    assert f"KDE TUT 0.853 {DASH} ResNet-50 {DASH}" in text_of(published)
    assert f"CMP — {DASH} {DASH} {DASH}" in text_of(published)
    assert "Source: A talk, 20 October 2017" in published
    assert not LeaderboardRow.objects.filter(run__registration__team__name="KDE TUT").exists()


def test_published_results_show_while_scores_are_hidden(client):
    task = make_task(visibility="never")
    figure = {"team": "KDE TUT", "metric": "mrr", "value": 0.853, "note": "as printed"}
    record_published_results(task=task, figures=[figure], source="A talk")
    page = board(client, task)
    assert "Scores are hidden for now." in page
    assert "0.853" in page
    assert "as printed" in page
