"""Runs that toss a coin for each query: right with one chance for all of them, else any other class.

Whatever an analysis finds in these, beyond what their coins say, is not there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring import SyntheticSize, read_ground_truth, write_synthetic_tables
from tests.campaign.planted.boards import PlantedBoard, Sent, board_of, traced

SHARED = 0.7  # of the answers of a run that is like another
_SIZE = SyntheticSize(
    classes=80, in_truth=60, queries=480, media=480, training_images=2_400, authors=80
)


@dataclass(frozen=True)
class Coins:
    """A run of a team.

    Attributes
    ----------
    chance
        That it has a query right.
    like
        The place of an earlier run that it shares most answers with.
    """

    team: int
    chance: float
    like: int | None = None
    description: Mapping[str, Any] = field(default_factory=dict)


def coin_board(
    seed: int, folder: Path, runs: Iterable[Coins], *, n_unknown: int = 0
) -> PlantedBoard:
    """Return a campaign's board; the same seed and runs make the same one.

    Parameters
    ----------
    n_unknown
        How many classes, those with most queries, no run has ever right.
    """
    write_synthetic_tables("plantclef", folder, seed=seed, size=_SIZE)
    truth = read_ground_truth(folder)
    names = np.array(truth.judged("run").classes)
    labels = np.searchsorted(names, list(truth.first_class.values()))
    known = ~np.isin(names[labels], list(largest(truth.first_class.values(), n_unknown)))
    rng = np.random.default_rng(seed)
    sent: list[Sent] = []
    answers: list[npt.NDArray[np.int64]] = []
    for run in runs:
        wrong = (labels + rng.integers(1, len(names), len(labels))) % len(names)
        own = np.where(known & (rng.random(len(labels)) < run.chance), labels, wrong)
        if run.like is not None:
            own = np.where(rng.random(len(labels)) < SHARED, answers[run.like], own)
        answers.append(own)
        lines = zip(truth.first_class, names[own].tolist(), strict=True)
        path = folder / "run.csv"
        path.write_text("".join(f"{query};{name};1\n" for query, name in lines))
        sent.append(Sent(run.team, traced(path, truth), run.description))
    return board_of(truth, sent, subsets=["Organ"])


def largest(labels: Iterable[str], n: int) -> set[str]:
    """Return the classes that have most queries."""
    return {name for name, _ in Counter(labels).most_common(n)}
