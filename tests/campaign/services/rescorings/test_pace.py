"""How far a re-scoring is and how long the rest takes: what is said is what it comes to."""

from datetime import timedelta
from typing import Any

import pytest

from campaign.models import Evaluation, Rescoring
from campaign.models.results import Part
from campaign.reads.rescorings import Progress, progress_of
from campaign.services import results
from campaign.services.rescorings import continue_rescorings, discard_rescoring, start_rescoring
from campaign.services.scores import PartScore, Result
from scoring import Score
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_truth,
    ranked_lines,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def finish(evaluation: Evaluation, after: timedelta) -> None:
    """Record an evaluation as its worker would, so long after the beginning."""
    lease = results.take(evaluation_id=evaluation.pk, now=NOW + after)
    assert lease
    report: dict[str, Any] = {"problems": [], "warnings": []}
    done = Result(report, b"a trace", [PartScore(Part.ALL, Score("mrr", 0.5, 8))], {})
    results.record(lease=lease, result=done, now=NOW + after)


@pytest.fixture
def rescoring(tmp_path) -> Rescoring:
    """Return one of five runs that has just begun."""
    task = make_task(metrics=["mrr"], runs_per_team=None)
    registration = make_registration(task)
    for number in range(5):
        run = make_run(registration, tmp_path, ranked_lines(salt="+" * number))
        finish(run.evaluations.get(), timedelta(0))
    return begin(task)


def begin(task: Any, truth: Any = None) -> Rescoring:
    truth = truth or make_truth(task, ["mrr"], {})
    rescoring = start_rescoring(truth=truth, by=None, reason="labels", now=NOW)
    continue_rescorings(now=NOW)
    return rescoring


def after(rescoring: Rescoring, seconds: float) -> Progress:
    return progress_of(rescoring, NOW + seconds * SECOND)


def unfinished(rescoring: Rescoring) -> list[Evaluation]:
    return list(rescoring.evaluations.unfinished().order_by("pk"))


def test_nothing_is_said_before_anything_is_finished(rescoring):
    assert after(rescoring, 30) == Progress(n_runs=5, n_scored=0, n_failed=0, left=None)


def test_the_rest_takes_as_long_as_what_is_done_took_by_its_number(rescoring):
    for number, evaluation in enumerate(unfinished(rescoring)[:2], start=1):
        finish(evaluation, number * 4 * SECOND)
    assert after(rescoring, 8) == Progress(n_runs=5, n_scored=2, n_failed=0, left=12 * SECOND)


def test_while_nothing_more_is_finished_it_grows(rescoring):
    finish(unfinished(rescoring)[0], 2 * SECOND)
    assert after(rescoring, 2).left == 8 * SECOND
    assert after(rescoring, 20).left == 80 * SECOND


def test_nothing_is_left_at_the_end(rescoring):
    for evaluation in unfinished(rescoring):
        finish(evaluation, SECOND)
    found = after(rescoring, 10)
    assert (found.n_finished, found.n_left, found.left) == (5, 0, None)


def test_what_an_earlier_one_left_makes_this_one_no_faster(rescoring):
    for evaluation in unfinished(rescoring)[:3]:
        finish(evaluation, -SECOND)
    discard_rescoring(rescoring=rescoring, by=None, now=NOW)
    again = begin(rescoring.task, rescoring.truth_version)
    assert after(again, 10) == Progress(n_runs=5, n_scored=3, n_failed=0, left=None)
    again_waiting = unfinished(again)
    assert len(again_waiting) == 2
    finish(again_waiting[0], 10 * SECOND)
    assert after(again, 10).left == 10 * SECOND


def test_runs_that_were_not_asked_yet_count(rescoring):
    discard_rescoring(rescoring=rescoring, by=None, now=NOW)
    truth = make_truth(rescoring.task, ["mrr"], {})
    fresh = start_rescoring(truth=truth, by=None, reason="labels", now=NOW)
    assert after(fresh, 1).n_runs == 5
    assert after(fresh, 1).left is None
