"""The table of metrics: one contract for all, a slow twin for each, examples by hand."""

import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from scoring import METRICS, UnknownMetric, parse_metric, score
from tests.scoring.slow_metrics import Run, Truth, slow_metric
from tests.scoring.small_task import SmallTask, make_answers

NAMES = [
    "mrr",
    "top_1",
    "top_2",
    "top_5",
    "map",
    "map_foreground",
    "macro_mrr",
    "macro_top_1",
    "macro_top_3",
    "coverage",
    "median_position",
    "cmap",
]


def test_every_metric_of_a_ranking_is_tested():
    ranked = {name for name, record in METRICS.items() if "segment" in record.shapes}
    assert {parse_metric(name).record.name for name in NAMES} == ranked


def write(run: Run, rank: bool) -> str:
    lines = [
        f"{query};{name};{probability!r}" + f";{place}" * rank
        for query, classes in run.items()
        for name, (probability, place) in classes.items()
    ]
    return "\n".join(lines)


# ---------------------------------------------------------------- the contract
RIGHT = {"1": "a", "2": "bC", "3": "aDE", "4": ""}  # a query each: classes, background in capitals
BEST = {"1": "a", "2": "bc", "3": "ade"}  # classes in their order
WRONG = {"1": "j", "2": "j", "3": "j", "4": "j"}


def lines_of(answers: dict[str, str]) -> str:
    lines = [
        f"{q};{n};{1 / (place + 1)}" for q, own in answers.items() for place, n in enumerate(own)
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("name", NAMES)
class TestContract:
    def test_best_for_the_truth_itself(self, name, tmp_path):
        metric = parse_metric(name)
        task = make_answers(tmp_path, {q: own for q, own in RIGHT.items() if own})
        best = metric.record.range[1 if metric.direction == "higher" else 0]
        trace = task.trace(lines_of(BEST), metrics=[metric])
        assert score(trace, task.truth, metric).value == best

    def test_worst_or_undefined_for_nothing_right(self, name, tmp_path):
        metric = parse_metric(name)
        task = make_answers(tmp_path, RIGHT)
        trace = task.trace(lines_of(WRONG), metrics=[metric])
        worst = {"median_position": None, "coverage": 1}.get(name, 0)
        assert score(trace, task.truth, metric).value == worst

    def test_undefined_without_a_relevant_class(self, name, tmp_path):
        metric = parse_metric(name)
        task = make_answers(tmp_path, {"1": "", "2": ""})
        found = score(task.trace("1;a;1", metrics=[metric]), task.truth, metric)
        if name == "coverage":
            assert found.value == 1 / 2
        else:
            assert found.value is None
            assert found.reason
            assert len(found.reason) < 200

    def test_free_of_the_order_of_lines(self, name, tmp_path):
        metric = parse_metric(name)
        task = make_answers(tmp_path, RIGHT)
        lines = lines_of({"1": "ba", "2": "cab", "3": "fgade", "4": "a"}).splitlines()
        straight = task.trace("\n".join(lines), metrics=[metric])
        back = task.trace("\n".join(lines[::-1]), metrics=[metric])
        assert score(straight, task.truth, metric) == score(back, task.truth, metric)

    def test_inputs_are_not_touched(self, name, tmp_path):
        metric = parse_metric(name)
        task = make_answers(tmp_path, RIGHT)
        trace = task.trace(lines_of(BEST), metrics=[metric])
        before = trace.to_bytes()
        score(trace, task.truth, metric)
        assert trace.to_bytes() == before

    def test_the_record_says_all(self, name):
        record = parse_metric(name).record
        assert record.direction in {"higher", "lower"}
        assert record.range[0] < record.range[1]
        assert record.definition
        assert record.reference
        assert record.undefined
        assert record.shapes


# ---------------------------------------------------------------- the slow twins
classes = st.sampled_from("abcdefgh")
probabilities = st.sampled_from([0.0, 0.1, 0.5, 0.5, 0.9, 1.0])
answers = st.dictionaries(classes, st.tuples(probabilities, st.integers(1, 4)), max_size=8)


@st.composite
def tasks(draw: st.DrawFn, most: int) -> tuple[Truth, Run]:
    truth, run = {}, {}
    for number in range(draw(st.integers(1, 6))):
        right = draw(st.lists(classes, max_size=4, unique=True))
        n_foreground = min(most, draw(st.integers(0, len(right))))
        truth[f"q{number}"] = (right[:n_foreground], right[n_foreground:])
        run[f"q{number}"] = draw(answers)
    return truth, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("metrics")


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from([1, 4]), st.booleans(), st.booleans(), st.integers(0, 9))
def test_metrics_agree_with_their_slow_twins(folder, data, most, rank, scatter, seed):
    truth, run = data.draw(tasks(most))
    if not rank:
        run = {q: {n: (p, 0) for n, (p, _) in classes.items()} for q, classes in run.items()}
    task = make_answers(folder, {q: "".join(f) + "".join(b).upper() for q, (f, b) in truth.items()})
    lines = write(run, rank).splitlines()
    if scatter:
        random.Random(seed).shuffle(lines)
    if not lines:
        return
    trace = task.trace("\n".join(lines), metrics=[parse_metric("cmap")])
    for name in NAMES:
        value = score_of(task, trace, name)
        expected = slow_metric(name, run, truth)
        assert (value is None) == (expected is None), name
        if expected is not None:
            assert value == pytest.approx(float(expected), rel=1e-15), name


def score_of(task: SmallTask, trace, name: str) -> float | None:
    return score(trace, task.truth, parse_metric(name)).value


# ---------------------------------------------------------------- the worked examples
def test_14_of_4339_queries_answered_all_right(tmp_path):
    task = make_answers(tmp_path, {str(i): "a" for i in range(4339)})
    run = "\n".join(f"{i};a;0.9" for i in range(14))
    assert task.score(run, "mrr").value == 14 / 4339


def test_tied_with_nine_others_at_the_top(tmp_path):
    task = make_answers(tmp_path, {"1": "a"})
    run = "\n".join(f"1;{name};0.5" for name in "abcdefghij")
    assert task.score(run, "mrr").value == 1 / 10
    assert task.score(run, "top_5").value == 0


def test_tied_with_one_background_and_one_wrong(tmp_path):
    task = make_answers(tmp_path, {"1": "aB"})
    run = "1;a;0.5\n1;b;0.5\n1;c;0.5\n"
    assert task.score(run, "mrr").value == 1 / 3
    assert task.score(run, "map").value == (1 / 2 + 2 / 3) / 2
    assert task.score(run, "map_foreground").value == 1 / 3


def test_the_oracle_of_birdclef_2014(tmp_path):
    task = make_answers(tmp_path, {"1": "aB", "2": "cDE"})
    both = "1;a;0.9\n1;b;0.8\n2;c;0.9\n2;d;0.8\n2;e;0.7\n"
    main_only = "1;a;0.9\n2;c;0.9\n"
    assert task.score(both, "map").value == 1
    assert task.score(main_only, "map_foreground").value == 1
    assert task.score(main_only, "map").value == (1 / 2 + 1 / 3) / 2


@settings(max_examples=60, deadline=None)
@given(tasks(1))
def test_the_bounds_of_mrr(folder, drawn):
    truth, run = drawn
    if not any(foreground for foreground, _ in truth.values()):
        return
    top_1, top_5, mrr = (float(slow_metric(n, run, truth) or 0) for n in ("top_1", "top_5", "mrr"))
    least = top_1 + (top_5 - top_1) / 5
    most = top_1 + (top_5 - top_1) / 2 + (1 - top_5) / 6
    assert least - 1e-12 <= mrr <= most + 1e-12


def test_rank_parts_equal_probabilities_and_nothing_else(tmp_path):
    task = make_answers(tmp_path, {"1": "a"})
    assert task.score("1;b;0.5;2\n1;a;0.5;1\n", "mrr").value == 1
    assert task.score("1;b;0.5;1\n1;a;0.4;0001\n", "mrr").value == 1 / 2
    assert task.score("1;b;0.5;1\n1;a;0.5;1\n", "mrr").value == 1 / 2


def test_probabilities_are_compared_as_doubles(tmp_path):
    task = make_answers(tmp_path, {"1": "a"})
    assert task.score("1;b;0.1\n1;a;0.10000000001\n", "mrr").value == 1
    assert task.score("1;b;0.1\n1;a;0.1000000000000000001\n", "mrr").value == 1 / 2
    assert task.score("1;b;0\n1;a;-0.0\n", "mrr").value == 1 / 2
    assert task.score("1;b;0\n1;a;1e-400\n", "mrr").value == 1 / 2


def test_the_macro_mean_weighs_classes_alike(tmp_path):
    task = make_answers(tmp_path, {"1": "a", "2": "a", "3": "a", "4": "b"})
    score = task.score("1;a;1\n2;a;1\n3;a;1\n", "macro_mrr")
    assert (score.value, score.n) == (1 / 2, 2)
    assert task.score("1;a;1\n2;a;1\n3;a;1\n", "mrr").value == 3 / 4


def test_the_macro_mean_needs_one_class_a_query(tmp_path):
    task = make_answers(tmp_path, {"1": "ab", "2": "a"})
    score = task.score("1;a;1\n", "macro_mrr")
    assert score.value is None
    assert score.reason == "the query '1' has several classes"


def test_the_median_position(tmp_path):
    task = make_answers(tmp_path, {"1": "a", "2": "a", "3": "a", "4": "a"})
    found = "1;a;1\n2;b;1\n2;a;0.5\n3;b;1\n3;c;0.5\n3;a;0.1\n"
    assert task.score(found, "median_position").value == 2.5
    score = task.score("1;a;1\n2;b;1\n2;a;0.5\n", "median_position")
    assert score.value is None
    assert "half" in (score.reason or "")


# ---------------------------------------------------------------- names
@pytest.mark.parametrize(
    "name", [*NAMES, "top_1@Domain=herbarium-cr", "mrr@TrainImages=<10", "map@A b=c=d@e"]
)
def test_names_read_and_written(name):
    assert str(parse_metric(name)) == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mmr", "did you mean 'mrr'"),
        ("MRR", "did you mean 'mrr'"),
        ("top_0", "did you mean 'top_1'"),
        ("top_01", "did you mean 'top_1'"),
        ("top_k", "did you mean 'top_1'"),
        ("top5", "did you mean 'top_1'"),
        ("accuracy", "there are mrr, top_k"),
        ("", "there are mrr, top_k"),
        ("mrr_5", "did you mean 'mrr'"),
        ("top_1@Domain", "metric@Column=value"),
        ("top_1@Domain=", "metric@Column=value"),
        ("top_1@=x", "metric@Column=value"),
        ("top_1@", "metric@Column=value"),
        ("mrr@A=" + "x" * 200, "longer than 200 characters"),
        ("top_" + "9" * 5000, "longer than 200 characters"),
    ],
)
def test_names_of_no_metric(name, words):
    with pytest.raises(UnknownMetric) as caught:
        parse_metric(name)
    assert words in str(caught.value)


def test_infinity_is_no_range_of_a_score():
    endless = [name for name in METRICS if math.isinf(METRICS[name].range[1])]
    assert endless == ["snake_2", "median_position"]
