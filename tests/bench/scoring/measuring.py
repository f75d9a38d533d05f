"""Rounds in which everybody is started once, in a new order each time; kept as they come."""

import compileall
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from random import Random
from time import perf_counter

import psutil

from tests.bench.scoring.contenders import CAT, CONTENDERS, PYTHON, Contender, disagreement
from tests.bench.scoring.worlds import Files

_LAUNCH = Path(__file__).with_name("launch.py")
_ROOT = Path(__file__).parents[3]
_SOURCES = ("scoring", "clefboard", "tests/bench/peers")
_OWN_SOURCES = ("worlds.py", "contenders.py", "measuring.py", "launch.py")
_LIMIT_S = 600
_LEAST_ROUNDS, _PATIENCE_S = 3, 20
_LAST_PATIENCE_S = 60  # for whom there are fewer rounds than that


@dataclass(frozen=True)
class Start:
    """One start of one contender.

    Attributes
    ----------
    round
        0 is the trial before the first round of all: it warms caches and is not counted.
    cpu_s
        Seconds of processors, of all threads together.
    busy
        The share of the machine's processors that other processes had meanwhile.
    problem
        Why it does not count: it failed, or its scores are wrong.
    """

    world: str
    contender: str
    round: int
    seconds: float
    cpu_s: float
    peak_kb: int
    busy: float
    problem: str = ""


class Records:
    """What was measured, a line each in a file, so that an interrupted benchmark goes on.

    Lines of other code, of another machine or of other versions are left alone and not read.
    """

    def __init__(self, path: Path, versions: Sequence[str]) -> None:
        self._path = path
        self._of = _fingerprint(versions)
        lines = path.read_text().splitlines() if path.exists() else []
        rows = map(json.loads, lines)
        self.starts = [Start(**row["start"]) for row in rows if row["of"] == self._of]

    def add(self, start: Start) -> None:
        self.starts.append(start)
        with self._path.open("a") as file:
            file.write(json.dumps({"of": self._of, "start": asdict(start)}) + "\n")

    def of(self, world: str, contender: str) -> list[Start]:
        """Return the starts of a contender that count."""
        return [own for own in self._all(world, contender) if own.round and not own.problem]

    def _all(self, world: str, contender: str) -> list[Start]:
        return [own for own in self.starts if (own.world, own.contender) == (world, contender)]

    def knows(self, contender: str) -> bool:
        """Return whether a contender was ever started, in any world."""
        return any(own.contender == contender for own in self.starts)

    def problem(self, world: str, contender: str) -> str:
        """Return why a contender is out; empty where it is not."""
        return next((own.problem for own in self._all(world, contender) if own.problem), "")

    def busy(self) -> float:
        """Return the share of the machine's processors that others had, on the whole."""
        return statistics.fmean(own.busy for own in self.starts) if self.starts else 0.0

    # ---------------------------------------------------------------- what they come to
    def seconds(self, world: str, contender: str) -> float | None:
        """Return the median; None where nothing was measured."""
        times = [own.seconds for own in self.of(world, contender)]
        return statistics.median(times) if times else None

    def cpu_s(self, world: str, contender: str) -> float | None:
        """Return the median of the seconds of processors; None as above."""
        times = [own.cpu_s for own in self.of(world, contender)]
        return statistics.median(times) if times else None

    def peak_mb(self, world: str, contender: str) -> float | None:
        """Return the most memory it had in any round, in megabytes; None as above."""
        peaks = [own.peak_kb for own in self.of(world, contender)]
        return max(peaks) * 1024 / 1e6 if peaks else None

    def times_slower(self, world: str, one: str, other: str) -> float | None:
        """Return the ratio of the medians of two, in the rounds that both were in; None as above."""
        ones, others = (
            {own.round: own.seconds for own in self.of(world, name)} for name in (one, other)
        )
        both = ones.keys() & others.keys()
        if not both:
            return None
        slow, fast = (statistics.median(times[r] for r in both) for times in (ones, others))
        return slow / fast


def _fingerprint(versions: Sequence[str]) -> str:
    own = [_LAUNCH.with_name(name) for name in _OWN_SOURCES]
    trees = ((_ROOT / tree).rglob("*") for tree in _SOURCES)
    files = (path for path in chain(own, *trees) if path.suffix in {".py", ".so", ".pyd"})
    digests = (sha256(path.read_bytes()).hexdigest() for path in sorted(files))
    return sha256("\n".join((*versions, *digests)).encode()).hexdigest()[:16]


# ---------------------------------------------------------------- rounds
def measure(
    records: Records, name: str, files: Files, rounds: int, tell: Callable[[Start], None]
) -> None:
    """Start everybody who can be started in a world, once a round."""
    _into_cache(files)
    there = [own for own in CONTENDERS.values() if name in own.on and not own.missing]
    for number in range(rounds + 1):
        for contender in Random(f"{name} {number}").sample(there, len(there)):
            if _is_wanted(records, name, contender, number, rounds):
                start = _start(contender, name, files, number)
                records.add(start)
                tell(start)


def _is_wanted(
    records: Records, world: str, contender: Contender, number: int, rounds: int
) -> bool:
    """Return whether there is more to learn: slow ones are out after a few rounds."""
    if number == 0:
        return contender.most_rounds > 1 and not records.knows(contender.name)
    done = records.of(world, contender.name)
    if records.problem(world, contender.name) or number in {own.round for own in done}:
        return False
    if len(done) >= min(rounds, contender.most_rounds):
        return False
    patience = _LAST_PATIENCE_S if len(done) < _LEAST_ROUNDS else _PATIENCE_S
    return sum(own.seconds for own in done) < patience


def _into_cache(files: Files) -> None:
    """Read every file once, and compile our modules as an install does: no round waits for that."""
    for package in ("scoring", "clefboard"):
        compileall.compile_dir(_ROOT / package, quiet=1)
    for path in files.folder.glob("run.*"):
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 20):
                pass


def _start(contender: Contender, world: str, files: Files, number: int) -> Start:
    answer = Path(os.devnull) if contender.name in {CAT, PYTHON} else files.folder / "answer"
    command = [str(word) for word in contender.command(files)]
    with _others_busy() as busy:
        launched = subprocess.run(
            [sys.executable, "-I", "-S", _LAUNCH, str(_LIMIT_S), answer, *command],
            env=_environment(contender),
            capture_output=True,
            text=True,
            check=True,
        )
    done = json.loads(launched.stdout)
    problem = _failure(contender, done["code"], launched.stderr)
    if not problem and contender.read is not None:
        problem = disagreement(contender, answer.read_text(), files.right)
    return Start(
        world=world,
        contender=contender.name,
        round=number,
        seconds=done["seconds"],
        cpu_s=done["cpu_s"],
        peak_kb=done["peak_kb"],
        busy=busy(),
        problem=problem,
    )


def _environment(contender: Contender) -> Mapping[str, str]:
    """Return the environment of a start; Python may find compiled modules, whoever starts the benchmark."""
    inherited = {n: own for n, own in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **contender.environment}


@contextmanager
def _others_busy() -> Iterator[Callable[[], float]]:
    """Give what tells, at the end, which share of the processors others had."""
    began, before, own = perf_counter(), _busy_s(), _children_s()
    share: list[float] = []
    yield lambda: share[0]
    spent = (_busy_s() - before) - (_children_s() - own)
    room = (perf_counter() - began) * (os.cpu_count() or 1)
    share.append(min(1.0, max(0.0, spent / room)))


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def _children_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _failure(contender: Contender, code: int, error: str) -> str:
    if code == -9:
        return f"{contender.name} was ended after {_LIMIT_S} s, or for want of memory"
    last = error.strip().splitlines()[-1:] or ["no reason given"]
    return f"{contender.name} ended with {code}: {last[0][:200]}" if code else ""
