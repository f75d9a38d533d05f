"""Runs and images fused for tests, and what was written read back."""

import csv
from pathlib import Path
from typing import Any

from scoring import (
    Fusion,
    RunRules,
    fuse_images,
    fuse_runs,
)
from scoring.run_files.packed import read_content
from tests.scoring.fusion.slow_fusion import (
    Fused,
)
from tests.scoring.small_task import SmallTask

RULES = RunRules("ranked", image_runs=True)
QUERIES = ("1", "2", "3", "4", "9")
IMAGES = {"m1": "1", "m2": "1", "m3": "2", "m4": "3", "m9": "9"}
ORGANS = {"m1": "leaf", "m2": "flower", "m3": "leaf", "m4": "leaf", "m9": "leaf"}


def fuse(task: SmallTask, *contents: str, rules: RunRules = RULES, **how: Any) -> Fusion:
    """Fuse runs given by their texts."""
    paths = [task.write(text, f"{place}.csv") for place, text in enumerate(contents)]
    return fuse_runs(paths, task.folder / "fused.csv", task.truth.test_set, rules, **how)


def fuse_own_images(task: SmallTask, content: str, **how: Any) -> Fusion:
    out = task.folder / "fused.csv"
    return fuse_images(task.write(content), out, task.truth.test_set, RULES, **how)


def written(task: SmallTask) -> list[str]:
    """Return the lines of the fused run without its header."""
    return (task.folder / "fused.csv").read_text().splitlines()[1:]


def read_back(path: Path, n_query: int = 1) -> Fused:
    """Return a fused run in the order of its lines, read by the standard library alone."""
    content = b"".join(read_content(path, 10**9)).decode()
    fused: Fused = {}
    for fields in list(csv.reader(content.split("\n"), delimiter=";"))[1:]:
        if fields:
            name, text = fields[n_query:]
            fused.setdefault("/".join(fields[:n_query]), []).append((name, float(text)))
    return fused
