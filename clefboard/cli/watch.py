"""`clefboard watch`: wait for a run's score."""

import argparse
import time
from collections.abc import Iterator

from clefboard.cli.ending import FAILED, FINE, INVALID, UNSCORED, api_errors
from clefboard.cli.output import print_findings, print_scores, say
from clefboard.cli.settings import add_options, need_url, read_settings
from clefboard.client import Client, RunStatus, split_run_url
from clefboard.errors import ServerFailed, Unreachable

_PATIENCE_S = 60  # how long a platform may be away, e.g. while it is restarted
_SLOWEST_S = 5.0
_CODES = {"scored": FINE, "rejected": INVALID, "failed": FAILED}


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("run_id", metavar="RUN", help="id or URL of the run")
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Wait for an end state and print what came of the run."""
    settings = read_settings(args)
    origin, run_id = split_run_url(args.run_id)
    url = origin or need_url(settings)
    token = settings.token if not settings.url or url == settings.url.rstrip("/") else ""
    if token != settings.token:  # a pasted address must not be handed another platform's token
        say(f"note: the token is for {settings.url} and is not sent to {url}")
    last: RunStatus | None = None
    with api_errors(), Client(url, token) as client:
        for status in _states(client, run_id):
            if last is None or status.state != last.state:
                say(f"{_name(status)} is {status.state}")
            last = status
    assert last is not None, "the last status is an end state"
    _print_end(last)
    return _CODES.get(last.state, UNSCORED)


def _states(client: Client, run_id: str) -> Iterator[RunStatus]:
    """Yield the run's status until it has ended, asking less often as time goes by."""
    pause, patience_ends = 0.5, 0.0  # none before the first answer: the address may be wrong
    while True:
        try:
            status = client.read_run(run_id)
        except (Unreachable, ServerFailed):
            if time.monotonic() > patience_ends:
                raise
        else:
            patience_ends = time.monotonic() + _PATIENCE_S
            yield status
            if status.ended:
                return
        time.sleep(pause)
        pause = min(pause * 1.3, _SLOWEST_S)


def _name(status: RunStatus) -> str:
    number = f"Run {status.number}" if status.number is not None else f"Run {status.id}"
    return f"{number} of {status.team}" if status.team else number


def _print_end(status: RunStatus) -> None:
    print_findings(_name(status), status.problems, status.warnings)
    if status.scores:
        print_scores(status.scores)
        if status.rank is not None:
            print(f"  rank {status.rank}")
    elif status.state == "scored":
        print("Scored; the task does not show scores yet.")
