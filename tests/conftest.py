"""One embedded PostgreSQL and Valkey for a whole session of tests, real from end to end."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

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
