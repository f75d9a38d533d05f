"""`clefboard submit`: a run from the laptop to the platform."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clefboard.cli.ending import FINE, INVALID, CommandError, api_errors
from clefboard.cli.files import need_files
from clefboard.cli.output import print_findings, say, upload_progress
from clefboard.cli.settings import Settings, add_options, need_url, read_settings

if TYPE_CHECKING:
    from clefboard.client import SubmittedRun


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the run file, plain or compressed")
    parser.add_argument("--task", required=True, metavar="SLUG", help="e.g. plantclef-practice")
    parser.add_argument("--name", default="", help="your own name for the run")
    parser.add_argument(
        "--description",
        metavar="JSON|@FILE",
        default="{}",
        help="the method description, or @ and a file that holds it",
    )
    parser.add_argument("--image-run", type=Path, metavar="FILE", help="an optional image run")
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Submit and print the run's address; the same content again prints the first run's."""
    from clefboard.errors import DuplicateRun, InvalidRunFile

    settings = read_settings(args)
    description = _description(args.description)
    need_files(args.file, args.image_run)
    _need_token(settings)
    try:
        with api_errors():
            submitted = _send(args, settings, description)
    except DuplicateRun as error:
        say("note: your team has submitted this content before; nothing new was made")
        print(error.url)
        return FINE
    except InvalidRunFile as error:
        print_findings(str(args.file), error.problems, ())
        return INVALID
    number = "the run" if submitted.number is None else f"Run {submitted.number}"
    say(f"{number} is {submitted.state}; follow it with: clefboard watch {submitted.id}")
    print(submitted.url)
    return FINE


def _send(
    args: argparse.Namespace, settings: Settings, description: dict[str, Any]
) -> "SubmittedRun":
    from clefboard.client import Client

    url = need_url(settings)
    with Client(url, settings.token) as client, upload_progress(args.file) as on_progress:
        return client.submit_run(
            args.task,
            args.file,
            name=args.name,
            description=description,
            image_run=args.image_run,
            on_progress=on_progress,
        )


def _description(text: str) -> dict[str, Any]:
    from scoring import check_method_description

    if text.startswith("@"):
        text = _read(Path(text[1:]))
    try:
        description = json.loads(text)
    except ValueError as error:
        raise CommandError(f"--description is not JSON: {error}") from error
    if not isinstance(description, dict):
        raise CommandError('--description must be an object such as {"architectures": ["ResNet"]}')
    if problems := check_method_description(description):
        raise CommandError("--description: " + "; ".join(problems))
    return description


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _need_token(settings: Settings) -> None:
    if not settings.token:
        raise CommandError("who are you? give --token, or set CLEFBOARD_TOKEN")
