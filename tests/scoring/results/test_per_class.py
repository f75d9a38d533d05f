"""Results by class and confusions: by hand, and against the metrics that they add up to."""

import math
from pathlib import Path

import pytest

from scoring import RunRules, parse_metric, read_ground_truth, read_truth_file, score, trace_run
from scoring.results.per_class import Confusion, class_results, confusions
from tests.scoring.small_task import make_answers, make_task

LEAVES = Path(__file__).parents[3] / "fixtures" / "practice" / "leaves-practice"
RUN = "1;a;0.9\n1;b;0.1\n2;c;0.9\n2;a;0.8\n2;b;0.7\n3;b;0.9\n3;d;0.1\n4;a;1\n9;a;1\n"


def rows(found):
    return [tuple(result.to_json().values()) for result in found]


def test_classes_of_a_ranked_run(task):
    found = class_results(task.trace(RUN), task.truth)
    assert list(found[0].to_json()) == ["class", "n", "train_images", "mrr", "top_1"]
    assert rows(found) == [("a", 1, 5, 1, 1), ("b", 1, 10, 1 / 3, 0), ("c", 1, 49, 0, 0)]
    part = class_results(task.trace(RUN), task.truth, within=("Usage", "private"))
    assert rows(part) == [("c", 1, 49, 0, 0)]


def test_a_class_counts_by_its_own_position(tmp_path):
    """Of several right classes only one can be first, and a background one keeps its place."""
    task = make_answers(tmp_path, {"1": "abC", "2": "a"})
    found = class_results(task.trace("1;c;0.9\n1;b;0.8\n1;a;0.7\n2;a;1\n"), task.truth)
    assert rows(found) == [("a", 2, None, (1 / 3 + 1) / 2, 1 / 2), ("b", 1, None, 1 / 2, 0)]


def test_images_count_each(task):
    run = "m1;a;1\nm2;b;1\nm2;a;0.5\nm3;b;1\n"
    found = class_results(task.trace(run, "image_run"), task.truth)
    assert rows(found)[0] == ("a", 2, 5, 3 / 4, 1 / 2)


def test_classes_of_a_set_run(tmp_path):
    """The class d is never right, e never answered."""
    task = make_answers(tmp_path, {"1": "abe", "2": "a", "3": ""})
    found = class_results(task.trace("1;[a, d]\n2;[b]\n3;[a]\n", shape="set"), task.truth)
    assert list(found[0].to_json()) == ["class", "n", "train_images", "precision", "recall", "f1"]
    assert rows(found) == [
        ("a", 2, None, 1 / 2, 1 / 2, 1 / 2),
        ("b", 1, None, 0, 0, 0),
        ("d", 0, None, 0, None, 0),
        ("e", 1, None, None, 0, 0),
    ]
    f1 = math.fsum(result.figures["f1"] or 0 for result in found) / 4
    assert task.score("1;[a, d]\n2;[b]\n3;[a]\n", "f1_macro", shape="set").value == f1


LABELS = {"1": "a", "2": "a", "3": "b", "4": "-1", "5": "c", "6": "a"}
LABEL_RUN = "1;a\n2;b\n3;b\n4;d\n5;-1\n6;b\n"  # d is never right


@pytest.fixture
def label_task(tmp_path):
    lines = [f"{query};{name}" for query, name in LABELS.items()]
    return make_task(
        tmp_path,
        queries="\n".join(["QueryId", *LABELS]),
        media=None,
        ground_truth="\n".join(["QueryId;ClassId", *lines]),
    )


def test_classes_of_a_label_run(label_task):
    trace = label_task.trace(LABEL_RUN, shape="label", unknown_class=True)
    assert rows(class_results(trace, label_task.truth)) == [
        ("-1", 1, None, 0),
        ("a", 3, 5, 1 / 3),
        ("b", 1, 10, 1),
        ("c", 1, 49, 0),
    ]


def test_confusions_of_a_label_run(label_task):
    trace = label_task.trace(LABEL_RUN, shape="label", unknown_class=True)
    assert confusions([trace], label_task.truth) == (
        Confusion("a", "b", 2, 1),
        Confusion("-1", "d", 1, 1),
        Confusion("c", "-1", 1, 1),
    )


def test_confusions_of_several_runs(tmp_path):
    task = make_answers(tmp_path, {"1": "a", "2": "a", "3": "a", "4": "bcD", "5": "", "6": "e"})
    runs = [
        "1;b;1\n2;b;1\n3;a;1\n4;d;1\n5;a;1\n6;f;1\n",  # the background d is wrong first
        "1;b;1\n2;a;1\n3;b;1\n4;c;1\n6;f;1\n",
        "1;c;1\n2;c;1\n4;a;1\n4;b;0.5\n6;f;1\n",  # 3 is not answered: that is no confusion
    ]
    found = confusions([task.trace(run) for run in runs], task.truth)
    assert [tuple(confusion.to_json().values()) for confusion in found] == [
        ("a", "b", 3, 2),
        ("a", "c", 2, 1),
        ("e", "f", 1, 3),
        ("b", "a", 1, 1),
        ("b", "d", 1, 1),
        ("c", "a", 1, 1),
        ("c", "d", 1, 1),
    ]
    assert confusions([], task.truth) == ()
    part = confusions([task.trace(runs[0])], task.truth, within=("QueryId", "2"))
    assert part == (Confusion("a", "b", 1, 1),)


def test_sets_rank_nothing(tmp_path):
    task = make_answers(tmp_path, {"1": "a", "2": "b"})
    assert confusions([task.trace("1;[b]\n2;[b]\n", shape="set")], task.truth) == ()


def test_a_class_that_only_the_run_names(tmp_path):
    task = make_answers(tmp_path, {"1": "a", "2": "b"})
    truth = read_truth_file(tmp_path / "task" / "ground_truth.csv")
    _, trace = trace_run(task.write("1;zebra;1\n2;b;1\n"), truth, RunRules("ranked"))
    assert trace is not None
    assert confusions([trace], truth) == (Confusion("a", "zebra", 1, 1),)


@pytest.mark.parametrize("name", ["frozen_160", "frozen_224_1_shot"])
def test_they_add_up_to_the_metrics(name):
    truth = read_ground_truth(LEAVES)
    path = LEAVES.with_name("leaves-practice.runs") / f"{name}.csv.gz"
    _, trace = trace_run(path, truth, RunRules("ranked"))
    assert trace is not None

    def value(metric):
        return score(trace, truth, parse_metric(metric)).value

    found = class_results(trace, truth)
    wrong = sum(confusion.n_queries for confusion in confusions([trace], truth))
    assert sum(result.n for result in found) == 400
    assert value("top_1") == (400 - wrong) / 400
    for metric in ("mrr", "top_1"):
        mean = math.fsum(result.figures[metric] or 0 for result in found) / len(found)
        assert value(f"macro_{metric}") == mean
