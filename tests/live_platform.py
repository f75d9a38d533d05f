"""The platform as it runs for people, on a database and a folder of a test.

The programs are those of `manage.py up`: web server, worker, sweeper, beat, each a process of its
own. PostgreSQL and Valkey are not among them: a test uses the session's pair, or starts its own
with `embedded_servers` when it wants to kill it.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from campaign.standalone import programs
from campaign.standalone.processes import Program, Supervisor
from tests.moving_clock import move_clock

_HOST = "127.0.0.1"
_MANAGE = Path(__file__).parents[1] / "manage.py"


@dataclass(frozen=True)
class LivePlatform:
    """Where the platform answers, where its files lie, its processes, and their surroundings."""

    url: str
    var_dir: Path
    supervisor: Supervisor
    env: Mapping[str, str]

    @property
    def private(self) -> Path:
        """Return the folder of ground truth and run files."""
        return self.var_dir / "private"

    def process(self, name: str) -> subprocess.Popen[bytes]:
        """Return the running process of `web`, `worker`, `sweeper` or `beat`, to be killed."""
        return next(
            child.process for child in self.supervisor._children if child.program.name == name
        )

    def wait_until(self, condition: Callable[[], bool], what: str, *, within_s: float = 60) -> None:
        """Look after the programs, as `manage.py up` does, until something holds."""
        deadline = time.monotonic() + within_s

        def over() -> bool:
            return condition() or time.monotonic() > deadline

        self.supervisor.watch(until=over)
        assert condition(), f"after {within_s} s still not: {what}\n{self.logs()}"

    def let_it_be(self, moment: datetime | None) -> None:
        """Move the clock of all programs at once; it goes on from there. None is the machine's own.

        Whoever moves it lets the runs be scored first: a lease is over when months have passed.
        """
        move_clock(self.var_dir, moment - datetime.now(UTC) if moment else None)

    def manage(self, *words: str, **env: str) -> str:
        """Run a command of `manage.py` as the operator does, beside the programs."""
        done = subprocess.run(
            [sys.executable, str(_MANAGE), *words],
            env={**os.environ, **self.env, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def logs(self) -> str:
        """Return the last lines of every program, for a failed test's report."""
        tails = (
            f"--- {log.stem}\n{log.read_text(errors='replace')[-3000:]}"
            for log in sorted((self.var_dir / "log").glob("*.log"))
        )
        return "\n".join(tails)

    def mails(self) -> list[EmailMessage]:
        """Return the mails the platform sent, the oldest first."""
        files = sorted((self.var_dir / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime)
        texts = (text for path in files for text in path.read_bytes().split(b"-" * 79 + b"\n"))
        return [message_from_bytes(text, policy=policy.default) for text in texts if text.strip()]


@contextmanager
def live_platform(
    *, database_url: str, redis_url: str, var_dir: Path, env: Mapping[str, str] | None = None
) -> Iterator[LivePlatform]:
    """Run all programs while the context lasts; the database has its tables already.

    Parameters
    ----------
    env
        More for the programs' environment, e.g. `CLEFBOARD_NOW`.
    """
    for folder in ("private/incoming", "mail", "log", "static"):
        (var_dir / folder).mkdir(parents=True, exist_ok=True)
    port = _free_port()
    surroundings = {
        "DJANGO_SETTINGS_MODULE": "tests.live_settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "VAR_DIR": str(var_dir),
        "PUBLIC_URL": f"http://{_HOST}:{port}",
        **(env or {}),
    }

    def here(program: Program) -> Program:
        # Into a file: nobody reads a pipe while a test talks to the browser.
        log = var_dir / "log" / f"{program.name}.log"
        return replace(program, env={**program.env, **surroundings}, log=log)

    with Supervisor() as supervisor:
        supervisor.start(here(programs.web(_HOST, port)))
        supervisor.start(
            *map(here, (programs.worker(), programs.sweeper(), programs.beat())),
        )
        yield LivePlatform(f"http://{_HOST}:{port}", var_dir, supervisor, surroundings)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    return port
