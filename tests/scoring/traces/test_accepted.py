"""A run that was accepted once is scored by any newer ground truth, as if it did not hold what is gone."""

from pathlib import Path
from typing import Any

import pytest

from scoring import RunReport, RunRules, Trace, can_be_scored, parse_metric, trace_run
from scoring.kernel import KERNEL
from tests.scoring.both_readings import by_all
from tests.scoring.small_task import TABLES, SmallTask, make_task

NEWER: dict[str, str | None] = {  # without query 2 and class d, with query 5 and class f
    "classes": "ClassId;Genus;Family\na;Acer;Sapindaceae\nb;Acer;Sapindaceae\nc;Cornus;Cornaceae\ne;;\nf;;\n",
    "queries": "QueryId\n1\n3\n4\n5\n9\n",
    "media": "MediaId;QueryId\nm1;1\nm4;3\nm9;9\n",
    "ground_truth": "QueryId;ClassId;Background;Usage\n1;a;;public\n3;c;;private\n4;;;private\n5;f;;public\n",
}
CMAP = [parse_metric("cmap")]


@pytest.fixture
def newer(tmp_path: Path) -> SmallTask:
    return make_task(tmp_path / "newer", **NEWER)


def read_again(
    task: SmallTask, newer: SmallTask, content: str, kind: Any = "run", **rules: Any
) -> tuple[RunReport, Trace]:
    path, own = task.write(content), RunRules(**{"shape": "ranked", **rules})
    report, trace = by_all(
        lambda: trace_run(
            path, newer.truth, own, kind=kind, metrics=CMAP, accepted_by=task.truth.test_set
        )
    )
    assert trace is not None, report.problems
    return report, trace


def content_of(trace: Trace) -> dict[str, Any]:
    return {name: value for name, value in vars(trace).items() if name != "judged"}


@pytest.mark.parametrize(
    ("kind", "rules", "sent", "without"),
    [
        (
            "run",
            {},
            "1;d;0.9\n1;b;0.5\n1;a;0.5\n2;b;0.9\n2;d;0.1\n3;c;0.2\n3;d;0.2\n4;d;1\n9;d;1\n",
            "1;b;0.5\n1;a;0.5\n3;c;0.2\n",
        ),
        (
            "run",
            {},
            "1;d;0.5;1\n1;a;0.5;2\n3;c;0.5;1\n3;b;0.5;2\n",
            "1;a;0.5;2\n3;c;0.5;1\n3;b;0.5;2\n",
        ),
        ("image_run", {}, "m1;d;0.9\nm1;a;0.8\nm2;a;1\nm3;b;1\n", "m1;a;0.8\n"),
        ("run", {"shape": "set"}, "1;[d, a]\n2;[a]\n3;[d]\n", "1;[a]\n3;[]\n"),
    ],
)
def test_what_is_gone_is_as_if_it_had_not_been_sent(task, newer, kind, rules, sent, without):
    _, trace = read_again(task, newer, sent, kind, **rules)
    right = newer.trace(without, kind, metrics=CMAP, **rules)
    assert content_of(trace) == content_of(right)
    assert trace.fits(newer.truth.judged(kind))


def test_what_is_left_out_is_said_and_what_is_new_too(task, newer):
    report, _ = read_again(task, newer, "1;d;0.9\n1;b;0.5\n2;b;0.9\n2;a;0.8\n3;d;0.2\n")
    counts = {warning.kind: warning.count for warning in report.warnings}
    assert report.valid
    assert counts == {"coverage": 2, "dropped_queries": 1, "dropped_classes": 2, "added_queries": 1}


MORE_CLASSES = {  # all classes there were, and one more before them
    **NEWER,
    "classes": "ClassId;Genus;Family;TrainImages\nA;Acer;Sapindaceae;1\n"
    + TABLES["classes.csv"].partition("\n")[2]
    + "f;;;1\n",
}


@pytest.mark.parametrize(
    ("kind", "sent", "without", "counts"),
    [
        (
            "run",
            "1;d;0.9\n1;b;0.5\n1;a;0.5\n2;b;0.9\n3;c;0.2\n3;d;0.2\n4;d;1\n9;d;1\n",
            "1;d;0.9\n1;b;0.5\n1;a;0.5\n3;c;0.2\n3;d;0.2\n4;d;1\n9;d;1\n",
            {"dropped_queries": 1, "added_queries": 1},
        ),
        (
            "run",
            "2;b;0.9\n3;e;0.2\n2;a;0.3\n3;c;0.2\n",
            "3;e;0.2\n3;c;0.2\n",
            {"coverage": 3, "dropped_queries": 1, "added_queries": 1},
        ),
        (
            "image_run",
            "m1;d;0.9\nm1;a;0.8\nm2;a;1\nm3;b;1\nm9;a;1\n",
            "m1;d;0.9\nm1;a;0.8\nm9;a;1\n",
            {"coverage": 1, "dropped_queries": 2},
        ),
    ],
    ids=["grouped", "scattered", "images"],
)
def test_where_no_class_is_gone_the_kernel_does_it(
    task, tmp_path, monkeypatch, kind, sent, without, counts
):
    newer = make_task(tmp_path / "newer", **MORE_CLASSES)
    report, trace = read_again(task, newer, sent, kind)
    assert content_of(trace) == content_of(newer.trace(without, kind, metrics=CMAP))
    assert trace.fits(newer.truth.judged(kind))
    assert {warning.kind: warning.count for warning in report.warnings} == counts
    if KERNEL is None:
        return

    def is_slow(*_: Any) -> None:
        raise AssertionError("an answer was made in Python")

    monkeypatch.setattr("scoring.traces.accepted._Known.take", is_slow)
    path, rules = task.write(sent), RunRules("ranked")
    trace_run(path, newer.truth, rules, kind=kind, metrics=CMAP, accepted_by=task.truth.test_set)


def test_nothing_is_said_where_the_test_is_the_same(task, tmp_path):
    truth = TABLES["ground_truth.csv"].replace("1;a", "1;b")
    relabelled = make_task(tmp_path / "relabelled", ground_truth=truth)
    content = "1;b;0.9\n2;b;0.5\n2;c;0.4\n3;a;0.1\n4;a;1\n9;a;1\n"
    report, trace = read_again(task, relabelled, content)
    assert report == relabelled.check(content)
    assert content_of(trace) == content_of(relabelled.trace(content, metrics=CMAP))


def test_a_label_run_lacks_what_is_new_and_is_not_rejected_for_it(tmp_path):
    tables = {
        "queries": "QueryId\n1\n2\n",
        "ground_truth": "QueryId;ClassId\n1;a\n2;b\n",
        "media": None,
    }
    task = make_task(tmp_path / "old", **tables)
    more = {"queries": "QueryId\n1\n3\n", "ground_truth": "QueryId;ClassId\n1;a\n3;b\n"}
    newer = make_task(tmp_path / "new", **{**tables, **more})
    _, trace = read_again(task, newer, "1;a\n2;b\n", shape="label")
    assert trace.predicted_by_query(newer.truth.test_set.sorted_classes) == [("a",), ()]


@pytest.mark.parametrize(
    "rules",
    [
        {"max_predictions_per_query": 1},
        {"missing_queries": "reject"},
        {"max_upload_bytes": 3},
        {"scores": "probability"},
    ],
)
def test_rules_that_came_later_reject_no_run(task, rules):
    report, _ = read_again(task, task, "1;a;5\n1;b;-4\n", **rules)
    assert report.valid


# ---------------------------------------------------------------- when no file is read
def test_a_trace_is_enough_for_every_metric_but_one_that_ranks_columns(task):
    trace = task.trace("1;a;1\n2;b;1\n")
    rules = RunRules("ranked")
    for name, enough in (("mrr", True), ("top_3@Domain=photo", True), ("cmap", False)):
        asked = [parse_metric(name)]
        assert can_be_scored(trace, task.truth, rules, metrics=asked, same_tables=True) is enough, (
            name
        )


def test_a_trace_is_not_enough_for_other_labels_or_another_nesting(task, newer):
    trace = task.trace("1;a;1\n2;b;1\n")
    asked = [parse_metric("mrr")]
    for truth, rules in (
        (newer.truth, RunRules("ranked")),
        (task.truth, RunRules("ranked", group_by="Domain")),
    ):
        assert not can_be_scored(trace, truth, rules, metrics=asked, same_tables=True)


def test_the_queries_of_a_part_are_known_to_be_the_same_only_with_the_same_tables(task):
    public = frozenset({("Usage", "public")})
    trace = task.trace("1;a;1\n2;b;1\n", metrics=CMAP, parts=[public])
    for same in (True, False):
        found = can_be_scored(
            trace, task.truth, RunRules("ranked"), metrics=CMAP, parts=[public], same_tables=same
        )
        assert found is same
    assert can_be_scored(trace, task.truth, RunRules("ranked"), metrics=CMAP, same_tables=False)
