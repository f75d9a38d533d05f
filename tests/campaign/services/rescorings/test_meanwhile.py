"""Runs that come while all are scored again."""

import pytest

from campaign.celery import BEHIND, n_messages
from campaign.reads.health import health
from campaign.services.rescorings import continue_rescorings, switch_truth
from campaign.services.results import evaluate
from tests.campaign.factories import (
    NOW,
    QUERIES,
    make_registration,
    make_run,
    ranked_lines,
    score_run,
)
from tests.campaign.services.rescorings.steps import (
    OTHER_LABELS,
    refused,
    shown,
    start,
    state_of,
    work,
)

pytestmark = pytest.mark.django_db


def test_a_run_sent_meanwhile_is_scored_by_both(task, runs, organiser, tmp_path):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    assert state_of(rescoring) == "ready"
    run = make_run(make_registration(task), tmp_path, ranked_lines(6), name="third")
    score_run(run)
    assert [row[0] for row in shown(task)] == ["first", "third", "second"]
    assert state_of(rescoring) == "running"
    assert refused(switch_truth, rescoring=rescoring, by=organiser) == ("rescoring_unfinished")
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert [row[0] for row in shown(task)] == ["second", "third", "first"]


def test_a_run_on_its_way_at_the_switch_shows_no_old_score(task, runs, organiser, tmp_path):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    run = make_run(make_registration(task), tmp_path, ranked_lines(6), name="third")
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)

    evaluate(evaluation_id=run.evaluations.get().pk)  # by the version it was sent for

    assert [row[0] for row in shown(task)] == ["second", "first"]
    current = run.evaluations.get(is_current=True)
    assert (current.state, current.truth_version) == ("queued", rescoring.truth_version)
    evaluate(evaluation_id=current.pk)
    assert [row[0] for row in shown(task)] == ["second", "third", "first"]


def test_a_wrong_file_on_its_way_at_the_switch_is_rejected_by_its_own_version(
    task, runs, organiser, tmp_path
):
    rescoring = start(task, organiser, queries=QUERIES + "q8;photo\n")
    work()
    run = make_run(make_registration(task), tmp_path, "q8;c1;0.5\n")
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    work()
    evaluation = run.evaluations.get()
    assert (evaluation.state, evaluation.is_current) == ("rejected", True)


@pytest.mark.usefixtures("no_messages")
def test_nobody_waits_behind_a_rescoring(
    task, runs, organiser, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.RESCORING_BATCH = 1
    with django_capture_on_commit_callbacks(execute=True):
        start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
        continue_rescorings(now=NOW)
        make_run(make_registration(task), tmp_path, ranked_lines(6))
    assert (n_messages("scoring"), n_messages("scoring", priority=BEHIND)) == (1, 2)
    assert health(NOW).queued == 1
