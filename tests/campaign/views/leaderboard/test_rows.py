"""A task's leaderboard as people see it: in order, marked, with what is sure of a score and of a place."""

import re
from datetime import timedelta

import pytest
from django.db import transaction

from campaign.models import Run
from campaign.services.leaderboards import lock_task, rank_task
from campaign.services.runs import withdraw_run
from tests.campaign.boards import compare_all, make_large_test, send
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
    score_run,
)
from tests.campaign.views.leaderboard.tables import DASH, board, rows_of
from tests.campaign.views.pages import text_of
from tests.load.boards import make_board

pytestmark = pytest.mark.django_db

LONG = "<b>🌿 Ünï</b> " + "é" * 67  # 80 characters


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


# ---------------------------------------------------------------- how sure a score is
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
