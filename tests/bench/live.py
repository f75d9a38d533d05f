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
class Platform:
    """The running platform, and how to run code inside its settings."""

    live: LivePlatform
    env: dict[str, str]

    def make(self, what: str, *arguments: object) -> Any:
        """Make something by `tests.bench.world` and return what it says of it."""
        return _world(self.env, what, *arguments)


@contextmanager
def platform() -> Iterator[Platform]:
    var_dir = Path(tempfile.mkdtemp(prefix="clefboard-bench-"))
    var_dir.chmod(0o755)  # the servers may run as another account
    try:
        with embedded_servers(var_dir) as (database_url, redis_url):
            env = {
                "DJANGO_SETTINGS_MODULE": SETTINGS,
                "DATABASE_URL": database_url,
                "REDIS_URL": redis_url,
                "VAR_DIR": str(var_dir),
            }
            _world(env, "tables")
            with live_platform(
                database_url=database_url, redis_url=redis_url, var_dir=var_dir, env=env
            ) as live:
                yield Platform(live, env)
    finally:
        shutil.rmtree(var_dir, ignore_errors=True)


def _world(env: dict[str, str], what: str, *arguments: object) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.world", what, *map(str, arguments)],
        env={**os.environ, **env},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout)
