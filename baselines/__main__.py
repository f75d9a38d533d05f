"""Train baselines, and let them answer a task.

python -m baselines train CONFIG --to FOLDER
python -m baselines predict MODEL ... --task FOLDER --media TABLE --images FOLDER --to RUN
"""

import argparse
import sys
from pathlib import Path

from baselines.answers.hearing import Hearing, write_heard
from baselines.answers.judging import judge_of
from baselines.answers.models import load_model
from baselines.answers.runs import CannotAnswer, Question, write_image_run, write_run
from baselines.config import FrozenBaseline
from baselines.config_file import InvalidConfig, read_config
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.data.media import read_media
from baselines.data.tables import CannotRead
from baselines.data.views import FIXED, UnknownView
from baselines.frozen.training import train_frozen
from baselines.networks.table import UnknownNetwork
from baselines.networks.weights import CannotLoad
from baselines.place import this_place
from baselines.training.checkpoints import BrokenCheckpoint
from baselines.training.loop import CannotGoOn, Training
from baselines.training.progress import progress
from scoring import CannotFuse, CannotWrite, InvalidTable, RunRules, read_test_set

_REFUSALS = (
    *(InvalidConfig, CannotRead, UnknownNetwork, CannotLoad, BrokenCheckpoint, CannotGoOn),
    *(UnknownView, CannotAnswer, CannotWrite, CannotFuse, InvalidTable),
)


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
    train.add_argument("--cache", type=Path, help="where features of frozen networks are kept")
    predict = commands.add_parser("predict", help="write the run of one model, or of several fused")
    predict.set_defaults(command=_predict)
    predict.add_argument("models", nargs="+", type=Path, metavar="MODEL")
    predict.add_argument(
        "--task", type=Path, required=True, help="its folder: queries, media, classes"
    )
    predict.add_argument("--media", type=Path, required=True, help="a table of MediaId and file")
    predict.add_argument(
        "--images", type=Path, required=True, help="the folder of these files, images or recordings"
    )
    predict.add_argument("--to", type=Path, required=True, help="the run; beside it its image run")
    predict.add_argument("--views", nargs="+", choices=FIXED, default=["whole"])
    predict.add_argument("--most", type=int, help="classes answered for a query; all if left out")
    for own in (train, predict):
        own.add_argument(
            "--device", default="auto", help="cpu, cuda, cuda:1; a GPU if there is one"
        )
        own.add_argument("--progress", choices=["bar", "json", "none"], default="bar")
    return parser.parse_args()


def _train(options: argparse.Namespace) -> None:
    config = read_config(options.config)
    with (
        this_place(options.device) as place,
        progress(options.progress if place.is_first else "none") as told,
    ):
        material = read_material(config, judge_of(config, options.to, place, told))
        if isinstance(config, FrozenBaseline):
            cache = options.cache or options.to / "features"
            told.say(str(train_frozen(config, material, options.to, cache, place, told)))
        else:
            Training(config, material, options.to, place, told).run()
        for finding in material.findings.all():
            told.say(str(finding))


def _predict(options: argparse.Namespace) -> None:
    test_set = read_test_set(options.task)
    rules = RunRules("ranked", max_predictions_per_query=options.most, image_runs=True)
    findings = Findings()
    files = {name: options.images / file for name, file in read_media(options.media).items()}
    image_run = options.to.with_name(f"{options.to.name.partition('.')[0]}.images.csv.gz")
    with this_place(options.device) as place, progress(options.progress) as told:
        models = [load_model(path, place) for path in options.models]
        if models[0].sound:
            hearing = Hearing(models, files, place, options.most)
            report = write_heard(options.to, hearing, test_set, findings, told)
        else:
            question = Question(models, options.views, files, options.most)
            write_image_run(image_run, question, test_set, rules, findings, told)
            report = write_run(options.to, image_run, test_set, rules)
        told.say(
            f"{options.to}: {report.n_queries:,} queries, {report.n_predictions:,} predictions"
        )
        for finding in findings.all():
            told.say(str(finding))


if __name__ == "__main__":
    main()
