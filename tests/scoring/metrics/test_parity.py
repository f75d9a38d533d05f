"""The figures of trec_eval and scikit-learn, on random runs without ties: there all mean the same.

With ties they do not: trec_eval orders equal ones by name, scikit-learn counts them together, and the
rules here put right ones last.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
import pytrec_eval
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    label_ranking_average_precision_score,
)
from sklearn.preprocessing import MultiLabelBinarizer

from scoring import parse_metric
from scoring.results.scores import average
from tests.scoring.metrics.cases import Case, Row

CLASSES = [f"c{number}" for number in range(24)]
NAMED: dict[str, Row] = {name: {} for name in CLASSES}
QUERIES = [f"q{number}" for number in range(60)]

seeds = pytest.mark.parametrize("seed", range(8))


def close(value: float | Mapping[str, float]) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def random_case(rng: Random, *, missing: float, most: int = len(CLASSES)) -> Case:
    """Return a ranked run without ties; its scores are far apart, as trec_eval rounds them to 32 bits."""
    answers = {}
    for query in QUERIES:
        order = rng.sample(CLASSES, rng.randint(most // 2, most) if missing else most)
        if rng.random() >= missing:
            answers[query] = {name: ((place + 1) / 64, 0) for place, name in enumerate(order)}
    truth = {}
    for query in QUERIES:
        right = rng.sample(CLASSES, rng.randint(1, 5))
        n_foreground = rng.randint(1, len(right))
        truth[query] = (right[:n_foreground], right[n_foreground:])
    return Case("ranked", truth, answers, classes=NAMED)


def by_unit(case: Case, folder: Path, name: str) -> dict[str, float]:
    task, metric = case.task(folder), parse_metric(name)
    found = average(case.trace(task, [metric]), task.truth, metric)
    return dict(zip(found.units, found.values, strict=True))


def value(case: Case, folder: Path, name: str) -> float:
    task, metric = case.task(folder), parse_metric(name)
    found = average(case.trace(task, [metric]), task.truth, metric).value
    assert found is not None
    return found


# ---------------------------------------------------------------- trec_eval
TREC = {
    "mrr": "recip_rank",
    "map_foreground": "map",
    "top_1": "success_1",
    "top_5": "success_5",
    "top_10": "success_10",
}


def trec_eval(case: Case, *, background: bool) -> Mapping[str, Mapping[str, float]]:
    """Return what trec_eval says of each query; it leaves out those that were not answered."""
    right = {q: [*own, *(other if background else [])] for q, (own, other) in case.truth.items()}
    evaluator = pytrec_eval.RelevanceEvaluator(
        {query: dict.fromkeys(own, 1) for query, own in right.items()},
        {"recip_rank", "map", "success.1,5,10"},
    )
    found: Mapping[str, Mapping[str, float]] = evaluator.evaluate(
        {q: {name: p for name, (p, _) in own.items()} for q, own in case.answers.items()}
    )
    return found


@seeds
def test_rankings_are_those_of_trec_eval(seed, tmp_path):
    case = random_case(Random(seed), missing=0.2)
    for background, names in ((False, TREC), (True, {"map": "map"})):
        expected = trec_eval(case, background=background)
        for name, theirs in names.items():
            found = by_unit(case, tmp_path, name)
            assert found == close({q: expected.get(q, {}).get(theirs, 0) for q in QUERIES}), name
            mean = sum(own[theirs] for own in expected.values()) / len(QUERIES)
            assert value(case, tmp_path, name) == close(mean), name


# ---------------------------------------------------------------- scikit-learn
@seeds
def test_average_precision_is_that_of_scikit_learn(seed, tmp_path):
    """Over queries, and over the columns of classes, where each query has a line for each class."""
    case = random_case(Random(seed), missing=0)
    right = MultiLabelBinarizer(classes=CLASSES).fit_transform(
        [[*own, *background] for own, background in case.truth.values()]
    )
    scores = [[case.answers[query][name][0] for name in CLASSES] for query in QUERIES]
    assert value(case, tmp_path, "map") == close(
        label_ranking_average_precision_score(right, scores)
    )
    for place, row in enumerate(scores):
        row[:] = [score + place / 2**14 for score in row]  # no ties down a column either
    answers = {
        query: {name: (score, 0) for name, score in zip(CLASSES, row, strict=True)}
        for query, row in zip(QUERIES, scores, strict=True)
    }
    case = Case("ranked", case.truth, answers, classes=case.classes)
    expected = average_precision_score(right, scores, average="macro")
    assert value(case, tmp_path, "cmap") == close(expected)


def random_sets(rng: Random, least: int) -> list[list[str]]:
    return [rng.sample(CLASSES, rng.randint(least, 4)) for _ in QUERIES]


def set_case(right: Sequence[Sequence[str]], answers: Sequence[Sequence[str]]) -> Case:
    return Case(
        "set",
        {query: (own, []) for query, own in zip(QUERIES, right, strict=True)},
        {q: dict.fromkeys(own, (1.0, 0)) for q, own in zip(QUERIES, answers, strict=True)},
        classes=NAMED,
    )


@seeds
def test_f1_of_sets_is_that_of_scikit_learn(seed, tmp_path):
    rng = Random(seed)
    right, answers = random_sets(rng, 0), random_sets(rng, 0)
    for place in range(0, len(QUERIES), 7):
        answers[place] = right[place]
    case = set_case(right, answers)
    there = sorted({name for own in (*right, *answers) for name in own})
    to_columns = MultiLabelBinarizer(classes=there)
    columns = to_columns.fit_transform(right), to_columns.fit_transform(answers)
    for way in ("samples", "macro", "micro"):
        expected = f1_score(*columns, average=way, zero_division=1.0)
        assert value(case, tmp_path, f"f1_{way}") == close(expected), way


@seeds
def test_labels_are_those_of_scikit_learn(seed, tmp_path):
    rng = Random(seed)
    right = rng.choices([*CLASSES, "-1"], k=len(QUERIES))
    answers = [rng.choice([own, *rng.choices([*CLASSES, "-1"], k=2)]) for own in right]
    case = Case(
        "label",
        {query: ([name], []) for query, name in zip(QUERIES, right, strict=True)},
        {query: {name: (1.0, 0)} for query, name in zip(QUERIES, answers, strict=True)},
        classes=NAMED,
    )
    assert value(case, tmp_path, "fungi_1") == close(1 - accuracy_score(right, answers))
    assert value(case, tmp_path, "f1_micro") == close(accuracy_score(right, answers))
    assert value(case, tmp_path, "f1_macro") == close(f1_score(right, answers, average="macro"))
