"""The demo's own folders, as they are and with tables and runs small enough for a test."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from clefboard.task_folder import Table, read_task_folder, write_task_folder
from scoring import SyntheticSize, write_synthetic_tables

FIXTURES = Path(__file__).parents[3] / "fixtures"
RUNS = json.loads((FIXTURES / "demo" / "runs.json").read_text())
ENTRIES = [(slug, entry) for slug, entries in RUNS.items() for entry in entries]
LEAVES = FIXTURES / "practice" / "leaves-practice.baselines"

_SIZE = SyntheticSize(classes=60, in_truth=40, queries=150, authors=50, training_images=1_000)
_PREDICTIONS = 3


def make_small_demo(target: Path) -> Path:
    """Copy fixtures; every generated task gets tables of 150 queries, every run 3 answers each."""
    shutil.copytree(FIXTURES, target)
    for folder in sorted(path.parent for path in target.glob("*/*/task.yaml")):
        _make_small(folder)
    runs = json.loads((target / "demo" / "runs.json").read_text())
    for entry in (entry for entries in runs.values() for entry in entries):
        entry["predictions"] = min(entry["predictions"], _PREDICTIONS)
    (target / "demo" / "runs.json").write_text(json.dumps(runs))
    return target


def _make_small(folder: Path) -> None:
    task = read_task_folder(folder)
    if task.generate is None:
        return
    recipe = task.generate
    size = replace(_SIZE, media=200) if recipe.recipe == "plantclef" else _SIZE
    with TemporaryDirectory() as name:
        made = Path(name)
        write_synthetic_tables(recipe.recipe, made, seed=recipe.seed, size=size)
        tables = {path.name: Table.at(path) for path in made.glob("*.csv")}
        shutil.move(folder, made / "as-it-was")
        whole = replace(task, folder=made / "as-it-was", generate=None, tables=tables)
        write_task_folder(whole, folder)
