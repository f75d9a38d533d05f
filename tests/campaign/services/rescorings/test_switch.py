"""Nobody sees a new number before the switch, and from then on nobody an old one."""

from datetime import UTC, datetime

import pytest

from campaign.models import Evaluation, RankSnapshot, Rescoring, Task
from campaign.models.results import Part
from campaign.reads.rescorings import comparison, progress_of
from campaign.services.rescorings import (
    continue_rescorings,
    discard_rescoring,
    start_rescoring,
    switch_truth,
)
from campaign.services.results import evaluate
from tests.campaign.factories import NOW, make_registration, make_run, ranked_lines, score_run
from tests.campaign.services.rescorings.steps import (
    OTHER_LABELS,
    ranks,
    shown,
    start,
    state_of,
    work,
)

pytestmark = pytest.mark.django_db


def test_everything_changes_at_the_switch_and_nothing_before(task, runs, organiser):
    old = [("first", 1.0), ("second", 5 / 8)]
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    assert shown(task) == old
    work()
    assert state_of(rescoring) == "ready"
    assert shown(task) == old

    switch_truth(rescoring=rescoring, by=organiser, now=NOW)

    assert shown(task) == [("second", 1.0), ("first", 5 / 8)]
    assert ranks(task) == [("second", 1), ("first", 2)]
    assert Task.objects.get(pk=task.pk).current_truth == rescoring.truth_version
    assert RankSnapshot.objects.filter(task=task).latest().run_ids == [runs[1].pk, runs[0].pk]
    assert state_of(rescoring) == "switched"
    kept = Evaluation.objects.filter(run=runs[0]).order_by("pk")
    assert [(one.is_current, one.state) for one in kept] == [(False, "scored"), (True, "scored")]


def test_the_way_back_is_a_switch_too_and_scores_nothing_again(
    task, runs, organiser, private_files
):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    first = rescoring.replaces
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    n_evaluations = Evaluation.objects.count()

    back = start_rescoring(truth=first, by=organiser, reason="no, they were right", now=NOW)
    continue_rescorings(now=NOW)
    switch_truth(rescoring=back, by=organiser, now=NOW)

    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]
    assert Evaluation.objects.count() == n_evaluations


def test_what_is_discarded_leaves_no_trace_and_serves_the_next_one(task, runs, organiser):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    continue_rescorings(now=NOW)
    one, other = Evaluation.objects.unfinished().order_by("pk")
    evaluate(evaluation_id=one.pk)
    discard_rescoring(rescoring=rescoring, by=organiser, now=NOW)
    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]
    assert not Evaluation.objects.unfinished().exists()

    again = start_rescoring(
        truth=rescoring.truth_version, by=organiser, reason="after all", now=NOW
    )
    assert [one.pk for one in Evaluation.objects.unfinished()] == [other.pk]
    work()
    assert state_of(again) == "ready"


def test_organisers_see_who_moves_and_by_how_much(
    task, runs, organiser, django_assert_max_num_queries
):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    rescoring = Rescoring.objects.get(pk=rescoring.pk)
    with django_assert_max_num_queries(10):
        found = comparison(rescoring, Part.ALL)
    assert [(one.run.name, one.up) for one in found.runs] == [("second", 1), ("first", -1)]
    assert [one.scores[0].by for one in found.runs] == [3 / 8, -3 / 8]
    assert found.n_moving == 2
    assert found.changes[0] == ("mrr", -3 / 8, 3 / 8)


def test_where_all_lose_nobody_gains_nothing(task, organiser, tmp_path):
    for name, right in (("first", 8), ("second", 7)):
        score_run(make_run(make_registration(task), tmp_path, ranked_lines(right), name=name))
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    found = comparison(Rescoring.objects.get(pk=rescoring.pk), Part.ALL)
    assert found.changes[0] == ("mrr", -3 / 8, -1 / 8)


def test_a_metric_that_changes_nowhere_is_not_among_the_changes(task, runs, organiser):
    rescoring = start(task, organiser, metrics=("mrr",))
    work()
    assert comparison(Rescoring.objects.get(pk=rescoring.pk), Part.ALL).changes == []


def test_a_comparison_stays_after_the_switch(task, runs, organiser):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    before = comparison(Rescoring.objects.get(pk=rescoring.pk), Part.ALL).runs
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    after = comparison(Rescoring.objects.get(pk=rescoring.pk), Part.ALL).runs
    assert after == before


def test_progress_counts_what_is_finished_and_says_how_long_the_rest_takes(task, runs, organiser):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    assert progress_of(rescoring, NOW).n_runs == 2
    continue_rescorings(now=NOW)
    evaluate(evaluation_id=Evaluation.objects.unfinished()[0].pk)
    now = datetime.now(UTC)
    progress = progress_of(rescoring, now)
    assert (progress.n_finished, progress.n_left) == (1, 1)
    assert progress.left == now - NOW  # as long as the first one
