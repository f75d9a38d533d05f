"""The sample of a task is a valid run of it."""

from dataclasses import replace

import pytest

from scoring import RunRules, TestSet, check_run, read_truth_file, sample_run
from tests.scoring.small_task import SmallTask, make_task

RULES = [
    RunRules("ranked"),
    RunRules("ranked", max_predictions_per_query=1, missing_queries="reject"),
    RunRules("set"),
    RunRules("set", max_predictions_per_query=2, missing_queries="reject"),
    RunRules("label"),
    RunRules("label", unknown_class=True),
]


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_it_is_valid(task, rules):
    report = task_check(task, task.truth.test_set, rules)
    assert report.valid, report.problems
    assert report.coverage == 1
    assert report.n_predictions >= report.n_queries == 5
    assert report.header is not None


def task_check(task: SmallTask, test_set: TestSet, rules: RunRules):
    return check_run(task.write(sample_run(test_set, rules)), test_set, rules)


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_ids_of_any_kind_are_written_so_that_they_read_back(tmp_path, rules):
    queries = ["1;2", '"q"', "a, b", "[x]", "l'id", "1", "2", "3", "4"]
    names = ["a;b", '"c"', "c, d", "[e]", "l'orme", " f ", "a", "b", "c"]
    quoted = ['"' + name.replace('"', '""') + '"' for name in (*queries, *names)]
    task = make_task(
        tmp_path,
        queries="\n".join(["QueryId", *quoted[:5], *queries[5:]]),
        classes="\n".join(["ClassId", *quoted[9:]]),
        media=None,
    )
    rules = replace(rules, max_predictions_per_query=3)
    report = task_check(task, task.truth.test_set, rules)
    assert report.valid, report.problems
    assert report.coverage == 1
    assert report.n_predictions == (9 if rules.shape == "label" else 27)


def test_segments_and_images(tmp_path):
    segment = "rec/1/00:00:00-00:00:05"
    task = make_task(
        tmp_path,
        queries=f"QueryId\n{segment}\n",
        media=f"MediaId;QueryId\nm;{segment}\n",
        ground_truth=f"QueryId;ClassId\n{segment};a\n",
    )
    assert task_check(task, task.truth.test_set, RunRules("segment")).coverage == 1
    text = sample_run(task.truth.test_set, RunRules("label"), kind="image_run")
    assert task.check(text, "image_run").valid


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_where_any_class_is_right(tmp_path, rules):
    file = tmp_path / "truth.csv"
    file.write_text("QueryId;ClassId\n1;oak\n2;elm\n")
    truth = read_truth_file(file)
    assert task_check(SmallTask(truth, tmp_path), truth.test_set, rules).valid


@pytest.mark.parametrize(
    ("rules", "n_queries"),
    [
        (RunRules("ranked"), 10),
        (RunRules("ranked", missing_queries="reject"), 25),
        (RunRules("set", missing_queries="reject"), 10),
        (RunRules("label"), 25),
    ],
    ids=str,
)
def test_it_is_short_where_it_may_be(tmp_path, rules, n_queries):
    queries = "\n".join(map(str, range(25)))
    task = make_task(tmp_path, queries=f"QueryId\n{queries}", media=None)
    report = task_check(task, task.truth.test_set, rules)
    assert report.valid, report.problems
    assert report.n_queries == n_queries
