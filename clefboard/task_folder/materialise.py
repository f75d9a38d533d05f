"""A folder that says how its tables are made, into one that holds them."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import scoring
from clefboard.task_folder.read import read_task_folder
from clefboard.task_folder.split import draw_split
from clefboard.task_folder.task import Recipe, Table, TaskFolder
from clefboard.task_folder.write import write_task_folder


def materialise(task: TaskFolder, target: Path) -> TaskFolder:
    """Write a folder with all its tables: the generated ones made, a split's column drawn.

    Parameters
    ----------
    task
        Any task; one that has its tables and no share to draw is copied.
    target
        A folder that does not exist yet, or is empty.

    Returns
    -------
    TaskFolder
        The folder written, read again; without `generate` and without a share.

    Raises
    ------
    FileExistsError
        When the target holds something already.
    InvalidTaskFolder
        When what the tables hold does not fit what task.yaml says.
    """
    with TemporaryDirectory(prefix="clefboard-") as name:
        made = Path(name)
        tables = _make_tables(task.generate, made) if task.generate else dict(task.tables)
        split = task.split
        if split is not None and split.share is not None:
            drawn = made / "drawn.csv"
            draw_split(split, tables["ground_truth.csv"].path, drawn)
            tables["ground_truth.csv"] = Table.at(drawn)
            split = replace(split, share=None)
        write_task_folder(replace(task, generate=None, split=split, tables=tables), target)
    return read_task_folder(target)


def _make_tables(recipe: Recipe, folder: Path) -> dict[str, Table]:
    scoring.write_synthetic_tables(recipe.recipe, folder, seed=recipe.seed)
    return {path.name: Table.at(path) for path in sorted(folder.glob("*.csv"))}
