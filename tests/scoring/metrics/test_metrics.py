"""The names of metrics, read and written."""

import math

import pytest

from scoring import METRICS, UnknownMetric, parse_metric
from tests.scoring.small_task import make_task

NAMES = [name.replace("_k", f"_{k}") for name in METRICS for k in (1, 5)[: 1 + ("_k" in name)]]


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


@pytest.mark.parametrize("name", METRICS)
def test_a_reason_is_what_the_table_says(name, tmp_path):
    record = METRICS[name]
    tasks = [
        make_task(tmp_path / "none", ground_truth="QueryId;ClassId\n1;\n2;\n"),
        make_task(
            tmp_path / "background", ground_truth="QueryId;ClassId;Background\n1;a;1\n2;b;1\n"
        ),
    ]
    shape = record.shapes[0]
    run = {"ranked": "1;a;1\n2;a;1\n", "set": "1;[a]\n2;[a]\n", "label": "1;a\n2;a\n"}[shape]
    for task in tasks:
        found = task.score(run, name.replace("_k", "_1"), shape=shape)
        if found.value is None and "column" not in (found.reason or ""):
            assert found.reason is not None
            assert found.reason in record.undefined
