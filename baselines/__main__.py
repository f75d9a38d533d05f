"""Train baselines, and let them answer a task: `python -m baselines COMMAND --help`."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from baselines.answers.files import CannotAnswer
from baselines.answers.tasks import InvalidTask, read_task
from baselines.cards.description import InvalidDescription
from baselines.commands.arguments import parsed_arguments
from baselines.commands.official import official
from baselines.commands.steps import Work, bag, fuse, predict, train
from baselines.config_file import InvalidConfig, read_config
from baselines.data.folds import CannotFold
from baselines.data.tables import CannotRead
from baselines.data.views import UnknownView
from baselines.networks.table import UnknownNetwork
from baselines.networks.weights import CannotLoad
from baselines.place import NoSuchDevice, is_first_rank, this_place
from baselines.stopping import STOPPED, Stopped, stoppable
from baselines.training.checkpoints import BrokenCheckpoint
from baselines.training.loop import CannotGoOn
from baselines.training.progress import Progress, Silent, progress_bar, progress_lines
from baselines.training.split import CannotSplit
from scoring import CannotFuse, CannotWrite, InvalidTable

_REFUSALS = (
    *(InvalidConfig, CannotRead, CannotFold, UnknownNetwork, UnknownView, CannotLoad, CannotSplit),
    *(BrokenCheckpoint, CannotGoOn, InvalidTask, InvalidTable, CannotAnswer),
    *(CannotWrite, CannotFuse, InvalidDescription, NoSuchDevice),
)
_ANSWER: Mapping[str, Callable[..., object]] = {
    "predict": predict,
    "fuse": fuse,
    "bag": bag,
    "official": official,
}


def main(words: Sequence[str] | None = None) -> None:
    """Do what was asked for, or say why not.

    Parameters
    ----------
    words
        What was asked for; the words of the command line if left out.
    """
    arguments = parsed_arguments(words)
    is_read = arguments.progress_json and is_first_rank()
    tell = _told_as_lines if is_read else _told_to_people
    with stoppable(), tell() as progress:
        _do(arguments, progress)


def _do(arguments: argparse.Namespace, progress: Progress) -> None:
    config = read_config(arguments.config)
    cache = getattr(arguments, "cache", None) or arguments.to / "features"
    with this_place(arguments.device) as place:
        told = progress if place.is_first else Silent()
        work = Work(config, arguments.to, cache, place, told)
        if arguments.command == "train":
            train(work)
        else:
            _ANSWER[arguments.command](work, read_task(arguments.task))


@contextmanager
def _told_to_people() -> Iterator[Progress]:
    try:
        with progress_bar() as bar:
            yield bar
    except _REFUSALS as refusal:
        sys.exit(str(refusal))
    except Stopped:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
        sys.exit(STOPPED)


@contextmanager
def _told_as_lines() -> Iterator[Progress]:
    lines = progress_lines()
    try:
        yield lines
    except _REFUSALS as refusal:
        lines.event("failed", text=str(refusal))
        sys.exit(1)
    except Exception as error:
        lines.event("failed", text=f"{type(error).__name__}: {error}")
        raise
    except Stopped:
        lines.say("Stopped; the same command goes on from here.")
        sys.exit(STOPPED)
    lines.event("done")


if __name__ == "__main__":
    main()
