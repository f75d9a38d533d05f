"""How many queries a cell of a breakdown is of, whatever its metrics are over."""

import pytest

from scoring import parse_metric
from scoring.results.breakdowns import breakdown
from scoring.truth.groupings import parse_groupings
from scoring.truth.subsets import queries_in

RUN = "1;a;0.9\n2;c;0.9\n3;b;0.9\n9;a;1\n"
METRICS = [parse_metric(name) for name in ("macro_mrr", "mrr@Organ=leaf", "coverage")]


@pytest.mark.parametrize("column", ["Domain", "Organ", "Usage"])
@pytest.mark.parametrize("metrics", [METRICS, METRICS[::-1], []])
def test_it_is_the_queries_that_have_the_value(task, column, metrics):
    found = breakdown(task.trace(RUN), task.truth, metrics, parse_groupings(column))

    expected = {
        cell.name: len(queries_in(task.truth, "run", column, cell.name)) for cell in found.cells
    }
    assert {cell.name: cell.n_queries for cell in found.cells} == expected


def test_within_a_part_it_is_those_of_the_part(task):
    part = queries_in(task.truth, "run", "Usage", "public")
    found = breakdown(
        task.trace(RUN), task.truth, METRICS, parse_groupings("Organ"), within=("Usage", "public")
    )

    for cell in found.cells:
        assert cell.n_queries == len(part & queries_in(task.truth, "run", "Organ", cell.name))
    assert sum(cell.n_queries for cell in found.cells) > 0
