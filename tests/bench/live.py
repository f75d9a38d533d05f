"""The platform with servers of its own, for measuring: nothing of the tests' haste in it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.standalone.servers import embedded_servers
from tests.live_platform import LivePlatform, live_platform

SETTINGS = "campaign.settings.local"


@dataclass(frozen=True)
class Servers:
    """A database with its tables and a broker, and how to run code inside the platform's settings."""

    var_dir: Path
    env: dict[str, str]

    @property
    def surroundings(self) -> dict[str, str]:
        """Return the environment of a process with the platform's settings."""
        return {**os.environ, **self.env}

    def make(self, what: str, *arguments: object, by: str = "tests.bench.world") -> Any:
        """Make something by a module of this package and return what it says of it."""
        done = subprocess.run(
            [sys.executable, "-m", by, what, *map(str, arguments)],
            env=self.surroundings,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(done.stdout)

    @contextmanager
    def platform(self) -> Iterator[LivePlatform]:
        with live_platform(
            database_url=self.env["DATABASE_URL"],
            redis_url=self.env["REDIS_URL"],
            var_dir=self.var_dir,
            env=self.env,
        ) as live:
            yield live


@dataclass(frozen=True)
class Platform:
    """The running platform, and how to run code inside its settings."""

    live: LivePlatform
    servers: Servers

    def make(self, what: str, *arguments: object) -> Any:
        """Make something by `tests.bench.world` and return what it says of it."""
        return self.servers.make(what, *arguments)


@contextmanager
def servers(**env: str) -> Iterator[Servers]:
    """Run them while the context lasts; `env` is more for the environment of what uses them."""
    var_dir = Path(tempfile.mkdtemp(prefix="clefboard-bench-"))
    var_dir.chmod(0o755)  # the servers may run as another account
    try:
        with embedded_servers(var_dir) as (database_url, redis_url):
            made = Servers(
                var_dir,
                {
                    "DJANGO_SETTINGS_MODULE": SETTINGS,
                    "DATABASE_URL": database_url,
                    "REDIS_URL": redis_url,
                    "VAR_DIR": str(var_dir),
                    **env,
                },
            )
            made.make("tables")
            yield made
    finally:
        shutil.rmtree(var_dir, ignore_errors=True)


@contextmanager
def platform() -> Iterator[Platform]:
    with servers() as made, made.platform() as live:
        yield Platform(live, made)
