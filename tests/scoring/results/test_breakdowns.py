"""Scores by column: each cell is what a metric on that subset is."""

from dataclasses import replace

import pytest

from scoring import parse_metric, score, score_all, trace_run
from scoring.results.breakdowns import breakdown
from scoring.run_rules import RunRules
from scoring.truth.groupings import parse_groupings
from tests.scoring.small_task import make_task

RUN = "1;a;0.9\n1;b;0.1\n2;c;0.9\n2;a;0.8\n2;b;0.7\n3;b;0.9\n3;d;0.1\n4;a;1\n9;a;1\n"
METRICS = [parse_metric(name) for name in ("mrr", "top_1", "map", "macro_mrr", "coverage")]


def table(task, text, metrics=METRICS, run=RUN, **options):
    return breakdown(task.trace(run), task.truth, metrics, parse_groupings(text), **options)


def figures(score):
    """Return a score without why it is undefined: what makes a part is named to nobody."""
    return replace(score, reason=None)


@pytest.mark.parametrize("text", ["Domain", "Organ", "Usage", "TrainImages=10,50,200", "QueryId"])
def test_a_cell_is_the_metric_on_that_subset(task, text):
    column = text.partition("=")[0]
    found = table(task, text)
    assert found.name == text
    for cell in found.cells:
        within = (column, cell.name)
        expected = score_all(task.trace(RUN), task.truth, METRICS, within=within, intervals=False)
        assert list(map(figures, cell.scores)) == list(map(figures, expected))


def test_a_cross_table(task):
    found = table(task, "Organ+TrainImages=10,50", [parse_metric("mrr")])
    assert found.name == "Organ+TrainImages=10,50"
    assert [(cell.values, cell.scores[0].value, cell.scores[0].n) for cell in found.cells] == [
        (("flower", "<10"), 1, 1),
        (("leaf", "<10"), 1, 1),
        (("leaf", "10-49"), (1 / 3 + 0) / 2, 2),
    ]
    assert found.cells[0].name == "flower + <10"
    assert found.to_json()["flower + <10"] == {
        "mrr": {"value": 1, "low": None, "high": None, "n": 1}
    }


def test_a_band_of_no_query_stands_empty(task):
    found = table(task, "TrainImages=10,50", [parse_metric("mrr")])
    assert found.cells[-1].scores[0].reason == "no query has 'TrainImages=50+'"
    assert found.to_json()["50+"] == {
        "mrr": {
            "value": None,
            "low": None,
            "high": None,
            "n": 0,
            "reason": "no query has 'TrainImages=50+'",
        }
    }


def test_a_part_of_the_queries(task):
    found = table(task, "Domain", [parse_metric("mrr")], within=("Usage", "private"))
    assert [(cell.name, cell.scores[0].n) for cell in found.cells] == [("photo", 1), ("sheet", 0)]
    assert found.cells[1].scores[0].reason == "no query of this part has 'Domain=sheet'"


def test_a_metric_that_has_a_subset_of_its_own(task):
    found = table(task, "Usage", [parse_metric("mrr@Domain=photo"), parse_metric("mrr")])
    assert [[s.value for s in cell.scores] for cell in found.cells] == [[0, 0], [1, 2 / 3]]
    assert [s.metric for s in found.cells[0].scores] == ["mrr@Domain=photo", "mrr"]


def test_cells_have_intervals_of_their_own(tmp_path):
    queries = [str(query) for query in range(10, 40)]
    task = make_task(
        tmp_path,
        queries="QueryId;Site\n" + "".join(f"{q};{'xy'[int(q) > 24]}\n" for q in queries),
        ground_truth="QueryId;ClassId\n" + "".join(f"{q};a\n" for q in queries),
        media=None,
    )
    trace = task.trace("".join(f"{q};{'ab'[int(q) % 3 == 0]};1\n" for q in queries))
    metric = parse_metric("top_1")
    found = breakdown(trace, task.truth, [metric], parse_groupings("Site"), intervals=True)
    for cell in found.cells:
        [own] = score_all(trace, task.truth, [metric], within=("Site", cell.name))
        assert cell.scores == (own,)
        assert (own.low or 9) < (own.value or 0) < (own.high or 0)


def test_class_columns_are_those_the_run_was_read_for(task):
    cmap = parse_metric("cmap")
    path = task.write(RUN)
    parts = [("Usage", "public")]
    subsets = [frozenset({part}) for part in parts]
    _, trace = trace_run(path, task.truth, RunRules("ranked"), metrics=[cmap], parts=subsets)
    assert trace is not None
    found = breakdown(trace, task.truth, [cmap], parse_groupings("Usage"))
    private, public = (cell.scores[0] for cell in found.cells)
    assert public == score(trace, task.truth, cmap, within=parts[0])
    assert public.value is not None
    assert private.value is None
    assert "has to be read again" in (private.reason or "")
