"""`clefboard task`: task folders, on the organiser's laptop."""

import argparse
import json
from pathlib import Path

from clefboard.cli.ending import FINE, INVALID


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="say everything that is wrong with a task folder")
    check.add_argument("folder", type=Path, metavar="DIR", help="the folder that holds task.yaml")
    check.set_defaults(run=_check)
    schema = actions.add_parser("schema", help="print the JSON Schema of task.yaml")
    schema.set_defaults(run=_schema)


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
    return FINE


def _schema(_: argparse.Namespace) -> int:
    from clefboard.task_folder import load_schema

    print(json.dumps(load_schema("task"), indent=2, ensure_ascii=False))
    return FINE
