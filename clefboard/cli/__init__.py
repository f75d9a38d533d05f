"""The `clefboard` command: one module per sub-command.

A sub-command's module is imported only when it was asked for, so `clefboard --version` and a shell's
completion cost nothing. Exit codes: 0 fine, 1 the file is invalid, 2 wrong usage or refused,
3 the platform failed or cannot be reached, 4 the run ended without a score.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Any

from clefboard.cli.ending import INTERRUPTED, USAGE, CommandError, end_at_once

COMMANDS = {
    "check": "check a run file with the platform's own code, before uploading it",
    "score": "score runs by a truth of your own, or by a task folder",
    "compare": "say which runs are better than others, and how sure that is",
    "convert": "turn TREC run files and Parquet into run files, and back",
    "explain": "say why a run got what it got for one query",
    "fuse": "fuse several runs into one, or the images of each observation into its answer",
    "generate": "invent a task with runs of chosen skill, to try things on",
    "submit": "submit a run file, compressed while it is sent",
    "watch": "wait until a run is scored, and print its scores or its problems",
    "download": "fetch the data sets of a task, and go on where a download broke",
    "task": "begin a task folder, check one, or print the schema of task.yaml",
}

_WIDTH = 80  # of a usage text, where the terminal is not measured


def command() -> int:
    """Run the command in a process of its own, which ends before there is garbage worth looking for.

    A large truth is a few long lists; to walk through them took a tenth of the time of a run.
    """
    gc.set_threshold(200_000)
    code = main()
    gc.freeze()
    end_at_once(code)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    args = _parser(words).parse_args(words)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except CommandError as error:
        print(f"clefboard: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has seen enough, e.g. head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a file that may not be read, a disk that is full
        place = f"{error.filename}: " if error.filename else ""
        print(f"clefboard: {place}{error.strerror or error}", file=sys.stderr)
        return USAGE
    return code


class _Version(argparse.Action):
    """Prints the version and what reads runs; looking it up takes longer than a small run."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        from scoring import reading_in_words

        print(f"clefboard {version('clefboard')}\n{reading_in_words()}")
        parser.exit()


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return what reads the words: all commands for who needs a list, else the one that is asked for."""
    shown = _formatter(words)
    parser = argparse.ArgumentParser(
        prog="clefboard",
        description="The laptop side of an evaluation campaign.",
        formatter_class=shown,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version, and end")
    # Without its name given here a usage text would be laid out, to find it there.
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="clefboard"
    )
    asked = next(iter(words), "")
    for name in [asked] if asked in COMMANDS else COMMANDS:
        summary = COMMANDS[name]
        command = commands.add_parser(
            name, help=summary, description=f"{summary}.".capitalize(), formatter_class=shown
        )
        if name == asked:
            import_module(f"clefboard.cli.{name}").configure(command)
    return parser


def _formatter(words: Sequence[str]) -> Any:
    """Return what lays texts out; every option makes one, and to measure a terminal loads packers."""
    wants_help = not words or not {"-h", "--help"}.isdisjoint(words)
    return argparse.HelpFormatter if wants_help else partial(argparse.HelpFormatter, width=_WIDTH)
