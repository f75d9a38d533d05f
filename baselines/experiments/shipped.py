"""The stored runs, which the demo shows and the docs quote; and whether others are like them."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from baselines.experiments.lessons import CONFIGS
from baselines.experiments.listed import LEAVES
from baselines.experiments.records import write_json
from baselines.experiments.results import NAME, Result
from baselines.experiments.series import ABOUT, CARD, LOG, RECORD, RUN

SHIPPED = (
    "leaves_frozen",
    "leaves_frozen_4_views",
    "leaves_frozen_4_views_control",
    "leaves_bagged",
    "leaves_fine_tuned_4_views",
    "leaves_scratch",
    "leaves_5_leaves_draw_1",
    "leaves_1_leaf_draw_1",
    "leaves_side_a_to_b",
)
RUNS = "runs.json"
_BESIDE = (RUN, ".images.csv.gz", LOG, RECORD, CARD)


def ship(done: Path, stored: Path) -> None:
    """Store all results, and some runs with their config, record, card and log.

    Parameters
    ----------
    done
        Where the experiments were done.
    stored
        The folder to write; what was in it is gone.
    """
    shutil.rmtree(stored, ignore_errors=True)
    stored.mkdir(parents=True)
    for path in (done / NAME, *done.glob(ABOUT.format("*"))):
        shutil.copyfile(path, stored / path.name)
    descriptions = {}
    for name in SHIPPED:
        for suffix in _BESIDE:
            shutil.copyfile(done / "runs" / f"{name}{suffix}", stored / f"{name}{suffix}")
        config = LEAVES[name].lesson.config
        shutil.copyfile(CONFIGS / f"{config}.toml", stored / f"{name}.toml")
        record = json.loads((stored / f"{name}{RECORD}").read_text("utf-8"))
        descriptions[name] = record["description"]
    write_json(stored / RUNS, descriptions)


def compared(stored: Mapping[str, Result], found: Mapping[str, Result]) -> Iterator[str]:
    """Yield a line for each stored result that was found again: whether it lies in its interval."""
    for name, old in stored.items():
        if name not in found:
            continue
        new = found[name]
        where = "in" if old.top_1_low <= new.top_1 <= old.top_1_high else "OUTSIDE of"
        yield (
            f"{name}: top-1 {new.top_1:.4f}, {where} the stored interval"
            f" {old.top_1_low:.4f} to {old.top_1_high:.4f} around {old.top_1:.4f}"
        )
