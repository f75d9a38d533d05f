"""Sending a run until there is an answer, as somebody with a bad connection does.

    python -m tests.chaos.sender URL TOKEN FILE

prints the run's id. A process of its own, for the tests fork: they must not have threads.
"""

import sys
import time
from pathlib import Path

from clefboard.client import Client
from clefboard.errors import DuplicateRun, ServerFailed, Unreachable
from tests.chaos.world import TASK

_PATIENCE_S = 30


def send(client: Client, file: Path) -> str:
    """Send a file until its run is known, and return the run's id."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return client.submit_run(TASK, file).id
        except DuplicateRun as known:  # the answer to an earlier time was lost
            return known.run_id
        except (Unreachable, ServerFailed):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    url, token, path = sys.argv[1:]
    sys.stdout.write(send(Client(url, token), Path(path)))
