"""In twenty campaigns in which all is chance, analyses find nothing, but for what their levels let through."""

from pathlib import Path

import pytest

from campaign.reads.factors import FACTORS
from tests.campaign.planted.boards import SEEDS, PlantedBoard, said
from tests.campaign.planted.coins import Coins, coin_board

RUNS = [Coins(team, 0.6) for team in range(6) for _ in range(2)]
KINDS = (
    *("rare-species", "domains", "authors"),
    *("significance", "correlation", "difficulty", "confusions", "suspected-errors"),
)


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> list[PlantedBoard]:
    return [coin_board(seed, tmp_path_factory.mktemp("task"), RUNS) for seed in SEEDS]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_not_planted_is_not_found(kind: str, boards: list[PlantedBoard]):
    """An analysis at 95 % errs in one campaign of twenty, and in more than three in one set of seeds of sixty."""
    found = [board for board in boards if said(board, kind).sure]
    print(kind, len(found), [said(b, kind).text for b in found])
    assert len(found) <= 1
