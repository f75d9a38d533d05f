"""Campaigns in which one knows what works: effects of methods are planted, and everything else is chance.

Twenty teams send four runs each: one of each number of networks, two that learned from noisy data. Boards
are made without a database: what analyses are made of is the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from campaign.models import Task, TruthVersion
from campaign.models.results import Part
from campaign.reads.method_tags import TagReader
from campaign.services.analyses.board import Board, BoardRun
from scoring import (
    GroundTruth,
    RunRules,
    Skill,
    SyntheticSize,
    Trace,
    average,
    read_ground_truth,
    trace_run,
    write_synthetic_run,
    write_synthetic_tables,
)

N_TEAMS = 20
NOISY = 1.0  # of log-odds that the right class stands first
NETWORKS = {1: 0.0, 3: 1.0, 5: 2.0, 12: 2.0}  # more than five bring nothing
_MEAN_SKILL, _OF_TEAMS, _OF_RUNS = (
    -1.0,
    0.6,
    0.1,
)  # how much skill differs, of teams and of a team's runs
_SIZE = SyntheticSize(classes=60, in_truth=40, queries=400, training_images=2_000, authors=80)
_RULES = RunRules("ranked")


@dataclass(frozen=True, eq=False)
class PlantedBoard(Board):
    """A board that keeps its own traces."""

    kept: Mapping[int, Trace] = field(default_factory=dict)
    of: GroundTruth | None = None

    @property
    def truth(self) -> GroundTruth:
        """Return the truth that the traces were made by."""
        assert self.of is not None
        return self.of

    def traces(self, runs: Iterable[BoardRun]) -> Iterator[tuple[BoardRun, Trace]]:
        """Yield runs with their traces."""
        return ((run, self.kept[run.pk]) for run in runs)


def planted_board(seed: int, folder: Path) -> PlantedBoard:
    """Return a campaign's board; the same seed makes the same one."""
    write_synthetic_tables("plantclef", folder, seed=seed, size=_SIZE)
    truth = read_ground_truth(folder)
    rng = np.random.default_rng(seed)
    traces: dict[int, Trace] = {}
    runs: list[BoardRun] = []
    for team in range(N_TEAMS):
        skill = rng.normal(_MEAN_SKILL, _OF_TEAMS)
        for description in _descriptions(rng):
            pk = len(runs)
            level = skill + _worth(description) + rng.normal(0.0, _OF_RUNS)
            traces[pk] = _traced(folder / "run.csv", truth, Skill(level), seed * 1_000 + pk)
            runs.append(_run(pk, team, description))
    version = TruthVersion(metrics=["mrr"], split_column="")
    task = Task(slug=f"planted-{seed}")
    return PlantedBoard(task, Part.ALL, version, tuple(runs), TagReader({}), kept=traces, of=truth)


def _traced(path: Path, truth: GroundTruth, skill: Skill, seed: int) -> Trace:
    write_synthetic_run(path, truth, skill, seed=seed, predictions=10)
    _, trace = trace_run(path, truth, _RULES)
    assert trace is not None
    return trace


def _run(pk: int, team: int, description: Mapping[str, Any]) -> BoardRun:
    return BoardRun(
        pk=pk,
        evaluation=pk,
        team=team,
        baseline=False,
        generated=True,
        best_of_team=pk % len(NETWORKS) == 0,
        description=description,
    )


def _descriptions(rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield what the four runs of a team say: two choices count, all others are drawn."""
    learned = rng.permutation(["trusted", "trusted", "noisy", "noisy"])
    for networks, data in zip(rng.permutation(list(NETWORKS)), learned, strict=True):
        yield {
            "training_data": [str(data)],
            "n_networks": int(networks),
            "architectures": [str(rng.choice(["ResNet-50", "GoogLeNet", "VGG-16"]))],
            "pre_training": str(rng.choice(["none", "ImageNet-1k"])),
            "augmentation": [str(rng.choice(["rotation", "mixup", "random crop"]))],
            "test_time_outputs": int(rng.choice([1, 5, 50, 500])),
        }


def _worth(description: Mapping[str, Any]) -> float:
    noisy = NOISY if "noisy" in description["training_data"] else 0.0
    return noisy + NETWORKS[description["n_networks"]]


def gain_from_noisy(board: PlantedBoard, folder: Path) -> float:
    """Return what noisy data are worth on average: the same runs with and without, by many more runs.

    Four runs of each of some levels tell how the score grows with the level.
    """
    levels = np.linspace(-3.0, 4.0, 8)
    scores = [
        np.mean([_mrr(board, folder, float(level), seed) for seed in range(4)]) for level in levels
    ]
    worth = np.array([_worth(run.description) for run in board.runs])
    noisy = np.array(["noisy" in run.description["training_data"] for run in board.runs])
    without = worth - NOISY * noisy + _MEAN_SKILL
    gains = np.interp(without + NOISY, levels, scores) - np.interp(without, levels, scores)
    return float(gains.mean())


def _mrr(board: PlantedBoard, folder: Path, level: float, seed: int) -> float:
    trace = _traced(folder / "run.csv", board.truth, Skill(level), 10**6 + seed)
    value = average(trace, board.truth, board.metric).value
    assert value is not None
    return value
