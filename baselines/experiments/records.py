"""What stands beside a result, so that anybody can tell what it is a result of."""

import hashlib
import json
import os
import platform
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from scoring import SCORER_VERSION

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("torch", "torchvision", "timm", "numpy", "pillow", "safetensors")


@cache
def code_digest() -> str:
    """Return the SHA-256 of the sources of `baselines`: other code, other results."""
    digest = hashlib.sha256()
    for path in sorted((_ROOT / "baselines").rglob("*.py")):
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def code_version() -> Mapping[str, str | None]:
    """Return what code this is: its commit, where it lies in a repository, and the digest of its sources."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "changed": _git("status", "--porcelain", "--untracked-files=no", "baselines", "scoring"),
        "sources_sha256": code_digest(),
        "scorer": SCORER_VERSION,
    }


def _git(*words: str) -> str | None:
    command = ["git", "-C", str(_ROOT), *words]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return ended.stdout.strip()


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of what results depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


@cache
def machine() -> Mapping[str, str | int]:
    """Return the processor, how many cores there are, and how many torch uses."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "threads": torch.get_num_threads(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def key_of(*parts: Any) -> str:
    """Return a digest of the code and of plain data: equal ones have equal keys."""
    whole = [code_digest(), *parts]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Spent:
    """Time.

    Attributes
    ----------
    seconds
        By the clock.
    cpu_seconds
        Of all cores together.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)


class Stopwatch:
    """Runs from its beginning on."""

    def __init__(self) -> None:
        self._began, self._cpu_began = time.perf_counter(), time.process_time()

    @property
    def spent(self) -> Spent:
        """The time since then."""
        seconds = time.perf_counter() - self._began
        return Spent(seconds, time.process_time() - self._cpu_began)


def read_spent(path: Path) -> Spent:
    """Return the time that a file tells of, none where there is no file."""
    return Spent(**json.loads(path.read_text())) if path.is_file() else Spent()


@contextmanager
def spending(path: Path) -> Iterator[None]:
    """Add the time that is spent inside to that of a file, also when it ends in an error."""
    before, watch = read_spent(path), Stopwatch()
    try:
        yield
    finally:
        write_json(path, asdict(before + watch.spent))


def write_json(path: Path, data: Any) -> None:
    """Write plain data, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
