"""Train a baseline: `python -m baselines train CONFIG --to FOLDER`."""

import argparse
import sys
from pathlib import Path

from baselines.config import FrozenBaseline
from baselines.config_file import InvalidConfig, read_config
from baselines.data.material import read_material
from baselines.data.metadata_csv import CannotRead
from baselines.frozen.training import train_frozen
from baselines.networks.table import UnknownNetwork
from baselines.networks.weights import CannotLoad
from baselines.place import this_place
from baselines.training.checkpoints import BrokenCheckpoint
from baselines.training.loop import CannotGoOn, Training
from baselines.training.progress import progress

_REFUSALS = (InvalidConfig, CannotRead, UnknownNetwork, CannotLoad, BrokenCheckpoint, CannotGoOn)


def main() -> None:
    """Do what was asked for, or say why not."""
    options = _options()
    try:
        options.command(options)
    except _REFUSALS as refusal:
        sys.exit(str(refusal))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m baselines")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train a network, or go on with it")
    train.set_defaults(command=_train)
    train.add_argument("config", type=Path)
    train.add_argument("--to", type=Path, required=True, help="the folder that it writes to")
    train.add_argument(
        "--device", default="auto", help="cpu, cuda, cuda:1; a GPU where there is one"
    )
    train.add_argument("--cache", type=Path, help="where features of frozen networks are kept")
    train.add_argument("--progress", choices=["bar", "json", "none"], default="bar")
    return parser.parse_args()


def _train(options: argparse.Namespace) -> None:
    config = read_config(options.config)
    with this_place(options.device) as place:
        material = read_material(config)
        with progress(options.progress if place.is_first else "none") as told:
            if isinstance(config, FrozenBaseline):
                cache = options.cache or options.to / "features"
                told.say(str(train_frozen(config, material, options.to, cache, place, told)))
            else:
                Training(config, material, options.to, place, told).run()
            for finding in material.findings.all():
                told.say(str(finding))


if __name__ == "__main__":
    main()
