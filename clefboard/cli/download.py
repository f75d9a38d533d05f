"""`clefboard download`: the data sets of a task, whole and checked."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clefboard.cli.ending import FINE, INVALID, USAGE, CommandError, api_errors
from clefboard.cli.output import download_progress, say
from clefboard.cli.settings import add_options, need_url, read_settings

if TYPE_CHECKING:
    from clefboard.client import Client
    from clefboard.data_sets import OfferedDataSet


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("task", metavar="TASK", help="slug of the task, e.g. plantclef-2017")
    parser.add_argument(
        "--data-set",
        metavar="NAME[@VERSION]",
        help="one data set only, in its newest version or the one named (default: all of them)",
    )
    parser.add_argument(
        "--to",
        type=Path,
        metavar="DIR",
        help="where to: DIR/NAME/VERSION/FILE (default: a folder called as the task)",
    )
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fetch what may be had and print where it is; say what may not be had, and why."""
    from clefboard.client import Client

    settings = read_settings(args)
    with api_errors(), Client(need_url(settings), settings.token) as client:
        offered = _chosen(client.read_data_sets(args.task), args)
        refused = [one for one in offered if one.obstacle]
        for one in refused:
            say(f"{_name(one)}: {_why_not(one)}")
        to_have = [one for one in offered if not one.obstacle]
        wrong = [_fetch_all(client, args, one) for one in to_have]
    if any(wrong):
        return INVALID
    return USAGE if refused and (args.data_set or not to_have) else FINE


def _chosen(
    offered: "Sequence[OfferedDataSet]", args: argparse.Namespace
) -> "list[OfferedDataSet]":
    """Return the data set that was asked for, or the newest version of each."""
    newest = {one.slug: one for one in reversed(offered)}  # they come newest first
    if not args.data_set:
        if not newest:
            say(f"{args.task} publishes no data set")
        return list(reversed(newest.values()))
    name, _, version = args.data_set.partition("@")
    for one in offered:
        if one.slug == name and version in {"", one.version}:
            return [one]
    known = ", ".join(_name(one) for one in offered) or "none"
    raise CommandError(f"{args.task} has no data set {args.data_set}; there are: {known}")


def _name(one: "OfferedDataSet") -> str:
    return f"{one.slug}@{one.version}"


def _why_not(one: "OfferedDataSet") -> str:
    if one.obstacle == "not_open" and one.opens_at:
        return f"{one.why_not} It opens at {one.opens_at}."
    return one.why_not


def _fetch_all(client: "Client", args: argparse.Namespace, one: "OfferedDataSet") -> bool:
    """Fetch the files of a data set and print their places; tell whether any was wrong."""
    from clefboard.errors import WrongContent

    folder = (args.to or Path(args.task)) / one.slug / one.version
    if not one.files:
        say(f"{_name(one)}: the platform has no file of it")
        return False
    folder.mkdir(parents=True, exist_ok=True)
    wrong = False
    for place in range(len(one.files)):
        try:
            print(_fetch(client, args.task, one, place, folder), flush=True)
        except WrongContent as error:
            say(f"error: {error}")
            wrong = True
    return wrong


def _fetch(client: "Client", task: str, one: "OfferedDataSet", place: int, folder: Path) -> Path:
    from clefboard.data_sets import fetch

    file = one.files[place]
    target = folder / file.name
    with download_progress(f"{_name(one)} {file.name}", file.size) as on_progress:
        fetched = fetch(
            file,
            target,
            lambda headers: client.open_data_file(task, one, file.name, headers),
            on_progress,
        )
    if not fetched:
        say(f"{target}: there already")
    return target
