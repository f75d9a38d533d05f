"""What a baseline cost: seconds and energy by phase, over all starts of an interrupted one."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from baselines.cards.energy import Joules, joules_between, read_counters
from baselines.place import Place
from baselines.stopping import unbroken
from scoring.run_files.writer import replaced


@dataclass(frozen=True)
class Spent:
    """What a phase took.

    Attributes
    ----------
    seconds
        By the clock.
    cpu_seconds
        Of all cores together, in this process.
    joules
        What counters gave.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    joules: Joules = field(default_factory=dict)

    def __add__(self, other: "Spent") -> "Spent":
        kinds = self.joules.keys() | other.joules.keys()
        joules = {k: round(self.joules.get(k, 0) + other.joules.get(k, 0), 1) for k in kinds}
        seconds = round(self.seconds + other.seconds, 3)
        return Spent(seconds, round(self.cpu_seconds + other.cpu_seconds, 3), joules)


class Effort:
    """Counts, and keeps what it counted in a file.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path, place: Place) -> None:
        self._path, self._place = path, place
        self.phases: dict[str, Spent] = {}
        if path.is_file():
            known = json.loads(path.read_text("utf-8"))
            self.phases = {name: Spent(**spent) for name, spent in known.items()}

    @contextmanager
    def spent(self, phase: str, *, anew: bool = False) -> Iterator[None]:
        """Count what is done inside, also if it is stopped or fails.

        Parameters
        ----------
        anew
            Whether what an earlier start took counts no more: its work is done again.
        """
        began, counters = _clocks(), read_counters(self._place)
        before = Spent() if anew else self.phases.get(phase, Spent())
        try:
            yield
        finally:
            with unbroken():
                joules = joules_between(counters, read_counters(self._place))
                seconds, cpu_seconds = (b - a for a, b in zip(began, _clocks(), strict=True))
                own = Spent(seconds, cpu_seconds, joules)
                self.phases[phase] = before + own
                self._write()

    def total(self) -> Spent:
        """Return what all phases took together."""
        return sum(self.phases.values(), Spent())

    def _write(self) -> None:
        if not self._place.is_first:
            return
        known = {name: vars(spent) for name, spent in self.phases.items()}
        with replaced(self._path) as part:
            part.write_text(json.dumps(known, indent=1), "utf-8")


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()
