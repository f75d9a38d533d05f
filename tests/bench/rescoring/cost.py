"""What a program and all it started use of the machine."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event

import psutil

from tests.bench.rescoring.readers import beside

_LOOK_EVERY_S = 0.5


@dataclass
class Cost:
    """Processor seconds, and the most megabytes at a time; what is shared counts once."""

    cpu_s: float = 0.0
    peak_mb: float = 0.0


@contextmanager
def cost_of(pid: int) -> Iterator[Cost]:
    """Measure a process, and all it starts, for as long as the context lasts."""
    cost, root = Cost(), psutil.Process(pid)
    began = _cpu(root)

    def look(stop: Event) -> None:
        cost.peak_mb = _megabytes(root)
        while not stop.wait(_LOOK_EVERY_S):
            cost.peak_mb = max(cost.peak_mb, _megabytes(root))

    with beside(look):
        yield cost
    cost.cpu_s = _cpu(root) - began


def _family(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def _cpu(root: psutil.Process) -> float:
    """Return what a family has used, those of it that ended included."""
    found = 0.0
    for process in _family(root):
        with suppress(psutil.NoSuchProcess):  # it ended meanwhile, and is in what its parent used
            found += sum(process.cpu_times()[:4])
    return found


def _megabytes(root: psutil.Process) -> float:
    found = 0.0
    for process in _family(root):
        with suppress(psutil.NoSuchProcess):  # it ended meanwhile
            found += process.memory_full_info().pss / 1e6
    return found
