"""Leaderboards and run reports: right, visible to the right people, and cheap."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from campaign.models import Evaluation, Run, Score, User
from campaign.reads.breakdowns import subset_questions
from campaign.reads.leaderboards import Asked, leaderboard
from campaign.reads.results import run_report, team_runs
from campaign.reads.visibility import visible_part
from campaign.services.breakdowns import answer
from campaign.services.leaderboards import rank_task
from campaign.services.runs import withdraw_run
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_truth,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db

RESULTS = DEADLINE + timedelta(days=4)
ANYBODY = AnonymousUser()
TWO_SPLITS = "QueryId;ClassId;Usage;Other\n" + "".join(
    f"q{i};c{i % 6};{sides}\n"
    for i, sides in enumerate(["public;private"] * 4 + ["private;public"] * 4)
)


@pytest.mark.parametrize(
    ("visibility", "split", "before", "after"),
    [
        ("never", None, None, "all"),
        ("live", None, "all", "all"),
        ("never", {"column": "Usage"}, None, "all"),
        ("live", {"column": "Usage"}, "public", "all"),
        ("live", {"column": "Usage", "final": "private"}, "public", "private"),
        ("never", {"column": "Usage", "final": "private"}, None, "private"),
    ],
)
def test_what_shows_before_and_after_results_open(visibility, split, before, after):
    organiser = make_user()
    task = make_task(
        campaign=make_campaign(organiser=organiser),
        visibility=visibility,
        split=split,
        phases={"results": (RESULTS, None)},
    )
    for viewer in (ANYBODY, make_user(), make_registration(task).team.members.get()):
        assert visible_part(task, viewer, RESULTS - timedelta(microseconds=1)) == before
        assert visible_part(task, viewer, RESULTS) == after
    for viewer in (organiser, make_user(is_staff=True)):
        assert visible_part(task, viewer, NOW) == after


def shown_of(run: Run, viewer: User | AnonymousUser, now: datetime) -> tuple[str | None, Any]:
    """Return the part that shows of a run, and its first score there."""
    report = run_report(run=Run.objects.get(pk=run.pk), viewer=viewer, now=now)
    assert report
    return report.part, report.scores["mrr"].value if report.scores else None


@pytest.mark.parametrize("in_force", ["", "Other"])
def test_a_run_shows_by_the_split_it_was_scored_with(tmp_path, in_force):
    """Its scores on all queries hold the private ones, whatever splits the truth in force."""
    files = {"ground_truth.csv": TWO_SPLITS}
    task = make_task(
        files=files,
        split={"column": "Usage", "final": "private"},
        phases={"results": (RESULTS, None)},
    )
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(4)))
    task.current_truth = make_truth(task, task.metrics, files, split_column=in_force)
    task.save()
    rank_task(task_id=task.pk, now=NOW)
    own = run.registration.team.members.get()

    for viewer in (ANYBODY, own):
        assert shown_of(run, viewer, NOW) == ("public", 1)
        assert shown_of(run, viewer, RESULTS) == ("private", 0)
        assert leaderboard(task=task, viewer=viewer, now=NOW).entries == []
    assert team_runs(task=task, viewer=own, now=NOW)[0].part == "public"


def test_a_run_of_a_truth_without_a_split_shows_as_it_did(tmp_path):
    files = {"ground_truth.csv": TWO_SPLITS}
    task = make_task(files=files, phases={"results": (RESULTS, None)})
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(4)))
    task.current_truth = make_truth(task, task.metrics, files, split_column="Usage")
    task.final = "private"
    task.save()

    for now in (NOW, RESULTS):
        assert shown_of(run, ANYBODY, now) == ("all", 1 / 2)


@pytest.mark.parametrize("in_force", ["", "Other"])
def test_a_table_is_of_the_split_that_its_run_was_scored_with(tmp_path, in_force):
    """It is kept for good: made of another column's part, it would tell what is private."""
    files = {"ground_truth.csv": TWO_SPLITS}
    task = make_task(files=files, subsets=["Domain"], split={"column": "Usage"})
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(4)))
    task.current_truth = make_truth(task, task.metrics, files, split_column=in_force)
    task.save()
    report = run_report(run=Run.objects.get(pk=run.pk), viewer=ANYBODY, now=NOW)
    assert report
    (question,) = subset_questions(report, ANYBODY, NOW)

    cells = answer(question)["cells"]

    values = [[score["value"] for score in cell["scores"]] for cell in cells]
    assert (question.part, values) == ("public", [[1, 1], [1, 1]])


def test_a_hidden_leaderboard_shows_not_even_the_order(tmp_path):
    task = make_task(visibility="never")
    score_run(make_run(make_registration(task), tmp_path))
    shown = leaderboard(task=task, viewer=ANYBODY, now=NOW)
    assert (shown.part, shown.entries) == (None, [])


def test_a_page_holds_scores_in_the_order_of_the_columns(tmp_path):
    task = make_task(metrics=["mrr", "top_1", "macro_mrr"])
    score_run(make_run(make_registration(task), tmp_path))
    entry = leaderboard(task=task, viewer=ANYBODY, now=NOW).entries[0]
    assert list(entry.scores) == ["mrr", "top_1", "macro_mrr"]
    assert entry.rank == 1


def test_sorting_by_another_column_keeps_the_ranks(tmp_path):
    task = make_task(metrics=["mrr", "top_1@Domain=sheet"])
    registration = make_registration(task)
    sheets_only = "".join(f"q{i};c{i % 6};0.9\n" for i in (1, 3, 5, 7))
    score_run(make_run(registration, tmp_path, ranked_lines(5), name="even"))
    score_run(make_run(registration, tmp_path, sheets_only, name="sheets"))
    shown = leaderboard(task=task, viewer=ANYBODY, now=NOW, asked=Asked(sort="top_1@Domain=sheet"))
    assert [(entry.run.name, entry.rank) for entry in shown.entries] == [("sheets", 2), ("even", 1)]


def test_a_run_that_was_scored_again_stands_once_by_its_current_score(tmp_path):
    task = make_task(metrics=["mrr", "top_1"])
    registration = make_registration(task)
    runs = [score_run(make_run(registration, tmp_path, ranked_lines(right))) for right in (5, 6)]
    for run in runs:
        old = run.evaluations.get()
        scored_before = Evaluation.objects.create(
            run=run,
            truth_version=old.truth_version,
            scorer_version="0",
            is_current=False,
            state="scored",
            queued_at=NOW,
            sent_at=NOW,
            finished_at=NOW,
        )
        Score.objects.create(evaluation=scored_before, metric="top_1", value=1, n=8)
    shown = leaderboard(task=task, viewer=ANYBODY, now=NOW, asked=Asked(sort="top_1"))
    assert [entry.scores["top_1"].value for entry in shown.entries] == [6 / 8, 5 / 8]


def test_best_of_each_team(tmp_path):
    task = make_task()
    one, other = make_registration(task), make_registration(task)
    for registration, right in ((one, 8), (one, 7), (other, 6)):
        score_run(make_run(registration, tmp_path, ranked_lines(right)))
    shown = leaderboard(task=task, viewer=ANYBODY, now=NOW, asked=Asked(best=True))
    assert [entry.scores["mrr"].value for entry in shown.entries] == [1.0, 0.75]


def test_queries_do_not_grow_with_runs(tmp_path, django_assert_num_queries):
    task = make_task(runs_per_team=None)
    registration = make_registration(task)
    for salt in range(6):
        score_run(make_run(registration, tmp_path, ranked_lines(salt="+" * salt)))
        if salt in {0, 5}:
            task.refresh_from_db()
            with django_assert_num_queries(7):
                leaderboard(task=task, viewer=ANYBODY, now=NOW)


def test_others_see_a_run_once_its_score_shows(tmp_path):
    task = make_task(visibility="never", phases={"results": (RESULTS, None)})
    run = score_run(make_run(make_registration(task), tmp_path))
    other, own = make_user(), run.registration.team.members.get()
    assert run_report(run=run, viewer=other, now=NOW) is None
    mine = run_report(run=run, viewer=own, now=NOW)
    assert mine
    assert (mine.own, mine.scores, mine.rank) == (True, None, None)
    shown = run_report(run=run, viewer=other, now=RESULTS)
    assert shown
    assert (shown.own, shown.rank) == (False, 1)
    assert shown.scores
    assert shown.scores["mrr"].value == 1.0


@pytest.mark.parametrize("scored_first", [False, True])
def test_what_is_withdrawn_unseen_stays_unseen_until_results_open(tmp_path, scored_first):
    """Otherwise a withdrawal would buy a score for nothing."""
    task = make_task(visibility="never", phases={"results": (RESULTS, None)})
    run = make_run(make_registration(task), tmp_path, image_content="m0;c1;0.5\n")
    if scored_first:
        score_run(run)
    own = run.registration.team.members.get()
    withdraw_run(run=run, by=own, reason="", now=NOW)
    score_run(run)
    score_run(run.image_run)
    task.visibility = "live"
    task.save()

    run = Run.objects.get(pk=run.pk)
    mine = run_report(run=run, viewer=own, now=NOW)
    assert mine
    assert mine.image_run
    assert (mine.state, mine.scores, mine.rank) == ("withdrawn", None, None)
    assert mine.image_run.scores is None
    alone = run_report(run=run.image_run, viewer=own, now=NOW)
    assert alone
    assert alone.scores is None
    assert run_report(run=run, viewer=ANYBODY, now=NOW) is None
    assert leaderboard(task=task, viewer=ANYBODY, now=NOW).entries == []
    shown = run_report(run=run, viewer=ANYBODY, now=RESULTS)
    assert shown
    assert shown.scores


def test_problems_are_for_the_own_team(tmp_path):
    task = make_task()
    run = score_run(make_run(make_registration(task), tmp_path, "q1;c99;0.5\n"))
    assert run_report(run=run, viewer=make_user(), now=NOW) is None
    mine = run_report(run=run, viewer=run.registration.team.members.get(), now=NOW)
    assert mine
    assert mine.state == "rejected"
    assert mine.problems[0]["lines"] == [1]


def test_a_team_lists_its_own_runs(tmp_path):
    task = make_task()
    run = make_run(make_registration(task), tmp_path)
    make_run(make_registration(task), tmp_path)
    own = run.registration.team.members.get()
    assert [report.run for report in team_runs(task=task, viewer=own, now=NOW)] == [run]
    assert team_runs(task=task, viewer=ANYBODY, now=NOW) == []
