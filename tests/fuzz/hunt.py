"""The hunt: runs and tables, broken by chance, read by the kernel; and by its twin, now and then."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from scoring import RunRules, parse_metric, trace_run
from scoring.run_files import packed, reader
from scoring.run_files.reader import read_run
from scoring.run_files.reading import Way
from tests.fuzz.misuse import misuse, use
from tests.fuzz.mutations import broken
from tests.fuzz.numbers import hard_number, misread
from tests.fuzz.right_runs import Task, odd_tasks, right_run
from tests.fuzz.table_calls import misuse_for_tables
from tests.fuzz.table_readings import are_read_alike, write
from tests.fuzz.tables import broken_tables, right_tables
from tests.scoring.both_readings import Everything, by_all
from tests.scoring.golden import CASES, about, truth_of

_METRICS = [parse_metric("cmap")]  # whose class columns are read in a second pass
_PARTS = [frozenset({("Usage", "public")})]
_N_QUICK = 20
_N_NUMBERS = 1000
_N_TASKS = 4  # a fifth of the time
_PIECES = (packed.PIECE, packed.PIECE, 5000, 1000, 64, 9, 1)


class Differs(Exception):
    """Kernel and twin say different things; the text says of what, and how it was read."""


@dataclass
class Hunted:
    """What was read."""

    n_files: int = 0
    n_bytes: int = 0
    n_compared: int = 0
    n_decimals: int = 0
    n_tables: int = 0

    def count(self, content: bytes, *, compared: bool = False) -> None:
        """Count a run."""
        self.n_files += 1
        self.n_bytes += len(content)
        self.n_compared += compared


def tasks(folder: Path) -> list[tuple[Task, bytes | None]]:
    """Return odd tasks, and the golden cases of the shapes that the kernel reads with their runs."""
    known: list[tuple[Task, bytes | None]] = [(task, None) for task in odd_tasks(folder) * 3]
    for case in CASES:
        asked = about(case)
        rules, kind = RunRules.from_json(asked["rules"]), asked["kind"]
        if rules.shape in {"ranked", "segment"} or kind == "image_run":
            truth = truth_of(case, asked)
            ids = truth.test_set.answerable(kind)
            run = b"".join(packed.read_content(case / asked["run"], 10_000_000))
            known.append((Task(truth, rules, kind, ids, truth.judged(kind).classes), run))
    return known


def other_rules(rules: RunRules, random: Random) -> RunRules:
    """Return rules that ask for more or for less."""
    return replace(
        rules,
        max_predictions_per_query=random.choice((None, None, 1, 3, 50)),
        scores=random.choice(("probability", "any")),
        missing_queries=random.choice(("zero", "zero", "reject")),
    )


def found_in(file: Path, task: Task, rules: RunRules) -> tuple[Any, ...]:
    """Return what is said of a file, the trace it left, and its answers if nothing is wrong with it."""
    parts = _PARTS if "Usage" in task.truth.table.columns else []
    report, trace = trace_run(
        file, task.truth, rules, kind=task.kind, metrics=_METRICS, parts=parts
    )
    _, taker = read_run(file, task.truth.test_set, rules, task.kind, Everything)
    return report, trace, taker.exactly() if report.valid else []


@contextmanager
def as_scattered(is_wanted: bool) -> Iterator[None]:
    """Have files read as if the lines of each query lay apart, whether they do or not."""
    if not is_wanted:
        yield
        return

    usual = reader._ways

    def ways(*asked: Any) -> Iterator[tuple[Way, int | None]]:
        *_, last = usual(*asked)  # the kernel's or the twin's, whose turn it is
        yield last

    with patch.object(reader, "_ways", ways):
        yield


def hunt(at_hand: Path, *, seed: int, numbers: range, seconds: float, every: int) -> Hunted:
    """Break and read runs and tables, one after the other.

    Parameters
    ----------
    at_hand
        Where a run is written before it is read, so that it is there when the process is not; tables
        lie in a folder of the same name without its ending.
    seed, numbers
        Each number makes some runs, and the tables of some tasks.
    seconds
        When to stop at the latest.
    every
        For how many numbers a run is read by the twin too.

    Raises
    ------
    Differs
        Kernel and twin say different things of what is at hand.
    """
    hunted, deadline = Hunted(), time.monotonic() + seconds
    with TemporaryDirectory() as folder:
        known = tasks(Path(folder))
        for number in numbers:
            if time.monotonic() > deadline:
                break
            random = Random(f"{seed} {number}")
            task, run = random.choice(known)
            content = run or right_run(task, random)
            other = right_run(random.choice(known)[0], random)
            try:
                _use(at_hand, task, content, other, random, hunted)
                _read_numbers(random, hunted)
                compares = number % every == 0
                _read(at_hand, task, broken(content, other, random), random, hunted, compares)
                _read_tables(at_hand.with_suffix(""), random, hunted)
            except Differs as found:
                raise Differs(f"on number {number}: {found}") from None
    return hunted


def _use(
    at_hand: Path, task: Task, content: bytes, other: bytes, random: Random, hunted: Hunted
) -> None:
    """Have the kernel alone read broken runs, which is quick; and misuse it."""
    for _ in range(_N_QUICK):
        run = broken(content, other, random)
        at_hand.write_bytes(run)
        use(task, run, random)
        hunted.count(run)
    misuse(task, random)


def _read_numbers(random: Random, hunted: Hunted) -> None:
    texts = [hard_number(random) for _ in range(_N_NUMBERS)]
    hunted.n_decimals += len(texts)
    if wrong := misread(texts):
        raise Differs(f"the decimals {wrong[:9]}")


def _read(
    at_hand: Path, task: Task, content: bytes, random: Random, hunted: Hunted, compares: bool
) -> None:
    """Have the whole package read a broken run, by its twin too where the two are compared."""
    rules, piece = other_rules(task.rules, random), random.choice(_PIECES)
    at_hand.write_bytes(content)
    hunted.count(content, compared=compares)

    def read() -> tuple[Any, ...]:
        return found_in(at_hand, task, rules)

    with patch.object(packed, "PIECE", piece), as_scattered(random.random() < 0.2):
        try:
            by_all(read) if compares else read()
        except AssertionError:
            how = f"{task.kind}, {rules}, in pieces of {piece} bytes"
            raise Differs(f"{how}; it is {at_hand}") from None


def _read_tables(folder: Path, random: Random, hunted: Hunted) -> None:
    """Have the tables of some tasks read in both ways; and misuse what reads them."""
    for _ in range(_N_TASKS):
        right = right_tables(random)
        found = right if random.random() < 0.1 else broken_tables(right, random)
        write(folder, found)
        hunted.n_tables += len(found)
        if not are_read_alike(folder):
            raise Differs(f"the tables in {folder}")
        misuse_for_tables(random)
