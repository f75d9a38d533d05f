"""One contract for the whole table of metrics: every metric, on every shape and kind of run it is for.

Through real files and traces. Whoever adds a metric adds it to `METRICS`, and sees here what it must do.
"""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import TypeVar

import pytest

from scoring import METRICS, Score, Trace, parse_metric, score
from scoring.run_rules import Kind, Shape
from tests.scoring.metrics.cases import CLASSES, SHAPES, UNKNOWN, Case, names_of

T = TypeVar("T")

ASKED = [
    pytest.param(name, shape, kind, id=f"{name}-{kind if kind == 'image_run' else shape}")
    for shape, kind in SHAPES
    for name in names_of(shape)
]
each_metric = pytest.mark.parametrize(("name", "shape", "kind"), ASKED)

# A query each; a class is a letter, in the background a capital, unknown a question mark.
RIGHT = {"1": "a", "2": "bC", "3": "aDE", "4": ""}
BEST = {"1": "a", "2": "bc", "3": "ade"}
SOME = {"1": "ba", "2": "cab", "3": "jade", "4": "a"}
WRONG = {"1": "j", "2": "j", "3": "j", "4": "j"}
RIGHT_LABELS = {"1": "a", "2": "b", "3": "a", "4": "?"}
SOME_LABELS = {"1": "a", "2": "a", "3": "e", "4": "c"}


def make_case(
    shape: Shape, kind: Kind, truth: Mapping[str, str], answers: Mapping[str, str]
) -> Case:
    """Return a case; of an image run each query has one image."""

    def item(query: str) -> str:
        return f"r{query}/00:00:00-00:00:05" if shape == "segment" else query

    def run_item(query: str) -> str:
        return f"i{query}" if kind == "image_run" else item(query)

    ids = {"?": UNKNOWN}
    queries = dict.fromkeys([*truth, *answers])
    author = {query: {"Author": "xy"[place % 2]} for place, query in enumerate(queries)}
    return Case(
        shape=shape,
        kind=kind,
        truth={
            item(query): (
                [ids.get(n, n) for n in names if not n.isupper()],
                [n.lower() for n in names if n.isupper()],
            )
            for query, names in truth.items()
        },
        answers={
            run_item(query): {ids.get(n, n): (1 / (at + 1), 0) for at, n in enumerate(names)}
            for query, names in answers.items()
        },
        queries={item(query): {} if kind == "image_run" else author[query] for query in queries},
        media={f"i{query}": (query, author[query]) for query in queries if kind == "image_run"},
        hidden={item(query): {"Usage": f"part{place % 2}"} for place, query in enumerate(truth)},
    )


def some(shape: Shape, kind: Kind) -> Case:
    """Return a case in which a run is right in part."""
    is_label = shape == "label"
    return make_case(
        shape, kind, RIGHT_LABELS if is_label else RIGHT, SOME_LABELS if is_label else SOME
    )


def with_ties(case: Case) -> Case:
    """Return a case in which the first two classes of each query are equal."""
    answers = {
        query: {name: (min(p, 0.5), rank) for name, (p, rank) in own.items()}
        for query, own in case.answers.items()
    }
    return replace(case, answers=answers)


def score_of(case: Case, name: str, folder, lines=None) -> Score:
    task = case.task(folder)
    metric = parse_metric(name)
    return score(case.trace(task, [metric], lines=lines), task.truth, metric)


@each_metric
def test_best_for_the_truth_itself(name, shape, kind, tmp_path):
    record = parse_metric(name).record
    truth = RIGHT_LABELS if shape == "label" else {query: RIGHT[query] for query in BEST}
    case = make_case(shape, kind, truth, RIGHT_LABELS if shape == "label" else BEST)
    best = record.range[1 if record.direction == "higher" else 0]
    found = score_of(case, name, tmp_path)
    assert (found.value, found.reason, found.n_left_out) == (best, None, 0)
    assert found.n > 0


WORST = {
    "coverage": ({"1": "a", "2": "b"}, {"9": "a"}, 0),
    "median_position": (RIGHT, WRONG, None),
    "fungi_1": (RIGHT_LABELS, WRONG, 1),
    "fungi_2": ({"1": "a", "2": "c"}, {"1": "b", "2": "e"}, 100),
    "fungi_3": ({"1": "a", "2": "c"}, {"1": "b", "2": "e"}, 101),
    "fungi_4": ({"1": "?", "2": "?"}, {"1": "b", "2": "e"}, 10),
    # All confusions cannot be had at once: a harmless one is called harmless, or venomous.
    "snake_1": ({"1": "a", "2": "b"}, {"1": "b", "2": "a"}, (0 + 100 + 0 + 0 + 2 * 100) / 11),
    "snake_2": ({"1": "a", "2": "c"}, {"1": "b", "2": "e"}, 2 * 5),
}


@each_metric
def test_worst_for_nothing_right(name, shape, kind, tmp_path):
    truth = RIGHT_LABELS if shape == "label" else RIGHT
    truth, answers, worst = WORST.get(name, (truth, WRONG, 0))
    if (name, shape) == ("coverage", "label"):
        return  # a label run answers every query
    found = score_of(make_case(shape, kind, truth, answers), name, tmp_path)
    assert found.value == worst
    low, high = parse_metric(name).record.range
    assert worst is None or low <= worst <= high


@each_metric
def test_nothing_for_answers_that_nobody_asked_for(name, shape, kind, tmp_path):
    if shape == "label":
        return  # a label run answers every query
    case = make_case(shape, kind, {"1": "a", "2": "bC"}, {"9": "abc"})
    found = score_of(case, name, tmp_path)
    assert found.value == (None if name == "median_position" else 0)


@each_metric
def test_undefined_without_a_relevant_class(name, shape, kind, tmp_path):
    """Or what the law says: the share of answers, and of sets 0 for an answer where none is right."""
    found = score_of(
        make_case(shape, kind, {"1": "", "2": ""}, {"1": "a", "2": "b"}), name, tmp_path
    )
    by_law = {"coverage": 1, "f1_samples": 0, "f1_macro": 0, "f1_micro": 0}
    assert found.value == by_law.get(name)
    assert (found.reason is None) == (name in by_law)
    assert found.reason is None or len(found.reason) < 200


@pytest.mark.parametrize("name", ["f1_samples", "f1_macro", "f1_micro"])
def test_nothing_is_right_where_nothing_is(name, tmp_path):
    assert (
        score_of(make_case("set", "run", {"1": "", "2": ""}, {"1": ""}), name, tmp_path).value == 1
    )


@each_metric
def test_a_query_with_background_alone(name, shape, kind, tmp_path):
    """Right for `map`, `cmap` and sets, left out of the metrics of the foreground."""
    if shape == "label":
        return  # has no background
    found = score_of(
        make_case(shape, kind, {"1": "A", "2": "a"}, {"1": "a", "2": "ja"}), name, tmp_path
    )
    reads_it = name in {"map", "cmap", "coverage"} or name.startswith("f1_")
    assert found.n_left_out == (0 if reads_it else 1)
    assert found.n == (2 if reads_it and name != "cmap" else 1)


@each_metric
def test_free_of_the_order_of_lines(name, shape, kind, tmp_path):
    case = with_ties(some(shape, kind))
    task, metric, lines = case.task(tmp_path), parse_metric(name), case.lines()
    straight = case.trace(task, [metric])
    Random(name).shuffle(lines)
    assert case.trace(task, [metric], lines=lines).to_bytes() == straight.to_bytes()


def backwards(rows: Mapping[str, T]) -> dict[str, T]:
    return dict(reversed(list(rows.items())))


@each_metric
def test_free_of_the_order_of_the_truth(name, shape, kind, tmp_path):
    case = some(shape, kind)
    other_way = replace(
        case,
        truth=backwards(case.truth),
        queries=backwards(case.queries),
        media=backwards(case.media),
        classes=backwards(case.classes),
    )
    assert score_of(other_way, name, tmp_path) == score_of(case, name, tmp_path)


@each_metric
def test_a_part_is_scored_like_a_truth_cut_to_it(name, shape, kind, tmp_path):
    case, metric = some(shape, kind), parse_metric(name)
    task = case.task(tmp_path)
    for part in [("Usage", "part0"), ("Usage", "part1")]:
        trace = case.trace(task, [metric], [part])
        own = {q: right for q, right in case.truth.items() if case.hidden[q]["Usage"] == part[1]}
        cut = replace(case, truth=own, hidden={q: case.hidden[q] for q in own})
        found = score(trace, task.truth, metric, within=part)
        assert found == score_of(cut, name, tmp_path / part[1])


@each_metric
def test_inputs_are_not_touched(name, shape, kind, tmp_path):
    case, metric = some(shape, kind), parse_metric(name)
    task = case.task(tmp_path)
    trace = case.trace(task, [metric])
    before = trace.to_bytes(), repr(task.truth), task.truth.digest
    found = score(trace, task.truth, metric)
    assert (trace.to_bytes(), repr(task.truth), task.truth.digest) == before
    assert score(Trace.from_bytes(before[0]), task.truth, metric) == found


@pytest.mark.parametrize(("shape", "kind"), SHAPES)
def test_metrics_of_other_shapes_are_undefined(shape, kind, tmp_path):
    case = some(shape, kind)
    task = case.task(tmp_path)
    trace = case.trace(task)
    others = [record for record in METRICS.values() if shape not in record.shapes]
    for record in others:
        metric = parse_metric(record.name.replace("_k", "_1"))
        found = score(trace, task.truth, metric)
        assert (found.value, found.n) == (None, 0)
        assert found.reason == (
            f"{metric.name} is of {' and '.join(record.shapes)} runs, and this is a {shape} run"
        )
    assert others


@pytest.mark.parametrize(
    ("name", "shape", "kind", "reason"),
    [
        ("s_score", "ranked", "run", "no table has the column 'Author'"),
        ("s_score", "ranked", "image_run", "no table has the column 'Author'"),
        ("fungi_2", "label", "run", "classes.csv has no column 'poisonous'"),
        ("fungi_3", "label", "run", "classes.csv has no column 'poisonous'"),
        ("snake_1", "label", "run", "classes.csv has no column 'venomous'"),
        ("snake_2", "label", "run", "classes.csv has no column 'venomous'"),
    ],
)
def test_undefined_without_the_column_it_reads(name, shape, kind, reason, tmp_path):
    case = some(shape, kind)
    bare = replace(
        case,
        queries={query: {} for query in case.queries},
        media={image: (query, {}) for image, (query, _) in case.media.items()},
        classes={name: {} for name in CLASSES},
    )
    found = score_of(bare, name, tmp_path)
    assert (found.value, found.reason) == (None, reason)


@pytest.mark.parametrize(("right", "kind"), [("ac", "harmless"), ("bd", "venomous")])
def test_snakes_of_one_kind_alone(right, kind, tmp_path):
    truth = {str(place): name for place, name in enumerate(right)}
    found = score_of(make_case("label", "run", truth, truth), "snake_1", tmp_path)
    assert (found.value, found.reason) == (None, f"no query is of a {kind} species")


@pytest.mark.parametrize("record", METRICS.values(), ids=lambda record: record.name)
def test_the_record_says_all(record):
    assert record.direction in {"higher", "lower"}
    assert record.range[0] < record.range[1]
    assert record.definition
    assert record.reference
    assert record.undefined
    assert record.shapes
