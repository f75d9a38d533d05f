"""Do the experiments, and write down what came of them: `make baselines`.

python -m baselines.experiments --data ../shared/data [--only NAME ...]
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from baselines.answers.files import CannotAnswer
from baselines.data.tables import CannotRead
from baselines.experiments.aviary import Aviary
from baselines.experiments.classroom import Classroom
from baselines.experiments.leaves import Leaves
from baselines.experiments.listed import BIRDS, EXPERIMENTS, LEAVES
from baselines.experiments.report import renew
from baselines.experiments.results import NAME, read_results
from baselines.experiments.series import E, do_all
from baselines.experiments.shipped import compared, ship
from baselines.place import this_place
from baselines.training.loop import CannotGoOn
from baselines.training.progress import progress_bar, progress_lines
from scoring import CannotWrite, InvalidTable
from scoring.nearest import did_you_mean

_REFUSALS = (CannotRead, CannotAnswer, CannotGoOn, CannotWrite, InvalidTable)


def main() -> None:
    """Do what is not done yet, and write down the results."""
    options = _options()
    for name in options.only:
        if name not in EXPERIMENTS:
            sys.exit(f"there is no experiment {name!r}{did_you_mean(name, EXPERIMENTS)}")
    try:
        _do(options)
    except _REFUSALS as refusal:
        sys.exit(str(refusal))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m baselines.experiments")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--to", type=Path, default=Path("var/baselines"))
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--compare", type=Path, help="the folder of stored results")
    parser.add_argument("--docs", type=Path, help="the page whose table is renewed")
    parser.add_argument("--ship", type=Path, help="the folder to store the runs of the demo in")
    parser.add_argument("--device", default="cpu", help="cpu, cuda; results are stored from a CPU")
    parser.add_argument("--progress-json", action="store_true")
    return parser.parse_args()


def _do(options: argparse.Namespace) -> None:
    tell = nullcontext(progress_lines()) if options.progress_json else progress_bar()
    with this_place(options.device) as place, tell as told:
        classroom = Classroom(Leaves.of(options.data), options.to, place, told)
        do_all(_wanted(LEAVES, options.only), classroom)
        aviary = Aviary(options.data, options.to, place, told)
        do_all(_wanted(BIRDS, options.only), aviary)
        results = read_results(options.to / NAME)
        if options.compare:
            for line in compared(read_results(options.compare / NAME), results):
                told.say(line)
        if options.ship:
            ship(options.to, options.ship)
        if options.docs:
            renew(options.docs, options.to)
            told.say(f"{options.docs}: the table is renewed")


def _wanted(experiments: Mapping[str, E], only: Sequence[str]) -> list[E]:
    return [own for name, own in experiments.items() if not only or name in only]


if __name__ == "__main__":
    main()
