"""The life of an evaluation: taken once, recorded once, never stuck."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction

from campaign.celery import app
from campaign.models import Evaluation, LeaderboardRow, RankSnapshot, Registration, Score
from campaign.reads.leaderboards import leaderboard
from campaign.services import results
from campaign.services.leaderboards import rank_task
from campaign.services.runs import withdraw_run
from campaign.services.scores import Result
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
    sender,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration() -> Registration:
    return make_registration(make_task())


def test_a_run_travels_to_its_scores(registration, tmp_path):
    run = score_run(make_run(registration, tmp_path, ranked_lines(right=6)))
    evaluation = run.evaluations.get()
    scores = {score.metric: score.value for score in evaluation.scores.all()}
    assert evaluation.state == "scored"
    assert scores == {"mrr": 6 / 8, "top_1": 6 / 8}
    assert evaluation.trace.data
    assert evaluation.report["coverage"] == 1


def test_a_wrong_file_is_rejected_with_all_its_problems(registration, tmp_path):
    content = "q0;c0;0.5\nq0;c0;0.4\nq99;c1;0.5\nq1;c77;0.5\nq2;c1;1.5\n"
    run = score_run(make_run(registration, tmp_path, content))
    evaluation = run.evaluations.get()
    lines = {problem["kind"]: problem["lines"] for problem in evaluation.problems}
    assert evaluation.state == "rejected"
    assert sorted(lines.values()) == [[2], [3], [4], [5]]
    assert not evaluation.scores.exists()


def test_a_second_message_changes_nothing(registration, tmp_path):
    run = score_run(make_run(registration, tmp_path))
    before = Evaluation.objects.values().get()
    results.evaluate(evaluation_id=run.evaluations.get().pk)
    assert Evaluation.objects.values().get() == before


def test_only_one_worker_takes_an_evaluation(registration, tmp_path):
    evaluation = make_run(registration, tmp_path).evaluations.get()
    assert results.take(evaluation_id=evaluation.pk, now=NOW)
    assert results.take(evaluation_id=evaluation.pk, now=NOW) is None


def test_a_dead_lease_is_taken_over_and_its_worker_shut_out(registration, tmp_path, settings):
    evaluation = make_run(registration, tmp_path).evaluations.get()
    dead = results.take(evaluation_id=evaluation.pk, now=NOW)
    later = NOW + settings.SCORING_LEASE + timedelta(seconds=1)
    alive = results.take(evaluation_id=evaluation.pk, now=later)
    assert dead
    assert alive

    assert not results.renew(lease=dead, now=later)
    results.record(lease=dead, result=Result({}, b"wrong", [], {}), now=later)
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.attempts) == ("scoring", 2)


def test_three_dead_workers_end_it_with_a_reason(registration, tmp_path, settings):
    evaluation = make_run(registration, tmp_path).evaluations.get()
    moment = NOW
    for _ in range(settings.SCORING_MAX_ATTEMPTS):
        assert results.take(evaluation_id=evaluation.pk, now=moment)
        moment += settings.SCORING_LEASE + timedelta(seconds=1)
    assert results.take(evaluation_id=evaluation.pk, now=moment) is None
    evaluation.refresh_from_db()
    assert evaluation.state == "failed"
    assert "died at every attempt" in evaluation.failure


def test_a_person_is_told_of_a_failed_run_and_nothing_of_the_truth(tmp_path, settings, mailed):
    organiser, staff = make_user("organiser"), make_user("staff", is_staff=True)
    make_user("stranger")
    task = make_task("birds", campaign=make_campaign(organiser=organiser))
    evaluation = make_run(make_registration(task), tmp_path).evaluations.get()
    evaluation.attempts = settings.SCORING_MAX_ATTEMPTS - 1
    evaluation.save()
    lease = results.take(evaluation_id=evaluation.pk, now=NOW)
    assert lease

    results.give_up(lease=lease, failure="KeyError: 'the label of q7'", now=NOW)

    sent = mailed()
    assert [mail.recipients() for mail in sent] == [[organiser.email], [staff.email]]
    for mail in sent:
        assert "in birds failed by a fault of ours" in mail.subject
        assert f"/tasks/birds/organise/runs/{evaluation.run_id}/" in mail.body
        assert "label" not in mail.subject + mail.body


def test_a_person_queues_a_failed_run_again(registration, tmp_path):
    run = make_run(registration, tmp_path)
    evaluation = run.evaluations.get()
    run.evaluations.update(state="failed", finished_at=NOW, attempts=3)
    results.queue_again(evaluation=evaluation, now=NOW)
    assert score_run(run).evaluations.get().state == "scored"


def test_out_of_time_is_our_fault_and_is_tried_again(registration, tmp_path, settings):
    settings.SCORING_MAX_BYTES = 10_000_000  # not enough for Python itself
    run = score_run(make_run(registration, tmp_path))
    evaluation = run.evaluations.get()
    assert (evaluation.state, evaluation.attempts) == ("scoring", 1)
    assert "ScorerFailed" in evaluation.failure

    settings.SCORING_MAX_BYTES = 2_000_000_000
    assert score_run(run).evaluations.get().state == "scored"


@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_sends_nothing_while_the_workers_are_only_busy(
    registration, tmp_path, settings
):
    runs = [make_run(registration, tmp_path, ranked_lines(salt=salt)) for salt in ("", "+")]
    later = NOW + settings.SCORING_RESEND_AFTER + timedelta(seconds=1)
    for run in runs:
        app.send_task("evaluate", args=[run.evaluations.get().pk], queue="scoring")
    assert results.sweep(now=later) == 0


@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_sends_lost_messages_once_a_while(
    registration, tmp_path, settings, django_capture_on_commit_callbacks
):
    make_run(registration, tmp_path)
    soon = NOW + timedelta(seconds=1)
    later = NOW + settings.SCORING_RESEND_AFTER + timedelta(seconds=1)
    assert results.sweep(now=soon) == 0
    with django_capture_on_commit_callbacks() as sent:
        assert results.sweep(now=later) == 1
    assert len(sent) == 1
    assert results.sweep(now=later + timedelta(seconds=1)) == 0


@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_takes_back_what_a_dead_worker_held(registration, tmp_path, settings):
    evaluation = make_run(registration, tmp_path).evaluations.get()
    results.take(evaluation_id=evaluation.pk, now=NOW)
    assert results.sweep(now=NOW + settings.SCORING_LEASE - timedelta(seconds=1)) == 0
    assert results.sweep(now=NOW + settings.SCORING_LEASE + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("state", ["queued", "scoring", "rejected", "failed"])
def test_the_database_keeps_what_is_scored(registration, tmp_path, state):
    run = score_run(make_run(registration, tmp_path))
    with transaction.atomic(), pytest.raises(DatabaseError):
        run.evaluations.update(state=state)


def rows(task, part: str = "all") -> list[tuple[str, int, int | None]]:
    found = LeaderboardRow.objects.filter(task=task, part=part).order_by("position")
    return [(row.run.name, row.section, row.rank) for row in found]


def test_ties_share_a_rank_and_a_baseline_takes_none(registration, tmp_path):
    task = registration.task
    organisers = make_registration(task, make_team(organisers=True))
    third = make_registration(task)
    score_run(make_run(registration, tmp_path, ranked_lines(6), name="a"))
    score_run(make_run(registration, tmp_path, ranked_lines(6, salt="+"), name="b"))
    score_run(make_run(third, tmp_path, ranked_lines(3), name="c"))
    score_run(make_run(organisers, tmp_path, ranked_lines(5), name="base"))
    assert rows(task) == [("a", 0, 1), ("b", 0, 1), ("base", 0, None), ("c", 0, 3)]
    best = LeaderboardRow.objects.filter(best_of_team=True).order_by("position")
    assert [row.run.name for row in best] == ["a", "c"]


def test_late_and_withdrawn_runs_follow_without_a_rank(tmp_path):
    task = make_task(phases={"post_campaign": (DEADLINE, None)})
    registration = make_registration(task)
    score_run(make_run(registration, tmp_path, ranked_lines(2), name="in time"))
    score_run(make_run(registration, tmp_path, ranked_lines(8), name="late", at=DEADLINE))
    gone = score_run(make_run(registration, tmp_path, ranked_lines(7), name="gone"))
    withdraw_run(run=gone, by=sender(gone), reason="", now=NOW)
    rank_task(task_id=task.pk, now=NOW)
    assert rows(task) == [("in time", 0, 1), ("late", 1, None), ("gone", 2, None)]


def test_a_split_has_scores_and_ranks_of_each_part(tmp_path):
    """The first four queries are public; who is good at them is not who wins."""
    lines = [f"q{i};c{i % 6};{'public' if i < 4 else 'private'}\n" for i in range(8)]
    task = make_task(
        metrics=["mrr", "top_1@Domain=sheet"],
        split={"column": "Usage", "final": "private"},
        files={"ground_truth.csv": "QueryId;ClassId;Usage\n" + "".join(lines)},
        phases={"results": (DEADLINE, None)},
    )
    registration = make_registration(task)
    score_run(make_run(registration, tmp_path, ranked_lines(4), name="public"))
    last = "".join(f"q{i};c{i % 6};0.9\n" for i in range(3, 8))
    score_run(make_run(registration, tmp_path, last, name="private"))

    scores = Score.objects.filter(metric="mrr").order_by("evaluation", "part")
    assert [(score.part, score.value) for score in scores] == [
        ("all", 4 / 8),
        ("private", 0),
        ("public", 1),
        ("all", 5 / 8),
        ("private", 1),
        ("public", 1 / 4),
    ]
    sheets = Score.objects.filter(metric="top_1@Domain=sheet", part="public")
    assert [score.n for score in sheets] == [2, 2]
    assert rows(task, "public") == [("public", 0, 1), ("private", 0, 2)]
    assert rows(task, "private") == [("private", 0, 1), ("public", 0, 2)]
    for now, first in ((NOW, "public"), (DEADLINE, "private")):
        shown = leaderboard(task=task, viewer=AnonymousUser(), now=now)
        assert shown.entries[0].run.name == first


def test_a_run_that_is_no_longer_scored_leaves_the_board(registration, tmp_path):
    """As when a new ground truth makes it invalid."""
    run = score_run(make_run(registration, tmp_path))
    old = run.evaluations.get()
    run.evaluations.update(is_current=False)
    Evaluation.objects.create(
        run=run,
        truth_version=old.truth_version,
        scorer_version="2",
        state="rejected",
        queued_at=NOW,
        sent_at=NOW,
        finished_at=NOW,
    )
    rank_task(task_id=registration.task_id, now=NOW)
    assert rows(registration.task) == []


def test_an_undefined_score_is_last_and_never_first(tmp_path):
    task = make_task(metrics=["top_1@Domain=sheet"], files={"queries.csv": _without_sheets()})
    run = score_run(make_run(make_registration(task), tmp_path))
    score = run.evaluations.get().scores.get()
    assert score.value is None
    assert score.reason
    assert [row[1:] for row in rows(task)] == [(2, None)]


def _without_sheets() -> str:
    return "QueryId;Domain\n" + "".join(f"q{i};photo\n" for i in range(8))


def test_an_incomplete_description_has_no_rank(tmp_path):
    task = make_task(required_description=["architectures"])
    registration = make_registration(task)
    score_run(make_run(registration, tmp_path, name="bare"))
    score_run(
        make_run(
            registration,
            tmp_path,
            ranked_lines(1),
            name="told",
            description={"architectures": ["ResNet-50"]},
        )
    )
    assert rows(task) == [("told", 0, 1), ("bare", 2, None)]


def test_a_snapshot_is_kept_when_the_order_changes_and_only_then(registration, tmp_path):
    score_run(make_run(registration, tmp_path, ranked_lines(5)))
    score_run(make_run(registration, tmp_path, ranked_lines(6)))
    rank_task(task_id=registration.task_id, now=NOW)
    assert [snapshot.ranks for snapshot in RankSnapshot.objects.order_by("id")] == [[1], [1, 2]]
