"""All that is said of a run file, as the command line and notebooks say it."""

import json
from pathlib import Path

import pytest

from scoring import (
    SCORER_VERSION,
    RunRules,
    UnknownMetric,
    parse_metric,
    read_ground_truth,
    read_truth_file,
    score,
    score_all,
)
from scoring.results.evaluation import evaluate_run, near_chance
from scoring.traces.chance import by_chance, swap_of
from scoring.truth.groupings import WrongGrouping
from tests.scoring.small_task import make_task

LEAVES = Path(__file__).parents[3] / "fixtures" / "practice" / "leaves-practice"
RUNS = LEAVES.with_name("leaves-practice.runs")
RUN = "1;a;0.9\n1;b;0.1\n2;c;0.9\n2;a;0.8\n2;b;0.7\n3;b;0.9\n3;d;0.1\n9;a;1\n"
RANKED = RunRules("ranked")


def evaluate(task, run, metrics=("mrr", "top_1"), **options):
    return evaluate_run(task.write(run), task.truth, RANKED, metrics, **options)


def test_the_json_of_a_run(task):
    found = evaluate(task, RUN, by=["Usage"]).to_json()
    none = {"low": None, "high": None}
    warning = found["warnings"][0]
    assert found == {
        "scorer": SCORER_VERSION,
        "n_queries": 4,
        "coverage": 3 / 4,
        "metrics": {
            "mrr": {"value": pytest.approx((1 + 1 / 3) / 3), "n": 3, **none},
            "top_1": {"value": pytest.approx(1 / 3), "n": 3, **none},
        },
        "by": {
            "Usage": {
                "private": {
                    "mrr": {"value": 0, "n": 1, **none},
                    "top_1": {"value": 0, "n": 1, **none},
                },
                "public": {
                    "mrr": {"value": pytest.approx((1 + 1 / 3) / 2), "n": 2, **none},
                    "top_1": {"value": 1 / 2, "n": 2, **none},
                },
            }
        },
        "warnings": [warning],
    }
    assert (warning["kind"], warning["count"], warning["lines"]) == ("coverage", 1, [])
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_json_of_an_invalid_file(task):
    found = evaluate(task, "1;a;0.9\n1;a;0.9\n1;oak;2\n")
    assert not found.valid
    assert (found.trace, found.scores, found.by, found.rows()) == (None, (), (), [])
    data = found.to_json()
    assert set(data) == {"problems"}
    assert {problem["kind"]: problem["lines"] for problem in data["problems"]} == {
        "duplicate": [2],
        "unknown_class": [3],
        "probability": [3],
    }


def test_rows_for_a_table(task):
    rows = evaluate(task, RUN, ["mrr"], by=["Usage", "Organ+Usage"]).rows()
    assert rows[0] == {
        "metric": "mrr",
        "column": None,
        "value": None,
        "score": pytest.approx(4 / 9),
        "low": None,
        "high": None,
        "n": 3,
    }
    assert [(row["column"], row["value"], row["n"]) for row in rows[1:]] == [
        ("Usage", "private", 1),
        ("Usage", "public", 2),
        ("Organ+Usage", "flower + public", 1),
        ("Organ+Usage", "leaf + private", 1),
        ("Organ+Usage", "leaf + public", 2),
    ]


def test_intervals_are_there_when_asked_for():
    truth = read_ground_truth(LEAVES)
    run = RUNS / "frozen_160.csv.gz"
    metrics = [parse_metric("top_1"), parse_metric("coverage")]
    found = evaluate_run(run, truth, RANKED, metrics, intervals=True, by=["ClassId"])
    assert found.trace is not None
    assert list(found.scores) == score_all(found.trace, truth, metrics)
    assert (found.scores[0].low, found.scores[0].high) == (0.9075, 0.955)
    cells = found.by[0].cells
    assert len(cells) == 40
    assert all(cell.scores[0].low is not None for cell in cells if cell.scores[0].n >= 10)
    assert found.warnings == ()
    plain = evaluate_run(run, truth, RANKED, metrics)
    assert [score.value for score in plain.scores] == [score.value for score in found.scores]
    assert plain.scores[0].low is None


@pytest.mark.parametrize("run", [RUN, "1;a;0.9\n", "9;a;1\n"], ids=["most", "one", "none"])
def test_the_coverage_beside_the_scores_is_the_metric(task, run):
    found = evaluate(task, run, ["coverage"])
    assert found.coverage == found.scores[0].value


def test_images_are_scored_each(task):
    run = "m1;a;1\nm2;b;1\nm2;a;0.5\nm3;c;1\nm3;b;0.5\n"
    found = evaluate(task, run, ["mrr"], kind="image_run", by=["Organ"])
    assert found.n_queries == 4
    assert found.coverage == 3 / 4
    assert [cell.scores[0].value for cell in found.by[0].cells] == [1 / 2, (1 + 1 / 2) / 3]


def test_class_columns_are_counted_for_every_value_asked_for(task):
    found = evaluate(task, RUN, ["cmap", "mrr"], by=["Usage", "Organ+Usage"])
    assert found.scores[0].value is not None
    assert all(cell.scores[0].value is not None for cell in found.by[0].cells)
    assert found.by[1].cells[0].name == "flower + public"
    assert all(cell.scores[0].value is not None for cell in found.by[1].cells)


@pytest.mark.parametrize(
    ("metrics", "by", "error", "message"),
    [
        (["mmr"], [], UnknownMetric, "did you mean 'mrr'"),
        (["mrr@Organs=leaf"], [], UnknownMetric, "did you mean 'Organ'"),
        (["mrr"], ["Organs"], UnknownMetric, "did you mean 'Organ'"),
        (["mrr"], ["Organ+Usages"], UnknownMetric, "did you mean 'Usage'"),
        (["mrr"], ["TrainImages=50,10"], WrongGrouping, "do not grow"),
    ],
)
def test_a_wrong_name_is_said_before_the_file_is_read(task, metrics, by, error, message):
    with pytest.raises(error, match=message):
        evaluate_run(task.folder / "no such file", task.truth, RANKED, metrics, by=by)


# ---------------------------------------------------------------- near chance
QUERIES = [str(query) for query in range(100, 160)]
LETTERS = "abcdefghij"


def chance_task(folder, parts=str):
    """Return a task of 60 queries and 10 classes, six queries each."""
    lines = [f"{query};{LETTERS[int(query) % 10]};{parts(query)}" for query in QUERIES]
    return make_task(
        folder,
        classes="ClassId\n" + "\n".join(LETTERS),
        queries="QueryId\n" + "\n".join(QUERIES),
        media=None,
        ground_truth="QueryId;ClassId;Part\n" + "\n".join(lines),
    )


def answers(shift):
    """Return a run that answers each query with the class so many letters on."""
    return "".join(f"{query};{LETTERS[(int(query) + shift) % 10]};1\n" for query in QUERIES)


def warned(found):
    return "near_chance" in [warning.kind for warning in found.warnings]


def test_a_run_near_chance_is_warned_of(tmp_path):
    task = chance_task(tmp_path)
    constant = "".join(f"{query};a;1\n" for query in QUERIES)
    assert not warned(evaluate(task, answers(0), ["top_1"], intervals=True))
    found = evaluate(task, constant, ["top_1"], intervals=True)
    assert warned(found)
    assert "are the ids of classes and queries right?" in found.warnings[-1].message
    assert found.warnings[-1].message.startswith("top_1 is 0.1000 (0.0")
    assert not warned(evaluate(task, constant, ["top_1"]))  # no interval


def test_a_run_clear_of_chance_on_the_other_side(tmp_path):
    """All of it is wrong, and some would be right with the classes permuted."""
    task = chance_task(tmp_path)
    swap = swap_of(task.truth)
    assert swap is not None
    shift = LETTERS.index(swap.read["b"]) - LETTERS.index("b")
    assert shift
    found = evaluate(task, answers(shift), ["top_1"], intervals=True)
    assert (found.scores[0].value, found.scores[0].high) == (0, 0)
    assert found.trace is not None
    permuted = by_chance(found.trace, task.truth)
    assert permuted is not None
    assert (score(permuted, task.truth, parse_metric("top_1")).value or 0) > 0
    assert not warned(found)


def test_no_class_list_no_warning(tmp_path):
    task = chance_task(tmp_path)
    truth = read_truth_file(tmp_path / "task" / "ground_truth.csv")
    run = task.write("".join(f"{query};a;1\n" for query in QUERIES))
    found = evaluate_run(run, truth, RANKED, ["top_1"], intervals=True)
    assert found.scores[0].low is not None
    assert not warned(found)


def test_chance_on_a_part_is_that_of_the_part(tmp_path):
    """On the part y half is right, and the other half would be with the classes permuted."""
    task = chance_task(tmp_path, parts=lambda query: "xy"[int(query) % 10 in {1, 3}])
    swap = swap_of(task.truth)
    assert swap is not None
    assert swap.read["b"] != "b"
    assert swap.read["d"] != "d"
    lines = [f"{q};{LETTERS[int(q) % 10].replace('d', swap.read['d'])};1\n" for q in QUERIES]
    found = evaluate(task, "".join(lines), ["top_1"], intervals=True)
    assert found.trace is not None
    assert not warned(found)
    metric, within = parse_metric("top_1"), ("Part", "y")
    [own] = score_all(found.trace, task.truth, [metric], within=within)
    assert (own.value, own.n) == (1 / 2, 12)
    warning = near_chance(found.trace, task.truth, metric, own, within=within)
    assert warning is not None
    assert "the same file scores 0.5000" in warning.message  # on all queries it scores less
