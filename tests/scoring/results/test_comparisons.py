"""Two runs beside each other: as `compare` has it, whatever else is compared with it."""

from pathlib import Path

import pytest

from scoring import (
    Difference,
    RunRules,
    Trace,
    average,
    compare,
    compare_cells,
    compare_each,
    compare_scores,
    holm,
    parse_groupings,
    parse_metric,
    read_ground_truth,
    trace_run,
)

FIXTURES = Path(__file__).parents[3] / "fixtures" / "practice"
RUNS = FIXTURES / "leaves-practice.runs"
METRICS = [parse_metric(name) for name in ("mrr", "top_1", "macro_mrr", "median_position")]


@pytest.fixture(scope="module")
def truth():
    return read_ground_truth(FIXTURES / "leaves-practice")


@pytest.fixture(scope="module")
def traces(truth) -> tuple[Trace, Trace]:
    names = ("frozen_160.csv.gz", "frozen_224_1_shot.csv.gz")
    found = [trace_run(RUNS / name, truth, RunRules("ranked"))[1] for name in names]
    one, other = (trace for trace in found if trace is not None)
    return one, other


def compared(traces: tuple[Trace, Trace], truth, metric, within=None) -> Difference | None:
    one, other = (average(trace, truth, metric, within=within) for trace in traces)
    return compare(one, other, truth.seed)


def test_several_metrics_differ_as_each_alone(truth, traces):
    pairs = compare_scores(traces[0], traces[1], truth, METRICS)
    alone = [compared(traces, truth, metric) for metric in METRICS]
    assert [pair.difference is None for pair in pairs] == [False, False, False, True]
    adjusted = iter(holm([one.p for one in alone if one]))
    for pair, own in zip(pairs, alone, strict=True):
        if own and pair.difference:
            found = pair.difference
            assert (found.value, found.low, found.high, found.p) == (
                own.value,
                own.low,
                own.high,
                own.p,
            )
            assert found.adjusted == next(adjusted)


def test_cells_differ_as_the_metric_on_their_subset(truth, traces):
    [grouping] = parse_groupings("ClassId")
    cells = compare_cells(traces[0], traces[1], truth, METRICS[0], [grouping])
    assert sum(cell.n_queries for cell in cells) == 400
    for cell in cells[:5]:
        own = [
            average(trace, truth, METRICS[0], within=("ClassId", cell.values[0]))
            for trace in traces
        ]
        assert (cell.pair.one, cell.pair.other) == (own[0].value, own[1].value)
        lone = compared(traces, truth, METRICS[0], ("ClassId", cell.values[0]))
        assert lone is not None
        assert cell.pair.difference is not None
        assert (cell.pair.difference.low, cell.pair.difference.p) == (lone.low, lone.p)


def test_a_pair_over_other_units_is_an_error(truth, traces):
    whole, part = (
        average(traces[0], truth, METRICS[0], within=within)
        for within in (None, ("TrainImages", "10-49"))
    )
    assert compare_each([(whole, part)], truth.seed)[0] is not None  # all of them are in the band
    shorter = average(traces[0], truth, parse_metric("macro_mrr"))
    with pytest.raises(ValueError, match="the same units"):
        compare_each([(whole, shorter)], truth.seed)
