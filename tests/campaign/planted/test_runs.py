"""In twenty generated campaigns the analyses of runs beside each other find what was planted, and nothing else."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from campaign.models import RunSet
from campaign.services.analyses.fusions import gain_over
from scoring import (
    Skill,
    SyntheticSize,
    detectable_difference,
    fuse_runs,
    read_ground_truth,
    write_synthetic_tables,
)
from tests.campaign.factories import NOW, make_task
from tests.campaign.planted.boards import (
    RULES,
    SEEDS,
    PlantedBoard,
    Sent,
    average_of,
    board_of,
    made,
    said,
    skilled,
    told,
    traced,
)
from tests.campaign.planted.coins import Coins, coin_board

# Of each of three good teams and three bad ones, the price of training.
PRICES = {0: 100.0, 1: 30.0, 2: 10.0, 3: 1.0, 4: 1.0, 5: 1.0}
GOOD, BAD = {0, 1, 2}, {3, 4, 5}
CHEAPEST = 2


def sent_by(team: int) -> list[Coins]:
    """Return two runs that share most answers."""
    said = {"hardware_price_eur": 1.0, "training_hours": PRICES[team]}
    chance = 0.85 if team in GOOD else 0.55
    return [Coins(team, chance, None, said), Coins(team, chance, 2 * team, said)]


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> list[PlantedBoard]:
    runs = [run for team in PRICES for run in sent_by(team)]
    return [coin_board(seed, tmp_path_factory.mktemp("task"), runs) for seed in SEEDS]


def teams_of(board: PlantedBoard, runs: list[int]) -> list[int]:
    by_pk = {run.pk: run.team for run in board.runs}
    return [by_pk[pk] for pk in runs]


# ---------------------------------------------------------------- coins
def test_good_runs_are_told_from_bad_ones_and_no_others(boards):
    """Equal ones are told apart in at most one campaign of twenty, by Holm's correction."""
    n_false = 0
    for board in boards:
        assert said(board, "significance").sure
        alike = []
        for pair in made(board, "significance")["pairs"]:
            one, other = teams_of(board, pair["runs"])
            if one in GOOD and other in BAD:
                assert pair["adjusted"] < 0.05
                assert pair["value"] > 0
            else:
                alike.append(pair["adjusted"] < 0.05)
        assert len(alike) == 6
        n_false += any(alike)
    assert n_false <= 3


def test_runs_of_a_team_that_share_answers_are_alike_and_those_of_others_are_not(boards):
    n_false = 0
    for board in boards:
        assert said(board, "correlation").sure
        found = made(board, "correlation")
        assert found["within_teams"]["low"] > 0
        pairs = found["pairs"]
        assert all(pair["low"] > 0 for pair in pairs if pair["same_team"])
        others = [pair for pair in pairs if not pair["same_team"]]
        n_false += any(pair["low"] > 0 or pair["high"] < 0 for pair in others)
    assert n_false <= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_two_teams_that_share_answers_are_named(seed: int, tmp_path: Path):
    runs = [Coins(team, 0.6, 1 if team == 4 else None) for team in range(6)]
    board = coin_board(seed, tmp_path, runs)
    assert said(board, "correlation").sure
    assert sorted(made(board, "correlation")["lead"]["runs"]) == [2, 5]


def test_of_two_pairs_that_are_as_alike_none_is_named(tmp_path: Path):
    """One of them is always the most alike: that it leads may be said in one campaign of forty."""
    runs = [Coins(team, 0.6, {4: 0, 5: 1}.get(team)) for team in range(6)]
    found = [said(coin_board(seed, tmp_path / str(seed), runs), "correlation") for seed in SEEDS]
    assert sum(one.sure for one in found) <= 1, found


def test_the_cheapest_run_that_is_as_good_as_the_best_is_found(boards):
    found = 0
    for board in boards:
        cost = made(board, "cost")["costs"]["training"]
        assert min(cost["costs"]) == 1 / 26_280  # an hour of a euro's worth of hardware
        as_good = cost["as_good"] and cost["as_good"]["run"]
        [team] = teams_of(board, [as_good or cost["runs"][0]])
        assert team in GOOD
        found += team == CHEAPEST
    assert found >= 17


def test_the_difference_that_is_said_to_show_does_in_eighty_of_a_hundred_pairs(tmp_path):
    """At 5 %, by a test that is not corrected; runs that are equal differ in 5 of 100 pairs."""
    n_queries, middle = 480, 0.6
    planted = detectable_difference(n_queries, 2 * middle * (1 - middle))
    assert planted is not None
    chances = [middle + planted / 2] * 3 + [middle - planted / 2] * 3
    runs = [Coins(team, chance) for team, chance in enumerate(chances)]
    shown: dict[bool, list[bool]] = {True: [], False: []}
    for seed in SEEDS:
        board = coin_board(seed, tmp_path / str(seed), runs)
        found = made(board, "detectable-difference")
        assert found["median"] == pytest.approx(planted, rel=0.1)
        assert not said(board, "detectable-difference").sure
        for pair in made(board, "significance")["pairs"]:
            one, other = teams_of(board, pair["runs"])
            shown[(one < 3) != (other < 3)].append(pair["p"] < 0.05)
    assert np.mean(shown[True]) == pytest.approx(0.8, abs=0.1)
    assert np.mean(shown[False]) == pytest.approx(0.05, abs=0.05)


# ---------------------------------------------------------------- fusions
HALVES = {"flower": 1.0, "fruit": 1.0, "leaf": -1.0, "branch": -1.0, "entire": 0.0}
_SIZE = SyntheticSize(
    classes=60, in_truth=40, queries=300, media=300, training_images=2_000, authors=60
)


def skill_in(half: int) -> Skill:
    return Skill(1.0, shifts={"Organ": {name: 3 * half * by for name, by in HALVES.items()}})


def fuse_all(board: PlantedBoard, folder: Path) -> dict[str, Any]:
    """Make the fusions that the analysis asks for, as workers do, until it asks for none."""
    found = made(board, "complementarity")
    while found["waits"]:
        for row in RunSet.objects.filter(pk__in=found["waits"]):
            members = [folder / f"{pk}.csv" for pk in row.evaluations]
            assert fuse_runs(members, folder / "fused.csv", board.truth.test_set, RULES).valid
            together = average_of(board, traced(folder / "fused.csv", board.truth))
            alone = {pk: board.averages[pk] for pk in row.evaluations}
            score = gain_over(alone, together, board.truth.seed, rising=True)
            row.data, row.made_at = {"scores": {board.part.value: score}}, NOW
            row.save()
        found = made(board, "complementarity")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_runs_that_complete_each_other_gain_and_copies_do_not(seed: int, tmp_path: Path):
    """The third run is a copy of the first."""
    write_synthetic_tables("plantclef", tmp_path, seed=seed, size=_SIZE)
    truth = read_ground_truth(tmp_path)
    sent = [
        Sent(pk, skilled(tmp_path / f"{pk}.csv", truth, skill_in(half), 100 * seed + 1 + half))
        for pk, half in ((1, 1), (2, -1), (3, 1))
    ]
    board = board_of(truth, sent, task=make_task())
    found = fuse_all(board, tmp_path)
    assert told(board, "complementarity", found).sure
    gains = {frozenset(pair["runs"]): pair["gain"] for pair in found["pairs"]}
    assert set(gains) == set(map(frozenset, combinations((1, 2, 3), 2)))
    for other in (1, 3):
        gain = gains[frozenset({other, 2})]
        assert gain["value"] > 0
        assert gain["adjusted"] < 0.05
    copies = gains[frozenset({1, 3})]
    assert (copies["value"], copies["adjusted"]) == (0.0, 1.0)
