"""What another version drops, what it asks of the files, and when it asks nothing."""

import pytest

from campaign import storage
from campaign.models import Task
from campaign.services.rescorings import switch_truth
from tests.campaign.factories import (
    CLASSES,
    GROUND_TRUTH,
    NOW,
    QUERIES,
    make_registration,
    make_run,
    ranked_lines,
    score_run,
)
from tests.campaign.services.rescorings.steps import OTHER_LABELS, ranks, shown, start, work

pytestmark = pytest.mark.django_db


def test_queries_and_classes_that_are_gone_reject_no_run(task, organiser, tmp_path):
    registration = make_registration(task)
    run = score_run(make_run(registration, tmp_path, ranked_lines(6)))
    rescoring = start(
        task,
        organiser,
        queries="".join(line for line in QUERIES.splitlines(keepends=True) if "q7" not in line),
        classes="".join(line for line in CLASSES.splitlines(keepends=True) if "c5" not in line),
        media="",
        ground_truth="QueryId;ClassId\n" + "".join(f"q{i};c{i}\n" for i in range(5)),
    )
    work()
    evaluation = rescoring.evaluations.get(run=run)
    assert evaluation.state == "scored"
    assert [warning["kind"] for warning in evaluation.warnings] == [
        "dropped_queries",
        "dropped_classes",
    ]
    assert evaluation.scores.get(metric="mrr").value == 1.0  # q0 to q4
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert ranks(Task.objects.get(pk=task.pk)) == [("", 1)]


def test_rules_that_became_stricter_reject_no_run(task, runs, organiser):
    task.run_rules_json |= {"max_predictions_per_query": 1, "missing_queries": "reject"}
    task.save()
    more = QUERIES + "q8;photo\n"
    rescoring = start(task, organiser, queries=more, ground_truth=GROUND_TRUTH + "q8;c1\n")
    work()
    assert set(rescoring.evaluations.values_list("state", flat=True)) == {"scored"}


def test_new_metrics_open_no_file(task, runs, organiser):
    for run in runs:
        storage.delete(run.file_key)
    rescoring = start(task, organiser, metrics=["top_5", "macro_mrr", "mrr"])
    work()
    evaluation = rescoring.evaluations.get(run=runs[1])
    scores = {score.metric: score.value for score in evaluation.scores.all()}
    assert scores == {"top_5": 5 / 8, "macro_mrr": 2 / 3, "mrr": 5 / 8}
    assert bytes(evaluation.trace.data) == bytes(
        runs[1].evaluations.get(is_current=True).trace.data
    )
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]


@pytest.mark.parametrize(
    ("metrics", "files"),
    [(["cmap"], {}), (["mrr"], {"ground_truth": OTHER_LABELS["ground_truth.csv"]})],
)
def test_class_columns_and_other_labels_want_the_file(task, runs, organiser, metrics, files):
    storage.delete(runs[0].file_key)
    rescoring = start(task, organiser, metrics=metrics, **files)
    work()
    states = dict(rescoring.evaluations.values_list("run__name", "state"))
    assert states == {"first": "failed", "second": "scored"}


def test_class_columns_are_read_and_scored(task, runs, organiser):
    rescoring = start(task, organiser, metrics=["mrr", "cmap"])
    work()
    evaluation = rescoring.evaluations.get(run=runs[0])
    assert evaluation.scores.get(metric="cmap").value == 1.0
