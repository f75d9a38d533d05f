"""The machine as it names itself."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from baselines.place import Place

_PACKAGES = ("torch", "torchvision", "timm", "numpy", "pillow", "safetensors")


@dataclass(frozen=True)
class Hardware:
    """What a baseline ran on.

    Attributes
    ----------
    device
        Its name, with its memory or how many threads computed on it.
    gpus
        How many; 0 for processors alone.
    threads
        Of each rank.
    ranks
        Processes that learnt together.
    """

    device: str
    gpus: int
    threads: int
    ranks: int

    @classmethod
    def found(cls, place: Place) -> "Hardware":
        """Return what this machine is."""
        threads = torch.get_num_threads()
        if not place.is_gpu:
            on = "1 thread" if threads == 1 else f"{threads} threads"
            return cls(f"{_processor()}, {on}", 0, threads, place.world)
        own = torch.cuda.get_device_properties(place.device)
        memory = f"{own.total_memory / 2**30:.0f} GiB"
        return cls(f"{own.name} {memory}", place.world, threads, place.world)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def versions() -> Mapping[str, str]:
    """Return what computes here, and in which version."""
    return {
        "python": platform.python_version(),
        **{name: package_version(name) for name in _PACKAGES},
    }


def package_version(name: str) -> str:
    """Return the version of a package; that of one that only lies there is unknown."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
