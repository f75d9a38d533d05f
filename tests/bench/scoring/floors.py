"""What was promised of the speed, and whether it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.scoring.contenders import (
    CAT,
    CSV,
    DUCKDB,
    IR_MEASURES,
    ONE_THREAD,
    PANDAS,
    POLARS,
    PYTHON,
    PYTREC_EVAL,
    RANX,
    TWIN,
    TWO_THREADS,
)
from tests.bench.scoring.measuring import Records


@dataclass(frozen=True)
class Floor:
    """A ratio, and what it has to be.

    Attributes
    ----------
    value
        What was measured; with one thread where nothing else is said.
    two_threads
        The same by two threads, as the command works unless it is told not to; None where only one
        of both is promised.

    Examples
    --------
    >>> Floor("S: faster than naive pandas", 15.2, least=12).verdict
    'held'
    >>> Floor("S: faster than duckdb", 3.8, least=4, two_threads=4.5).verdict
    'held by two threads'
    >>> Floor("M: time of `cat`", 13.4, most=13).verdict
    'not held'
    >>> Floor("L: time of `cat`", None, most=13).verdict
    'not measured'
    """

    what: str
    value: float | None
    least: float | None = None
    most: float | None = None
    two_threads: float | None = None

    @property
    def wanted(self) -> str:
        if self.least is not None:
            return f"at least {self.least:g} ×"
        return f"at most {self.most:g} ×"

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        if self._holds(self.value):
            return "held"
        return "held by two threads" if self._holds(self.two_threads) else "not held"

    def _holds(self, value: float | None) -> bool:
        if value is None:
            return False
        if self.least is not None:
            return value >= self.least
        return self.most is None or value <= self.most


_PEERS = {PANDAS: 12, CSV: 16, PYTREC_EVAL: 15, IR_MEASURES: 30, RANX: 100, DUCKDB: 4, POLARS: 4}


def floors(records: Records) -> Iterator[Floor]:
    """Yield every floor; `clefboard score` with one thread where nothing else is said."""
    for peer, least in _PEERS.items():
        one, two = (records.times_slower("S", peer, own) for own in (ONE_THREAD, TWO_THREADS))
        yield Floor(f"S: faster than {peer}", one, least=least, two_threads=two)
    one, two = (records.times_slower("S", own, PYTHON) for own in (ONE_THREAD, TWO_THREADS))
    yield Floor("S: time of a bare Python start", one, most=4, two_threads=two)
    for world in ("M", "L"):
        one = records.times_slower(world, ONE_THREAD, CAT)
        yield Floor(f"{world}: time of `cat`", one, most=13)
    two = records.times_slower("L", TWO_THREADS, CAT)
    yield Floor("L: time of `cat`, two threads", two, most=9)
    yield from _memory(records)
    shuffled = _ratio(records.seconds("S shuffled", ONE_THREAD), records.seconds("S", ONE_THREAD))
    yield Floor("S with its lines shuffled: time of S", shuffled, most=4)
    twin = records.times_slower("S", TWIN, CSV)
    yield Floor("S in plain Python, no compiler: time of naive csv", twin, most=1.25)


def _memory(records: Records) -> Iterator[Floor]:
    for world in ("S", "M"):
        value = _ratio(records.peak_mb(world, PANDAS), records.peak_mb(world, ONE_THREAD))
        yield Floor(f"{world}: less memory than naive pandas", value, least=10)
    longer = _ratio(records.peak_mb("S longer", ONE_THREAD), records.peak_mb("S", ONE_THREAD))
    yield Floor(
        "S with five times the lines, same queries and classes: memory of S", longer, most=1.1
    )


def _ratio(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one / other
