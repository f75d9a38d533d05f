"""Campaigns in which one knows what works: effects of methods are planted, and everything else is chance.

Twenty teams send four runs each: one of each number of networks, two that learned from noisy data.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scoring import (
    GroundTruth,
    Skill,
    SyntheticSize,
    Trace,
    average,
    read_ground_truth,
    write_synthetic_tables,
)
from tests.campaign.planted.boards import PlantedBoard, Sent, board_of, skilled

N_TEAMS = 20
NOISY = 1.0  # of log-odds that the right class stands first
NETWORKS = {1: 0.0, 3: 1.0, 5: 2.0, 12: 2.0}  # more than five bring nothing
_MEAN_SKILL, _OF_TEAMS, _OF_RUNS = (
    -1.0,
    0.6,
    0.1,
)  # how much skill differs, of teams and of a team's runs
_SIZE = SyntheticSize(classes=60, in_truth=40, queries=400, training_images=2_000, authors=80)


def planted_board(seed: int, folder: Path) -> PlantedBoard:
    """Return a campaign's board; the same seed makes the same one."""
    write_synthetic_tables("plantclef", folder, seed=seed, size=_SIZE)
    truth = read_ground_truth(folder)
    rng = np.random.default_rng(seed)
    sent: list[Sent] = []
    for team in range(N_TEAMS):
        skill = rng.normal(_MEAN_SKILL, _OF_TEAMS)
        for description in _descriptions(rng):
            level = skill + _worth(description) + rng.normal(0.0, _OF_RUNS)
            trace = _traced(folder, truth, level, seed * 1_000 + len(sent))
            sent.append(Sent(team, trace, description))
    return board_of(truth, sent)


def _traced(folder: Path, truth: GroundTruth, level: float, seed: int) -> Trace:
    return skilled(folder / "run.csv", truth, Skill(level), seed)


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
    trace = _traced(folder, board.truth, level, 10**6 + seed)
    value = average(trace, board.truth, board.metric).value
    assert value is not None
    return value
