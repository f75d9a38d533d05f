"""In twenty generated campaigns the analyses find what was planted, and nothing that was not."""

from pathlib import Path
from typing import Any

import pytest

from campaign.reads.factors import FACTORS
from campaign.services.analyses.methods import by_method
from tests.campaign.planted.boards import SEEDS, PlantedBoard
from tests.campaign.planted.methods import gain_from_noisy, planted_board

PLANTED = {("training-data", "noisy"), ("networks", "2-3"), ("networks", "4-7")}


@pytest.fixture(params=SEEDS)
def board(request: pytest.FixtureRequest, tmp_path: Path) -> PlantedBoard:
    return planted_board(request.param, tmp_path / "task")


def contrasts(board: PlantedBoard) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (name, one["level"]): one
        for name, factor in FACTORS.items()
        for one in by_method(board, factor)["contrasts"]
    }


def test_methods_that_work_are_found_and_no_others(board: PlantedBoard, tmp_path: Path):
    """All else is chance: architecture, pre-training, augmentation, outputs, and more than five networks."""
    found = contrasts(board)
    assert len(found) == 14
    assert {key for key, one in found.items() if one["low"] > 0} == PLANTED
    assert {key for key, one in found.items() if one["high"] < 0} == set()
    noisy = found["training-data", "noisy"]
    assert noisy["low"] < gain_from_noisy(board, tmp_path) < noisy["high"]
