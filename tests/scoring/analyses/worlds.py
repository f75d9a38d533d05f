"""Invented tests for the analyses: truths, and runs of known skill over them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scoring import (
    SYNTHETIC_RECIPES,
    Answers,
    GroundTruth,
    RunRules,
    Skill,
    Trace,
    answers_of,
    read_ground_truth,
    trace_run,
    write_synthetic_run,
    write_synthetic_tables,
)

RANKED = RunRules("ranked")
SIZE = replace(SYNTHETIC_RECIPES["plantclef"].scaled(classes=80, queries=480), in_truth=40, media=0)


def make_runs(folder: Path, *, seed: int, levels: Sequence[float]) -> list[Path]:
    """Write an invented test and a run of each level."""
    write_synthetic_tables("plantclef", folder, seed=seed, size=SIZE)
    truth = read_ground_truth(folder)
    runs = [folder / f"run-{place}.csv" for place in range(len(levels))]
    for place, (path, level) in enumerate(zip(runs, levels, strict=True)):
        write_synthetic_run(path, truth, Skill(level), seed=100 * seed + place, predictions=20)
    return runs


def relabel(folder: Path, names: Mapping[str, str]) -> None:
    """Give the queries of some classes the labels of others."""
    columns = read_ground_truth(folder).table.columns
    lines = zip(columns["QueryId"], columns["ClassId"], strict=True)
    text = "".join(f"{query};{names.get(name, name)}\n" for query, name in lines)
    (folder / "ground_truth.csv").write_text(f"QueryId;ClassId\n{text}")


def read(folder: Path, runs: Sequence[Path]) -> tuple[GroundTruth, list[Trace]]:
    truth = read_ground_truth(folder)
    return truth, [trace_of(run, truth) for run in runs]


def trace_of(run: Path, truth: GroundTruth, rules: RunRules = RANKED) -> Trace:
    _, trace = trace_run(run, truth, rules)
    assert trace
    return trace


def answers_in(folder: Path, runs: Sequence[Path]) -> Answers:
    truth, traces = read(folder, runs)
    return answers_of(traces, truth)
