"""The runs that all others are variants of: a team in four builds on the same network."""

from pathlib import Path

from scoring import read_ground_truth
from scoring.synthetic import Skill, write_synthetic_run

BASES = 4


def write_base(place: Path, number: int) -> Path:
    """Write a run, and its image run into a folder beside it; a higher number is better."""
    path = place / _name(number)
    write_synthetic_run(
        path,
        read_ground_truth(place / "task"),
        Skill(level=number / 2),
        seed=2017 + number,
        image_path=place / "images" / _name(number),
    )
    return path


def base_of(folder: Path, variant: int, n_runs: int) -> Path:
    """Return of which run a variant is: those of one stand together."""
    return folder / _name(BASES * variant // n_runs)


def _name(number: int) -> str:
    return f"base-{number}.csv"
