"""`clefboard task`: task folders, on the organiser's laptop."""

import argparse
import json
from pathlib import Path
from time import gmtime
from typing import TYPE_CHECKING

from clefboard.cli.ending import FINE, INVALID, CommandError

if TYPE_CHECKING:
    from clefboard.task_folder import TaskFolder

_SHAPES = ("ranked", "segment", "set", "label")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    new = actions.add_parser("new", help="write a first task folder, right as it is, to begin with")
    new.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
    new.add_argument(
        "--shape",
        choices=_SHAPES,
        required=True,
        help="how a line of a run looks: see the task.yaml",
    )
    new.set_defaults(run=_new)
    check = actions.add_parser("check", help="say everything that is wrong with a task folder")
    check.add_argument("folder", type=Path, metavar="DIR", help="the folder that holds task.yaml")
    check.set_defaults(run=_check)
    schema = actions.add_parser("schema", help="print the JSON Schema of task.yaml")
    schema.set_defaults(run=_schema)


def _new(args: argparse.Namespace) -> int:
    from clefboard.task_folder import write_start

    try:
        write_start(args.folder, shape=args.shape, year=gmtime().tm_year + 1)
    except FileExistsError as error:
        raise CommandError(_occupied(args.folder, error)) from error
    print(f"{args.folder}: a task of the shape {args.shape}, with sample rows to be replaced")
    for path in sorted(args.folder.iterdir()):
        print(f"  {path.name}")
    print(f"Check it with: clefboard task check {args.folder}")
    return FINE


def _occupied(folder: Path, error: FileExistsError) -> str:
    if folder.is_dir():
        return str(error)
    return f"{folder} is a file; right is a new or an empty folder"


def _check(args: argparse.Namespace) -> int:
    from clefboard.task_folder import check_task_folder

    check = check_task_folder(args.folder)
    for problem in check.problems:
        print(problem)
    for note in check.notes:
        print(f"{note} (note)")
    if check.task is None:
        count = len(check.problems)
        print(f"{args.folder}: {count} {'problem' if count == 1 else 'problems'}")
        return INVALID
    print(f"{args.folder}: fine")
    if check.task.generate is None:
        _say_what_shows(check.task)
    return FINE


def _say_what_shows(task: "TaskFolder") -> None:
    """Print the smallest differences between runs that the test would show, where that can be said."""
    from scoring import detectable_difference, n_units, parse_metric, read_ground_truth

    metric = parse_metric(task.metrics[0])
    n = n_units(read_ground_truth(task.folder), metric, task.run_rules)
    if n is None:
        return
    print(
        f"Smallest difference in {metric} that a paired test at 5 % finds in 80 of 100 such tests,"
    )
    for disagreement in (0.1, 0.2, 0.4):
        found = detectable_difference(n, disagreement)
        shown = "none" if found is None else f"{found:.4f}"
        print(f"  of runs that disagree on {disagreement:.0%} of {n} units: {shown}")


def _schema(_: argparse.Namespace) -> int:
    from clefboard.task_folder import load_schema

    print(json.dumps(load_schema("task"), indent=2, ensure_ascii=False))
    return FINE
