"""In twenty generated campaigns the analyses by content find what was planted, and nothing that was not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from campaign.services.analyses.by_query import part_of
from campaign.services.analyses.organs import by_combination
from scoring import (
    GroundTruth,
    Skill,
    SyntheticSize,
    combinations_of,
    metric_of_queries,
    read_ground_truth,
    score_combinations,
    write_synthetic_tables,
)
from tests.campaign.planted.boards import (
    RULES,
    SEEDS,
    PlantedBoard,
    Sent,
    board_of,
    made,
    said,
    skilled,
    told,
    traced,
)

VIEWS = {"Organ": {"flower": 1.5, "stem": -2.0}}
N_TEAMS = 3
# An image each: one with several images is answered better, and has more organs.
_SIZE = SyntheticSize(
    classes=300, in_truth=200, queries=1_500, media=1_500, authors=300, training_images=9_000
)


def truth_of(seed: int, folder: Path, size: SyntheticSize = _SIZE) -> GroundTruth:
    write_synthetic_tables("plantclef", folder, seed=seed, size=size)
    return read_ground_truth(folder)


def sent_of(seed: int, folder: Path, truth: GroundTruth, **skill: Any) -> PlantedBoard:
    """Return the board of three teams."""
    sent = [
        Sent(
            team, skilled(folder / "run.csv", truth, Skill(0.5 * team, **skill), 100 * seed + team)
        )
        for team in range(N_TEAMS)
    ]
    return board_of(truth, sent, subsets=["Organ"])


def gaps(board: PlantedBoard) -> dict[str, Mapping[str, float]]:
    [organs] = made(board, "domains")["columns"]
    return {one["value"]: one["gap"] for one in organs["values"]}


# ---------------------------------------------------------------- parts of the test, rare species, authors
@pytest.mark.parametrize("seed", SEEDS)
def test_hard_organs_and_rare_species_are_found(seed: int, tmp_path: Path):
    """Flowers are easy and stems are hard, and rare species are not learned."""
    board = sent_of(seed, tmp_path, truth_of(seed, tmp_path), shifts=VIEWS, rare=1.5)
    found = gaps(board)
    assert said(board, "domains").sure
    assert found["flower"]["low"] > 0
    assert found["stem"]["high"] < 0
    assert said(board, "rare-species").sure
    every = made(board, "rare-species")["groups"][0]
    assert every["rare"]["high"] < 0
    assert every["price"]["high"] < 0


@pytest.mark.parametrize("seed", SEEDS)
def test_authors_of_hard_pictures_are_found(seed: int, tmp_path: Path):
    truth = truth_of(seed, tmp_path)
    names = sorted(set(truth.test_set.queries.columns["Author"]))
    hard = {"Author": dict.fromkeys(names[::3], -3.0)}
    assert said(sent_of(seed, tmp_path, truth, shifts=hard, rare=0.0), "authors").sure


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_not_planted_is_not_found(seed: int, tmp_path: Path):
    board = sent_of(seed, tmp_path, truth_of(seed, tmp_path), shifts={}, rare=0.0)
    for kind in ("domains", "rare-species", "authors"):
        assert not said(board, kind).sure
    assert all(one["low"] <= 0 <= one["high"] for one in gaps(board).values())


# ---------------------------------------------------------------- organs
def of_organs(board: PlantedBoard, image_runs: Sequence[Path]) -> dict[str, Any]:
    """Return the analysis of image runs, each read as a worker does."""
    metric = metric_of_queries(board.metric)
    wanted = combinations_of(board.truth.test_set, "Organ")
    kept = []
    for run in image_runs:
        _report, found = score_combinations(run, board.truth, RULES, metric, "Organ")
        kept.append(
            [
                part_of(own, one.queries).values if own else None
                for one, own in zip(wanted, found, strict=True)
            ]
        )
    return by_combination(board, "Organ", kept)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pair_of_organs_that_works_is_found(seed: int, tmp_path: Path):
    """Of leaves and fruits one tells species, of anything else nearly nothing."""
    truth = truth_of(seed, tmp_path, replace(_SIZE, queries=400, media=1_600, authors=80))
    others = ("flower", "entire", "branch", "stem", "scan")
    skill = Skill(2.0, shifts={"Organ": dict.fromkeys(others, -5.0)})
    images = [tmp_path / f"{team}.csv" for team in range(N_TEAMS)]
    sent = [
        Sent(team, skilled(tmp_path / "run.csv", truth, skill, 100 * seed + team, image_path=path))
        for team, path in enumerate(images)
    ]
    board = board_of(truth, sent)
    found = of_organs(board, images)
    assert told(board, "organs", found).sure
    pair, _every = found["gains"]
    assert set(pair["values"]) == {"leaf", "fruit"}
    assert pair["reference"] == ["leaf"]
    assert pair["low"] > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_image_that_brings_nothing_is_not_found_to(seed: int, tmp_path: Path):
    """Images say one thing each: two that disagree tie, which costs all that two which agree bring."""
    truth_of(seed, tmp_path, replace(_SIZE, queries=400, media=0, authors=80))
    queries = read_ground_truth(tmp_path).first_class
    media = [(f"{organ}-{query}", query, organ) for query in queries for organ in ("leaf", "fruit")]
    lines = "".join(f"{';'.join(row)}\n" for row in media)
    (tmp_path / "media.csv").write_text(f"MediaId;QueryId;Organ\n{lines}")
    truth = read_ground_truth(tmp_path)
    names, rng = truth.judged("run").classes, np.random.default_rng(seed)

    def toss(path: Path, rows: Mapping[str, str]) -> Path:
        said = {
            row: name if rng.random() < 0.6 else str(rng.choice(names))
            for row, name in rows.items()
        }
        path.write_text("".join(f"{row};{name};1\n" for row, name in said.items()))
        return path

    of_image = {image: queries[query] for image, query, _organ in media}
    images = [toss(tmp_path / f"{team}.csv", of_image) for team in range(N_TEAMS)]
    board = board_of(truth, [Sent(0, traced(toss(tmp_path / "run.csv", queries), truth))])
    found = of_organs(board, images)
    assert not told(board, "organs", found).sure
