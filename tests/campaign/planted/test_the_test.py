"""In twenty generated campaigns the analyses of the test itself find what was planted, and nothing else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import compress, permutations
from pathlib import Path

import numpy as np
import pytest

from campaign.reads.method_effects import NothingToSay
from scoring import METHOD_SCHEMA, GroundTruth, read_ground_truth
from tests.campaign.factories import DEADLINE, make_registration, make_run, make_task
from tests.campaign.planted.boards import SEEDS, PlantedBoard, Sent, board_of, made, said
from tests.campaign.planted.coins import Coins, coin_board, largest
from tests.scoring.analyses.worlds import make_runs, read, relabel

LEVELS = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)


@dataclass(frozen=True)
class Swapped:
    """A board of runs that confuse siblings, and two classes whose labels were swapped when they were there."""

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
    assert len(found) <= 3, found


# ---------------------------------------------------------------- what is counted
def test_what_descriptions_leave_out_is_told_and_nothing_else(boards: list[PlantedBoard]):
    whole = {name: field["examples"][0] for name, field in METHOD_SCHEMA["properties"].items()}
    for seed, board in zip(SEEDS, boards, strict=True):
        is_said = np.random.default_rng(seed).random((len(board.runs), len(whole))) < 0.6
        runs = [
            replace(run, description=dict(compress(whole.items(), own)))
            for run, own in zip(board.runs, is_said, strict=True)
        ]
        found = made(replace(board, runs=tuple(runs)), "description-gaps")
        left_out = np.count_nonzero(~is_said, axis=0).tolist()
        assert found["fields"] == dict(zip(whole, left_out, strict=True))
        assert sum(sum(team["missing"].values()) for team in found["teams"]) == sum(left_out)
    said_all = [replace(run, description=whole) for run in boards[0].runs]
    with pytest.raises(NothingToSay, match="complete"):
        made(replace(boards[0], runs=tuple(said_all)), "description-gaps")


@pytest.mark.django_db
def test_days_have_the_runs_that_came_on_them(boards: list[PlantedBoard], tmp_path: Path):
    task = make_task()
    for seed, planted in zip(SEEDS, boards, strict=True):
        hours = np.random.default_rng(seed).uniform(1, 72, 3)
        moments = [DEADLINE - timedelta(hours=float(before)) for before in hours]
        sent = [make_run(make_registration(task), tmp_path, at=moment) for moment in moments]
        runs = [replace(planted.runs[0], pk=row.pk) for row in sent]
        found = made(replace(planted, task=task, runs=tuple(runs)), "submissions")
        assert dict(found["counts"]) == Counter(str(moment.date()) for moment in moments)
        assert found["n_last"] == np.count_nonzero(hours <= 24)
