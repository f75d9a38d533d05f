"""In twenty generated campaigns the analyses of the test itself find what was planted, and nothing else.

Siblings of a genus are taken for each other, some queries are harder for everybody, and the labels of two
classes are swapped after the runs were made.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from campaign.models import Run
from campaign.reads.factors import FACTORS
from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import read_board
from campaign.models.results import Part
from scoring import METHOD_SCHEMA, GroundTruth, read_ground_truth
from scoring.synthetic.world import World
from tests.campaign.factories import DEADLINE, NOW, make_registration, make_run, make_task
from tests.campaign.planted.boards import SEEDS, PlantedBoard, Sent, board_of, made, said
from tests.campaign.planted.coins import Coins, coin_board, largest
from tests.scoring.analyses.worlds import make_runs, read, relabel

LEVELS = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)


@dataclass(frozen=True)
class Swapped:
    """A board, and the two classes whose labels were swapped."""

    board: PlantedBoard
    classes: frozenset[str]


@pytest.fixture(scope="module")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> list[Swapped]:
    return [swapped_board(seed, tmp_path_factory.mktemp("task")) for seed in SEEDS]


def swapped_board(seed: int, folder: Path) -> Swapped:
    runs = make_runs(folder, seed=seed, levels=LEVELS)
    sizes = Counter(read_ground_truth(folder).table.columns["ClassId"])
    (one, _), (other, _) = sizes.most_common(12)[10:]
    relabel(folder, {one: other, other: one})
    truth, traces = read(folder, runs)
    board = board_of(truth, [Sent(team, trace) for team, trace in enumerate(traces)])
    return Swapped(board, frozenset({one, other}))


def test_swapped_labels_are_suspected_and_no_others(swapped: list[Swapped]):
    for own in swapped:
        assert said(own.board, "suspected-errors").sure
        found = made(own.board, "suspected-errors")["classes"]
        sure = {(one["label"], one["instead"]) for one in found if one["sure"]}
        assert sure == set(permutations(own.classes))


def test_siblings_and_swapped_classes_are_confused_and_no_others(swapped: list[Swapped]):
    """Of other classes some may be in one campaign of twenty."""
    n_with_siblings = n_false = 0
    for own in swapped:
        genus = genera(own.board.truth)
        assert said(own.board, "confusions").sure
        found = {(one["right"], one["instead"]) for one in made(own.board, "confusions")["pairs"]}
        assert found.issuperset(permutations(own.classes))
        others = [pair for pair in found if own.classes.isdisjoint(pair)]
        siblings = [pair for pair in others if len({genus[name] for name in pair}) == 1]
        n_with_siblings += bool(siblings)
        n_false += len(siblings) < len(others)
    print(n_with_siblings, n_false)
    assert n_with_siblings >= 18
    assert n_false <= 3


def genera(truth: GroundTruth) -> Mapping[str, str]:
    assert truth.test_set.classes
    columns = truth.test_set.classes.columns
    return dict(zip(columns["ClassId"], columns["Genus"], strict=True))


# ---------------------------------------------------------------- classes that nobody knows
@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> list[PlantedBoard]:
    runs = [Coins(team, 0.8) for team in range(6)]
    return [coin_board(seed, tmp_path_factory.mktemp("task"), runs, n_unknown=3) for seed in SEEDS]


def test_queries_that_are_hard_for_everybody_are_found(boards: list[PlantedBoard]):
    for board in boards:
        assert said(board, "difficulty").sure
        unknown = largest(board.truth.first_class.values(), 3)
        found = made(board, "difficulty")
        assert {one["label"] for one in found["hardest"]} <= unknown
        assert unknown.isdisjoint(one["label"] for one in found["easiest"])


@pytest.mark.parametrize("kind", ["confusions", "suspected-errors"])
def test_classes_that_nobody_knows_are_taken_for_nothing(kind: str, boards: list[PlantedBoard]):
    """Both err in one campaign of twenty at most."""
    found = [text for board in boards if (text := said(board, kind)).sure]
    print(kind, len(found))
    assert len(found) <= 3, found


# ---------------------------------------------------------------- what is counted
def test_what_descriptions_leave_out_is_what_they_leave_out(tmp_path: Path):
    fields = list(METHOD_SCHEMA["properties"])
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        left_out = [set(rng.permutation(fields)[: rng.integers(len(fields))].tolist()) for _ in range(8)]
        runs = [
            Coins(place % 3, 0.6, None, {name: None for name in fields if name not in own})
            for place, own in enumerate(left_out)
        ]
