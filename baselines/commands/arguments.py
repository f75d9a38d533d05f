"""The words after `python -m baselines`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

_DOES = {
    "train": "train the networks of a config, or go on with them",
    "predict": "write the run of each network of a config",
    "fuse": "fuse the runs of its networks into one",
    "bag": "train all, write their runs and fuse them: a config with [bagging]",
    "official": "make an official run, with its description, model card and record",
}


def parsed_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for: ``command``, ``config``, ``to`` and the options."""
    parser = argparse.ArgumentParser(prog="python -m baselines")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, does in _DOES.items():
        own = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        own.add_argument("config", type=Path, metavar="CONFIG", help="a TOML file")
        own.add_argument("--to", type=Path, required=True, metavar="DIR", help="where all is kept")
        if name != "train":
            own.add_argument("--task", type=Path, required=True, metavar="FOLDER", help="a task")
        if name not in {"predict", "fuse"}:
            own.add_argument(
                "--cache", type=Path, metavar="DIR", help="of features; DIR/features if left out"
            )
        own.add_argument(
            "--device", default="auto", help="cpu, cuda, cuda:1; a GPU if there is one"
        )
        own.add_argument(
            "--progress-json", action="store_true", help="tell programs, a JSON object a line"
        )
    return parser.parse_args(words)
