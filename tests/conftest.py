"""One embedded PostgreSQL and Valkey for a whole session of tests, real from end to end."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from campaign.standalone.servers import embedded_servers

_servers = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # xdist's workers use the pair of their controller
        return
    stack = config.stash[_servers] = ExitStack()
    var_dir = Path(os.environ["VAR_DIR"])  # chosen by campaign.settings.test
    var_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    stack.callback(shutil.rmtree, var_dir, ignore_errors=True)
    stack.enter_context(embedded_servers(var_dir, durable=False))


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(_servers, None):
        stack.close()


def pytest_xdist_auto_num_workers() -> int:
    """Return one more than there are cores: many tests wait for programs that they have started."""
    return (os.cpu_count() or 1) + 1


class _Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps the tests of some folders in one process; all others go wherever there is room.

    xdist's own way, a mark and `--dist loadgroup`, has no effect under pytest 9.2.
    """

    # They share a platform, a database or a port, or need the machine for themselves.
    _FOLDERS = (
        "tests/e2e/",
        "tests/chaos/",
        "tests/docker/",
        "tests/install/",
        "tests/campaign/standalone/",
        "tests/campaign/crawl/",
    )

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in self._FOLDERS if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _Together:
    return _Together(config, log)
