"""What runs answered first: against the trace's own outcomes, query by query."""

from pathlib import Path

import pytest

from scoring import RunRules, answers_of, confusions, parse_metric, read_ground_truth
from scoring.results.scores import average
from tests.scoring.analyses.worlds import make_runs, read, trace_of

TRUTH = "QueryId;ClassId;Background\nq1;a;0\nq2;b;0\nq2;c;1\nq3;;0\nq4;a;0\nq4;b;0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "classes.csv").write_text("ClassId\na\nb\nc\n")
    (tmp_path / "queries.csv").write_text("QueryId;Part\nq1;x\nq2;x\nq3;x\nq4;y\n")
    (tmp_path / "ground_truth.csv").write_text(TRUTH)
    return tmp_path


def test_background_and_second_classes_are_no_wrong_ones(folder):
    run = folder / "run.csv"
    run.write_text("q1;b;0.9\nq1;a;0.8\nq2;c;0.9\nq2;b;0.8\nq3;a;1\nq4;b;0.9\n")
    truth = read_ground_truth(folder)
    trace = trace_of(run, truth)
    found = answers_of([trace, trace], truth)
    assert found.queries == ("q1", "q2", "q4")  # the third asks for nothing
    assert [found.classes[code] for code in found.labels] == ["a", "b", "a"]
    assert found.positions.tolist() == [[2, 2, 1]] * 2
    assert [found.classes[code] for code in found.instead[0]] == ["b", "-1", "-1"]
    assert answers_of([trace], truth, within=("Part", "y")).queries == ("q4",)


def test_a_label_run_has_a_query_right_or_not(folder):
    (folder / "ground_truth.csv").write_text("QueryId;ClassId\nq1;a\nq2;b\nq3;-1\nq4;-1\n")
    run = folder / "run.csv"
    run.write_text("q1;a\nq2;a\nq3;-1\nq4;c\n")
    truth = read_ground_truth(folder)
    trace = trace_of(run, truth, RunRules("label", unknown_class=True))
    found = answers_of([trace], truth)
    assert found.positions.tolist() == [[1, 0, 1, 0]]
    assert [found.classes[code] for code in found.instead[0]] == ["-1", "a", "-1", "c"]


def test_sets_have_no_first_class(folder):
    run = folder / "run.csv"
    run.write_text("q1;[a]\nq2;[b]\n")
    truth = read_ground_truth(folder)
    trace = trace_of(run, truth, RunRules("set"))
    with pytest.raises(ValueError, match="no class first"):
        answers_of([trace], truth)


def test_they_agree_with_top_1_and_with_the_confusions_of_a_run(tmp_path):
    truth, traces = read(tmp_path, make_runs(tmp_path, seed=1, levels=(-0.5, 1.0)))
    found = answers_of(traces, truth)
    for place, trace in enumerate(traces):
        top_1 = average(trace, truth, parse_metric("top_1"))
        assert found.right[place].tolist() == [value == 1 for value in top_1.values]
        pairs = zip(found.labels, found.instead[place], strict=True)
        own = {(found.classes[a], found.classes[b]) for a, b in pairs if b}
        assert own == {(one.right, one.instead) for one in confusions([trace], truth)}
