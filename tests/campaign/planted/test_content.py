"""In twenty generated campaigns the analyses by content find what was planted, and nothing that was not.

Flowers are easy and stems are hard, and rare species are not learned; who sent an observation is chance.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from campaign.models import Task, TruthVersion
from campaign.models.results import Part
from campaign.reads.method_tags import TagReader
from campaign.services.analyses.authors import by_author
from campaign.services.analyses.board import BoardRun
from campaign.services.analyses.parts import by_part
from campaign.services.analyses.species import by_rarity
from scoring import (
    RunRules,
    Skill,
    SyntheticSize,
    Trace,
    read_ground_truth,
    trace_run,
    write_synthetic_run,
    write_synthetic_tables,
)
from tests.campaign.services.planted import PlantedBoard

SEEDS = range(20)
VIEWS = {"Organ": {"flower": 1.5, "stem": -2.0}}
# An image each: one with several images is answered better, and has more organs.
_SIZE = SyntheticSize(
    classes=300, in_truth=200, queries=1_500, media=1_500, authors=300, training_images=9_000
)


def board_of(seed: int, folder: Path, **skill: Any) -> PlantedBoard:
    """Return a campaign of three teams."""
    write_synthetic_tables("plantclef", folder, seed=seed, size=_SIZE)
    truth = read_ground_truth(folder)
    traces: dict[int, Trace] = {}
    for pk in range(3):
        path = folder / "run.csv"
        write_synthetic_run(
            path, truth, Skill(0.5 * pk, **skill), seed=100 * seed + pk, predictions=10
        )
        _, trace = trace_run(path, truth, RunRules("ranked"))
        assert trace is not None
        traces[pk] = trace
    runs = tuple(BoardRun(pk, pk, pk, False, True, True, {}) for pk in reversed(traces))
    version = TruthVersion(metrics=["mrr"], split_column="")
    task = Task(slug=f"planted-{seed}", subsets=["Organ"])
    return PlantedBoard(task, Part.ALL, version, runs, TagReader({}), kept=traces, of=truth)


def gaps(board: PlantedBoard) -> dict[str, Mapping[str, float]]:
    [organs] = by_part(board)["columns"]
    return {one["value"]: one["gap"] for one in organs["values"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_planted_is_found(seed: int, tmp_path: Path):
    board = board_of(seed, tmp_path, shifts=VIEWS, rare=1.5)
    found = gaps(board)
    assert found["flower"]["low"] > 0
    assert found["stem"]["high"] < 0
    every = by_rarity(board)["groups"][0]
    assert every["rare"]["high"] < 0
    assert every["price"]["high"] < 0


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_not_planted_is_not(seed: int, tmp_path: Path):
    board = board_of(seed, tmp_path, shifts={}, rare=0.0)
    assert all(one["low"] <= 0 <= one["high"] for one in gaps(board).values())
    rare = by_rarity(board)["groups"][0]["rare"]
    assert rare["low"] <= 0 <= rare["high"]
    [authors] = by_author(board)["columns"]
    assert authors["spread"]["low"] <= 0
