"""In twenty generated campaigns the analyses of the test itself find what was planted, and nothing else.

Siblings of a genus are taken for each other, some queries are harder for everybody, and the labels of two
classes are swapped after the runs were made.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from scoring import GroundTruth, read_ground_truth
from scoring.synthetic.world import World
from tests.campaign.planted.boards import SEEDS, PlantedBoard, Sent, board_of, made, said
from tests.scoring.analyses.worlds import make_runs, read, relabel

LEVELS = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)


@dataclass(frozen=True)
class Swapped:
    """A board, and the two classes whose labels were swapped."""

    board: PlantedBoard
    classes: frozenset[str]


@pytest.fixture(params=SEEDS)
def swapped(request: pytest.FixtureRequest, tmp_path: Path) -> Swapped:
    runs = make_runs(tmp_path, seed=request.param, levels=LEVELS)
    sizes = Counter(read_ground_truth(tmp_path).table.columns["ClassId"])
    (one, _), (other, _) = sizes.most_common(12)[10:]
    relabel(tmp_path, {one: other, other: one})
    truth, traces = read(tmp_path, runs)
    board = board_of(truth, [Sent(team, trace) for team, trace in enumerate(traces)])
    return Swapped(board, frozenset({one, other}))


def test_swapped_labels_are_suspected_and_no_others(swapped: Swapped):
    board = swapped.board
    assert said(board, "suspected-errors").sure
    sure = [one for one in made(board, "suspected-errors")["classes"] if one["sure"]]
    assert {one["label"] for one in sure} == {one["instead"] for one in sure} == swapped.classes


def test_siblings_and_swapped_classes_are_confused_and_no_others(swapped: Swapped):
    board, genus = swapped.board, genera(swapped.board.truth)
    found = [(one["right"], one["instead"]) for one in made(board, "confusions")["pairs"]]
    assert set(permutations(swapped.classes)) <= set(found)
    others = [pair for pair in found if swapped.classes.isdisjoint(pair)]
    print(
        len(found),
        len(others),
        [(p, genus[p[0]] == genus[p[1]]) for p in found if swapped.classes.intersection(p)],
    )
    print(
        [
            (one, genus[one["right"]] == genus[one["instead"]])
            for one in made(board, "confusions")["pairs"]
            if genus[one["right"]] != genus[one["instead"]]
        ]
    )
    assert others
    assert all(genus[one] == genus[other] for one, other in others)


def test_queries_that_are_hard_for_everybody_are_found(swapped: Swapped):
    board = swapped.board
    assert said(board, "difficulty").sure
    found = made(board, "difficulty")
    print(
        [
            len([one for one in found[name] if one["label"] not in swapped.classes])
            for name in ("hardest", "easiest")
        ]
    )
    hardest, easiest = (
        [one for one in found[name] if one["label"] not in swapped.classes]
        for name in ("hardest", "easiest")
    )
    print(ease(board.truth, hardest), ease(board.truth, easiest))


def genera(truth: GroundTruth) -> Mapping[str, str]:
    assert truth.test_set.classes
    columns = truth.test_set.classes.columns
    return dict(zip(columns["ClassId"], columns["Genus"], strict=True))


def ease(truth: GroundTruth, queries: list[dict[str, Any]]) -> float:
    """Return how easy some queries are for everybody, on average, as they were made."""
    world = World.of(truth)
    ease = dict(zip(world.query_ids, world.ease_for_all.tolist(), strict=True))
    return fmean(ease[one["query"]] for one in queries) if queries else float("nan")
