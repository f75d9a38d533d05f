"""Scoring again, measured: runs that differ, forecasts that are held against what came, tables that are tables."""

import subprocess
import sys

import psutil
import pytest
import zstandard

from scoring import Skill, read_ground_truth, write_synthetic_run
from tests.bench.rescoring.cost import Cost, cost_of
from tests.bench.rescoring.measuring import UPLOAD, Forecast, Measured, Rescored, _forecasts
from tests.bench.rescoring.run_files import FEW, Wanted, write_and_trace, write_run
from tests.bench.rescoring.section import section
from tests.scoring.small_task import write_tables

N_QUERIES, N_CLASSES = 30, 20


@pytest.fixture
def task(tmp_path):
    """Return a folder of tables with a run that answers all of it."""
    return write_tables(
        tmp_path,
        classes="ClassId\n" + "".join(f"c{i}\n" for i in range(N_CLASSES)),
        queries="QueryId\n" + "".join(f"q{i}\n" for i in range(N_QUERIES)),
        ground_truth="QueryId;ClassId\n" + "".join(f"q{i};c{i % 7}\n" for i in range(N_QUERIES)),
        media=None,
    )


@pytest.fixture
def base(task):
    path = task / "base.csv"
    write_synthetic_run(path, read_ground_truth(task), Skill(1.0), seed=1, predictions=10)
    return path


def lines_of(path):
    return (
        zstandard.ZstdDecompressor()
        .decompress(path.read_bytes(), max_output_size=10**6)
        .splitlines()
    )


def test_no_two_runs_are_alike_and_each_is_right(task, base):
    rules = {"shape": "ranked"}
    made = [
        write_and_trace(Wanted(base, number, number == 0), task, rules, ["mrr", "top_1"])
        for number in range(8)
    ]
    contents = [lines_of(one.path) for one in made]

    assert [len(lines) for lines in contents] == [N_QUERIES * 10] + [N_QUERIES * FEW] * 7
    assert len({tuple(lines) for lines in contents}) == 8
    assert len({one.scores[0].value for one in made}) > 4
    assert all(one.report["problems"] == [] and one.trace for one in made)


def test_the_same_variant_is_the_same_run(base):
    once, again = (lines_of(write_run(Wanted(base, 3, True))) for _ in range(2))
    assert once == again


def test_a_forecast_is_what_was_said_first_when_a_share_was_done():
    said = [
        (0.0, "running: 0 of 10 runs, 0 failed\n"),
        (2.0, "running: 1 of 10 runs, 0 failed, about 18 s left\n"),
        (6.0, "running: 5 of 10 runs, 0 failed, about 6 s left\n"),
        (7.0, "running: 6 of 10 runs, 0 failed, about 5 s left\n"),
        (14.0, "ready: 10 of 10 runs, 0 failed\n"),
    ]
    assert list(_forecasts(said)) == [Forecast(0.1, 18, 12.0), Forecast(0.5, 6, 8.0)]


def test_what_a_program_uses_counts_with_all_it_started():
    spin = "sum(range(10**7))"
    own = f"import subprocess as s, sys; s.run([sys.executable, '-c', {spin!r}]); print(flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{own}; input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        with cost_of(process.pid) as cost:
            assert process.stdout
            process.stdout.readline()
        alone = sum(psutil.Process(process.pid).cpu_times()[:2])
        process.communicate("\n")

    assert cost.cpu_s > alone
    assert cost.peak_mb > 1


def test_tables_are_tables():
    one = Rescored(
        "other labels",
        loaded_s=2.0,
        n_runs=10,
        seconds=5.0,
        read_s=3.0,
        scored_s=4.0,
        worker=Cost(8.0, 300.0),
        forecasts=[Forecast(0.5, 6, 8.0)],
        compared=[0.1, 0.2, 0.3],
        switch_s=0.05,
        slowest_s=0.2,
        quiet={"task": [0.1, 0.1], UPLOAD: [1.0]},
        meanwhile={"task": [0.2, 0.3], UPLOAD: []},
    )
    lines = [*section(Measured(10, 5_000_000, [one]))]

    assert "10 runs of 5 MB: 1 of 1,788,600 lines, 9 with 5 predictions a query" in lines[0]
    assert "| runs a second | 2.0 |" in lines
    assert "| time left, as it was said | at 50% 6 s, was 8 s |" in lines
    assert "| task | 100 ms | 100 ms | 250 ms | 300 ms | 2.50 × | 3.00 × |" in lines
    assert not [line for line in lines if UPLOAD in line]
    for rows in ([line for line in lines if line.count("|") == n] for n in (3, 8)):
        assert len(rows) > 2
