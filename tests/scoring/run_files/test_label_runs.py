"""Label runs: one class for each query, or -1 where the task allows it."""

import pytest

from scoring import RunRules, read_truth_file
from tests.scoring.small_task import SmallTask, kinds, make_task

WHOLE = "1;a\n2;b\n3;c\n4;a\n9;e\n"
CONTEXTS = ["", "QueryId;ClassId\n"]


@pytest.fixture
def check(task):
    return lambda content, **rules: task.check(content, shape="label", **rules)


@pytest.mark.parametrize("header", ["", "QueryId;ClassId\n", "observation_id;species\n"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_right_file_has_no_problem_and_no_warning(check, header, separator):
    report = check((header + WHOLE).replace(";", separator))
    assert report.valid, report.problems
    assert (report.n_predictions, report.n_queries, report.coverage) == (5, 5, 1)
    assert report.warnings == ()


@pytest.mark.parametrize("header", CONTEXTS)
@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("3;c;0.5", "columns"),
        ('3;"c', "quotes"),
        ("3;zebra", "unknown_class"),
        ("3;[c]", "unknown_class"),
        ("3;", "unknown_class"),
        ("3;-1", "unknown_class"),
    ],
)
def test_each_problem_has_its_line(check, header, line, kind):
    report = check(header + WHOLE.replace("3;c", line))
    expected = {kind: [3 + bool(header)]}
    if kind in {"columns", "quotes"}:  # then it is no line of the query
        expected["missing_query"] = []
    assert kinds(report) == expected


@pytest.mark.parametrize("header", CONTEXTS)
def test_an_unknown_query(check, header):
    assert kinds(check(f"{header}{WHOLE}8;a\n")) == {"unknown_query": [6 + bool(header)]}


@pytest.mark.parametrize(
    "header", ["QueryId;Probability", "QueryId;Rank", "QueryId;ClassId;Probability"]
)
def test_a_wrong_header_is_a_problem(check, header):
    report = check(f"{header}\n{WHOLE}")
    assert kinds(report) == {"header": [1]}
    assert "right is QueryId;ClassId" in report.problems[0].message


@pytest.mark.parametrize("header", CONTEXTS)
@pytest.mark.parametrize("name", ["a", "b"])
def test_a_query_stands_on_one_line(check, header, name):
    report = check(f"{header}{WHOLE}1;{name}\n")
    assert kinds(report) == {"duplicate_query": [6 + bool(header)]}
    assert f"'1' is on line {1 + bool(header)} already" in report.problems[0].message


# ---------------------------------------------------------------- unknown
@pytest.mark.parametrize("header", CONTEXTS)
def test_unknown_is_right_where_the_task_allows_it(check, header):
    run = header + WHOLE.replace("3;c", "3;-1")
    assert check(run, unknown_class=True).valid
    (problem,) = check(run).problems
    assert problem.kind == "unknown_class"
    assert "-1 for unknown is not allowed in this task" in problem.message


def test_unknown_may_be_a_class_of_the_list(tmp_path):
    task = make_task(tmp_path, classes="ClassId\na\nb\nc\ne\n-1\n")
    assert task.check(WHOLE.replace("3;c", "3;-1"), shape="label").valid


@pytest.mark.parametrize(("unknown_class", "is_right"), [(True, True), (False, False)])
def test_unknown_where_any_class_is_right(tmp_path, unknown_class, is_right):
    file = tmp_path / "truth.csv"
    file.write_text("QueryId;ClassId\n1;a\n2;b\n")
    task = SmallTask(read_truth_file(file), tmp_path)
    for header in CONTEXTS:
        report = task.check(f"{header}1;zebra\n2;-1\n", shape="label", unknown_class=unknown_class)
        assert report.valid == is_right


# ---------------------------------------------------------------- missing queries
@pytest.mark.parametrize("policy", ["zero", "reject"])
def test_the_check_wants_every_query(check, policy):
    report = check("1;a\n2;b\n3;c\n4;a\n", missing_queries=policy)
    (problem,) = report.problems
    assert (problem.kind, problem.count) == ("missing_query", 1)
    assert "1 of 5 queries" in problem.message
    assert "'9'" in problem.message
    assert not report.warnings


@pytest.mark.parametrize("policy", ["zero", "reject"])
def test_the_scoring_wants_the_queries_of_the_truth(tmp_path, policy):
    """9 is a distractor, 4 is asked; the message counts what the check counts."""
    truth = "QueryId;ClassId\n1;a\n2;b\n3;c\n4;a\n"
    task = make_task(tmp_path, ground_truth=truth)
    rules = {"shape": "label", "missing_queries": policy}
    assert task.read("1;a\n2;b\n3;c\n4;a\n", **rules)[0].valid
    report, trace = task.read("1;a\n2;b\n3;c\n", **rules)
    assert trace is None
    (problem,) = report.problems
    assert (problem.kind, problem.count) == ("missing_query", 2)


def test_a_query_without_a_class_is_asked_too(task):
    """The queries of a truth that stands alone are all asked, whatever it says of them."""
    report, _ = task.read("1;a\n2;b\n3;c\n", shape="label")
    assert kinds(report) == {"missing_query": []}


def test_image_runs_keep_the_policy_of_the_task(task):
    images = "m1;a;0.5\nm2;a;0.5\nm1;b;0.2\n"
    assert task.check(images, "image_run", shape="label").valid
    assert not task.check(images, "image_run", shape="label", missing_queries="reject").valid


def test_an_image_run_cannot_answer_unknown(task):
    """It ranks classes, and unknown is none."""
    report = task.check("m1;-1;0.5\n", "image_run", shape="label", unknown_class=True)
    assert kinds(report) == {"unknown_class": [1]}


def test_the_rules_say_who_must_answer_all():
    for policy in ("zero", "reject"):
        assert RunRules("label", missing_queries=policy).rejects_missing()
        assert not RunRules("set", missing_queries=policy).rejects_missing()
        for kind in ("run", "image_run"):
            assert RunRules("ranked", missing_queries=policy).rejects_missing(kind) == (
                policy == "reject"
            )
        assert RunRules("set", missing_queries=policy).rejects_missing("image_run") == (
            policy == "reject"
        )
