"""What waits for organisers, each thing alone, in as many questions for many tasks as for one."""

from datetime import timedelta

import pytest
from django.apps import apps

from campaign.models import BaselineTraining, Rescoring, Run, Task
from campaign.reads.attention import WAITING_LONG, concerns, queue_of
from campaign.services.moderation import note_seen, queue_failed_again
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
    score_run,
)
from tests.campaign.reads.test_near_chance import RESULTS, WILD, scored

pytestmark = pytest.mark.django_db

EARLY = DEADLINE - timedelta(days=8)  # no deadline is near yet


def kinds(task: Task, now=EARLY) -> list[tuple[str, int]]:
    fresh = Task.objects.prefetch_related("phases").get(pk=task.pk)
    return [(concern.kind, concern.n) for concern in concerns([fresh], now)[task.pk]]


def test_of_a_task_that_runs_by_itself_nothing_waits(tmp_path):
    task = make_task()
    score_run(make_run(make_registration(task), tmp_path, at=EARLY))
    assert kinds(task) == []


def test_failed_runs_wait_unless_they_are_withdrawn(tmp_path):
    task = make_task()
    run = make_run(make_registration(task), tmp_path, at=EARLY)
    run.evaluations.update(state="failed", finished_at=EARLY, failure="KeyError")
    assert kinds(task) == [("failed", 1)]
    run.standing = "withdrawn"
    run.save()
    assert kinds(task) == []


def failed(run):
    run.evaluations.filter(is_current=True).update(
        state="failed", finished_at=EARLY, failure="KeyError"
    )
    return run


def test_what_an_organiser_has_seen_waits_no_more_until_it_fails_again(tmp_path):
    organiser = make_user()
    task = make_task(campaign=make_campaign(organiser=organiser))
    run = make_run(make_registration(task), tmp_path, at=EARLY, image_content="m0;c0;0.5\n")
    for one in (run, run.image_run):
        failed(one)
    other = failed(make_run(make_registration(task), tmp_path, at=EARLY))
    assert kinds(task) == [("failed", 3)]
    note_seen(run=run, by=organiser, reason="The disk was full.")
    assert kinds(task) == [("failed", 1)]
    note_seen(run=other, by=organiser, reason="The disk was full.")
    assert kinds(task) == []
    assert last_reason(run) == "The disk was full."

    queue_failed_again(task=task, run=other, by=organiser, reason="New disk.", now=EARLY)
    assert kinds(task) == []  # it is queued
    failed(other)
    assert kinds(task) == [("failed", 1)]


def last_reason(run):
    events = apps.get_model("campaign", "RunEvent").objects.filter(pgh_obj=run.pk)
    return events.latest("pgh_id").pgh_context.metadata["reason"]


def test_a_queued_run_waits_though_its_failure_was_seen(tmp_path):
    """Only what was seen is left out."""
    task = make_task()
    run = make_run(make_registration(task), tmp_path, at=EARLY)
    Run.objects.update(seen_evaluation=run.evaluations.get().pk)
    assert kinds(task, EARLY + WAITING_LONG + timedelta(seconds=1)) == [("waiting", 1)]


def test_a_run_near_chance_that_was_seen_waits_again_once_it_is_evaluated_anew(tmp_path):
    run, _member, _organiser = scored(tmp_path, WILD)
    task = run.registration.task
    note_seen(run=run, by=make_user(is_staff=True), reason="Known: an ablation.")
    assert kinds(task) == []
    Run.objects.update(seen_evaluation=run.evaluations.get().pk - 1)  # another one counts now
    assert kinds(task) == [("near_chance", 1)]


def test_runs_that_wait_long_are_said_and_others_not(tmp_path):
    task = make_task()
    make_run(make_registration(task), tmp_path, at=EARLY)
    assert kinds(task, EARLY + WAITING_LONG) == []
    assert kinds(task, EARLY + WAITING_LONG + timedelta(seconds=1)) == [("waiting", 1)]
    queue = queue_of(task)
    assert (queue.n, queue.oldest) == (1, EARLY)


def test_a_deadline_is_near_for_a_week_and_then_what_is_queued_counts(tmp_path):
    task = make_task()
    make_run(make_registration(task), tmp_path, at=DEADLINE - timedelta(seconds=1))
    week = DEADLINE - timedelta(days=7)
    assert kinds(task, week - timedelta(seconds=1)) == []
    assert kinds(task, week) == [("deadline", 1)]
    assert kinds(task, DEADLINE - timedelta(seconds=1)) == [("deadline", 1)]
    assert kinds(task, DEADLINE) == [("unscored_at_deadline", 1)]


def test_a_queued_late_run_is_no_unscored_one(tmp_path):
    task = make_task(phases={"post_campaign": (DEADLINE, None)})
    make_run(make_registration(task), tmp_path, at=DEADLINE)
    assert kinds(task, DEADLINE) == []


def test_registrations_wait_until_somebody_decides():
    task = make_task()
    registration = make_registration(task, state="pending")
    make_registration(task, state="pending")
    assert kinds(task) == [("registrations", 2)]
    for state in ("approved", "refused"):
        registration.state, registration.state_reason = state, "read the rules"
        registration.save()
        assert kinds(task) == [("registrations", 1)]


def test_runs_near_chance_are_said_until_results_open(tmp_path):
    run, _member, _organiser = scored(tmp_path, WILD)
    task = run.registration.task
    assert kinds(task) == [("near_chance", 1)]
    assert kinds(task, RESULTS) == []


def test_a_split_counts_the_part_that_ranks_at_the_end(tmp_path):
    run, _member, _organiser = scored(tmp_path, WILD, split={"column": "Usage", "final": "private"})
    assert kinds(run.registration.task) == [("near_chance", 1)]


def test_a_newer_truth_waits_until_a_re_scoring_decides(tmp_path):
    task = make_task()
    old = task.current_truth
    assert old
    new = make_truth(task, ["mrr"], {})
    assert kinds(task) == [("truth", 1)]
    rescoring = Rescoring.objects.create(
        task=task, truth_version=new, replaces=old, reason="a typo", started_at=NOW
    )
    assert kinds(task) == []  # it runs
    Rescoring.objects.update(state="ready")
    assert kinds(task) == [("rescoring", 1)]
    failed = make_run(make_registration(task), tmp_path, at=EARLY).evaluations.get()
    failed.pk, failed.truth_version, failed.is_current = None, new, False
    failed.state, failed.finished_at = "failed", EARLY
    failed.save()
    assert kinds(task) == [("rescoring_failed", 1)]
    Rescoring.objects.filter(pk=rescoring.pk).update(state="discarded", ended_at=NOW)
    assert kinds(task) == []


def test_announcements_are_said_while_they_are_mailed():
    task = make_task()
    news = task.announcements.create(subject="s", text="t", author=make_user(), created_at=NOW)
    assert kinds(task) == [("mailing", 1)]
    news.mailed_at = NOW
    news.save()
    assert kinds(task) == []


def test_what_waits_elsewhere_is_not_said_here():
    make_registration(make_task(), state="pending")
    assert kinds(make_task()) == []


def make_failed_baseline(task: Task) -> None:
    moments = dict.fromkeys(("asked_at", "sent_at", "started_at", "ended_at"), EARLY)
    BaselineTraining.objects.create(
        task=task, name="first", reason="a first", state="failed", **moments
    )


def test_many_tasks_cost_no_more_questions_than_one(tmp_path, django_assert_num_queries):
    campaign = make_campaign()

    def fill(name: str) -> None:
        task = make_task(name, campaign=campaign)
        run = make_run(make_registration(task, make_team()), tmp_path, at=EARLY)
        run.evaluations.update(state="failed", finished_at=EARLY)
        make_registration(task, state="pending")
        make_truth(task, ["mrr"], {})
        make_failed_baseline(task)

    for names in (["one"], ["two", "three", "four"]):
        for name in names:
            fill(name)
        tasks = list(campaign.tasks.prefetch_related("phases"))
        with django_assert_num_queries(7):
            found = concerns(tasks, EARLY)
        assert {len(waiting) for waiting in found.values()} == {4}
