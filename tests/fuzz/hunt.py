"""The hunt: golden runs, broken by chance, read by the kernel and by its twin."""

import time
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from scoring import GroundTruth, InvalidRun, RunRules, parse_metric, trace_run
from scoring.run_files import kernel_reading, packed
from scoring.run_rules import Kind
from tests.fuzz.mutations import broken
from tests.scoring.golden import CASES, about, truth_of

_CMAP = parse_metric("cmap")  # whose class columns are read in a second pass
_PIECES = (packed.PIECE, 1000, 64, 9, 1)


class Differs(Exception):
    """Kernel and twin say different things of a file; the text says which, and how it was read."""


@dataclass(frozen=True)
class Task:
    """What a run is read against, and a right one."""

    truth: GroundTruth
    rules: RunRules
    kind: Kind
    run: bytes


def tasks() -> list[Task]:
    """Return the golden cases of the shapes that the kernel reads."""
    return [
        Task(truth_of(case, asked), rules, asked["kind"], content_of(case / asked["run"]))
        for case in CASES
        if (rules := RunRules.from_json((asked := about(case))["rules"])).shape
        in {"ranked", "segment"}
        or asked["kind"] == "image_run"
    ]


def content_of(run: Path) -> bytes:
    return b"".join(packed.read_content(run, 10_000_000))


def other_rules(rules: RunRules, random: Random) -> RunRules:
    """Return rules that ask for more or for less."""
    return replace(
        rules,
        max_predictions_per_query=random.choice((None, None, 1, 3)),
        scores=random.choice(("probability", "any")),
        missing_queries=random.choice(("zero", "reject")),
    )


def judged(file: Path, task: Task, rules: RunRules) -> tuple[Any, bytes | None]:
    """Return what is said of a file, and the trace it left."""
    try:
        report, trace = trace_run(file, task.truth, rules, kind=task.kind, metrics=[_CMAP])
    except InvalidRun as refused:
        return [problem.to_json() for problem in refused.problems], None
    return report.to_json(), trace and trace.to_bytes()


def both_agree(file: Path, task: Task, rules: RunRules, piece: int) -> bool:
    """Tell whether kernel and twin come to one judgement."""
    with patch.object(packed, "PIECE", piece):
        by_kernel = judged(file, task, rules)
        with patch.object(kernel_reading, "KERNEL", None):
            return by_kernel == judged(file, task, rules)


def hunt(at_hand: Path, *, seed: int, first: int, seconds: float) -> int:
    """Break and read runs for a while, one after the other; return how many.

    Raises
    ------
    Differs
        Kernel and twin say different things of the file at hand.
    """
    known, deadline = tasks(), time.monotonic() + seconds
    for number in count(first):
        if time.monotonic() > deadline:
            return number - first
        random = Random(f"{seed} {number}")
        task, other = random.choices(known, k=2)
        rules, piece = other_rules(task.rules, random), random.choice(_PIECES)
        at_hand.write_bytes(broken(task.run, other.run, random))
        if not both_agree(at_hand, task, rules, piece):
            raise Differs(f"on number {number}: {task.kind}, {rules}, in pieces of {piece} bytes")
    raise AssertionError("numbers have no end")
