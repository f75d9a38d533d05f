"""On what it was measured."""

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil


def described(packages: Sequence[str]) -> Iterator[str]:
    """Yield the machine and the versions of packages, a line each."""
    memory = psutil.virtual_memory().total / 2**30
    yield f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    yield f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield ", ".join(versions(packages))


def versions(packages: Sequence[str]) -> list[str]:
    """Return the packages that are installed, with their versions."""
    return [f"{package} {version(package)}" for package in packages if _is_there(package)]


def _is_there(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def load() -> float:
    """Return how busy the machine is, in processes that want to run."""
    return os.getloadavg()[0]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
