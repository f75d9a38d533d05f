"""Scores on subsets, over images, and against the right truth."""

import json
from pathlib import Path

import pytest

from scoring import (
    RunRules,
    Trace,
    UnknownMetric,
    WrongTrace,
    parse_metric,
    read_ground_truth,
    score,
    trace_run,
)
from tests.scoring.small_task import TABLES, make_task

FIXTURES = Path(__file__).parents[3] / "fixtures" / "practice"
RUN = "1;a;0.9\n1;b;0.1\n2;c;0.9\n2;a;0.8\n2;b;0.7\n3;b;0.9\n3;d;0.1\n4;a;1\n9;a;1\n"


@pytest.mark.parametrize(
    ("metric", "value", "n", "n_left_out"),
    [
        ("mrr", (1 + 1 / 3 + 0) / 3, 3, 1),
        ("top_1", 1 / 3, 3, 1),
        ("map", (1 + (1 + 2 / 3) / 2 + 0) / 3, 3, 1),
        ("map_foreground", (1 + 1 / 3) / 3, 3, 1),
        ("macro_mrr", (1 + 1 / 3 + 0) / 3, 3, 1),
        ("coverage", 1, 4, 0),
        ("median_position", 3, 3, 1),
        ("mrr@Domain=photo", 1 / 2, 2, 1),
        ("mrr@Organ=leaf", (1 + 1 / 3) / 3, 3, 0),
        ("mrr@Organ=flower", 1, 1, 0),
        ("mrr@Usage=public", (1 + 1 / 3) / 2, 2, 0),
        ("top_3@TrainImages=10-49", 1 / 2, 2, 0),
        ("coverage@Domain=sheet", 1, 1, 0),
    ],
)
def test_scores(task, metric, value, n, n_left_out):
    found = task.score(RUN, metric)
    assert found.metric == metric
    assert found.value == pytest.approx(value, rel=1e-15)
    assert (found.n, found.n_left_out, found.reason) == (n, n_left_out, None)
    assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        ("mrr@Domain=water", "no query has 'Domain=water'"),
        ("mrr@Usage=", None),
        ("mrr@QueryId=4", "no query has a foreground class"),
        ("map@QueryId=4", "no query has a relevant class"),
        ("mrr@Domain=" + "x" * 150, "no query has 'Domain="),
    ],
)
def test_undefined_scores_have_a_reason(task, metric, reason):
    if reason is None:
        with pytest.raises(UnknownMetric):
            parse_metric(metric)
        return
    found = task.score(RUN, metric)
    assert (found.value, found.n) == (None, 0)
    assert found.reason.startswith(reason)
    assert len(found.reason) <= 200


def test_a_subset_of_no_column(task):
    with pytest.raises(UnknownMetric, match="did you mean 'Domain'"):
        task.score(RUN, "mrr@Domains=photo")


def test_images_are_scored_each(task):
    run = "m1;a;1\nm2;b;1\nm2;a;0.5\nm3;c;1\nm3;b;0.5\nm9;a;1\n"
    assert task.score(run, "mrr", "image_run").value == (1 + 1 / 2 + 1 / 2 + 0) / 4
    assert task.score(run, "mrr@Organ=flower", "image_run").value == 1 / 2
    assert task.score(run, "mrr@Domain=photo", "image_run").value == (1 + 1 / 2 + 0) / 3


def test_a_trace_of_another_truth_is_refused(task, tmp_path):
    trace = task.trace(RUN)
    other = make_task(
        tmp_path / "other", ground_truth=TABLES["ground_truth.csv"].replace("3;c", "3;d")
    )
    with pytest.raises(WrongTrace, match="another ground truth"):
        score(trace, other.truth, parse_metric("mrr"))


@pytest.mark.parametrize(
    "name",
    ["frozen_160", "frozen_224", "frozen_224_4_views", "frozen_224_5_shot", "frozen_224_1_shot"],
)
def test_leaves_to_the_last_digit(name):
    """The figures were made by another program, with the runs."""
    truth = read_ground_truth(FIXTURES / "leaves-practice")
    runs = FIXTURES / "leaves-practice.runs"
    expected = json.loads((runs / "expected.json").read_text())[name]
    report, trace = trace_run(runs / f"{name}.csv.gz", truth, RunRules("ranked"))
    assert trace is not None, report.problems
    assert not report.warnings
    trace = Trace.from_bytes(trace.to_bytes())
    for metric in ("mrr", "top_1", "top_5"):
        found = score(trace, truth, parse_metric(metric))
        assert (found.value, found.n) == (expected[metric], expected["n"])


def test_leaves_have_image_runs():
    truth = read_ground_truth(FIXTURES / "leaves-practice")
    path = FIXTURES / "leaves-practice.runs" / "frozen_160.images.csv.gz"
    report, trace = trace_run(path, truth, RunRules("ranked"), kind="image_run")
    assert trace is not None
    assert report.coverage == 1
    found = score(trace, truth, parse_metric("mrr"))
    assert found.n == 800
    assert 0.9 < (found.value or 0) < 0.96
