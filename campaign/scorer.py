"""The child process that reads a run file: with limits, without credentials."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings

from scoring import RunRules

_CHILD = Path(__file__).with_name("scorer_child.py")
_HEARTBEAT_S = 2.0


class ScorerFailed(Exception):
    """The child did not finish, by our fault or its limits; the message is for organisers."""


class ScorerTooSlow(ScorerFailed):
    """The child used up its time."""


class ScoringStopped(Exception):
    """The heartbeat said that this evaluation is no longer ours; the child was ended."""


@dataclass(frozen=True)
class Scored:
    """What the child made of a file; `trace` is None for an invalid one."""

    report: dict[str, Any]
    trace: bytes | None


def trace_file(
    run_file: Path,
    truth: Path,
    rules: RunRules,
    *,
    kind: str,
    metrics: Sequence[str],
    parts: Sequence[tuple[str, str]],
    chance: Sequence[int] | None,
    accepted_by: Path | None = None,
    heartbeat: Callable[[], bool],
) -> Scored:
    """Read and check one run file against a ground truth in a child process.

    Parameters
    ----------
    run_file, truth
        The stored file and the folder of a truth version.
    kind
        `run` or `image_run`.
    metrics, parts
        What the trace must be good for: the metrics of the task, and the hidden columns and values
        that part its test.
    chance
        What `chance_places` returns of the truth.
    accepted_by
        The folder with the test set by which the file was accepted once, if it was.
    heartbeat
        Called every two seconds; False ends the child.

    Raises
    ------
    ScorerFailed
        Out of time or memory, or a fault of ours.
    ScoringStopped
        The heartbeat answered False.
    """
    asked = {"accepted_by": str(accepted_by) if accepted_by else None}
    wanted = {"metrics": metrics, "parts": parts, "chance": chance} | asked
    with _scratch() as scratch:
        return _traced(Path(scratch), "trace", run_file, truth, rules, kind, wanted, heartbeat)


def fuse_files(
    run_files: Sequence[Path],
    truth: Path,
    rules: RunRules,
    *,
    method: str,
    metrics: Sequence[str],
    parts: Sequence[tuple[str, str]],
    heartbeat: Callable[[], bool],
) -> Scored:
    """Fuse run files, as `scoring.fuse_runs` does, and read what comes of them, in a child process.

    Parameters
    ----------
    method
        `mean` or `rrf`.
    run_files, truth, metrics, parts, heartbeat
        As for `trace_file`.

    Raises
    ------
    ScorerFailed
        Out of time or memory, or a fault of ours.
    ScoringStopped
        The heartbeat answered False.
    """
    wanted = {
        "runs": list(map(str, run_files)),
        "method": method,
        "metrics": metrics,
        "parts": parts,
        "chance": False,
    }
    with _scratch() as scratch:
        folder = Path(scratch)
        fused = folder / "fused.csv"
        return _traced(folder, "fuse", fused, truth, rules, "run", wanted, heartbeat)


def _traced(
    folder: Path,
    command: str,
    run_file: Path,
    truth: Path,
    rules: RunRules,
    kind: str,
    wanted: Mapping[str, Any],
    heartbeat: Callable[[], bool],
) -> Scored:
    """Have a run file read against a ground truth, or written and read."""
    asked, trace = folder / "asked.json", folder / "trace.npz"
    asked.write_text(json.dumps(wanted), "utf-8")
    options: dict[str, str | Path] = {
        "--truth": truth,
        "--asked": asked,
        "--out": trace,
        "--kind": kind,
    }
    report = _run(
        folder,
        *(command, str(run_file), *_flags(options)),
        rules=rules,
        max_seconds=settings.SCORING_MAX_SECONDS,
        heartbeat=heartbeat,
    )
    return Scored(report=report, trace=None if report["problems"] else trace.read_bytes())


def combine_images(
    run_file: Path,
    truth: Path,
    rules: RunRules,
    *,
    metric: str,
    column: str,
    heartbeat: Callable[[], bool],
) -> list[list[float] | None]:
    """Score an image run by every combination of kinds of images, in a child process.

    Parameters
    ----------
    metric, column
        What is scored, and the column of media.csv that tells the kinds; the others as `trace_file`.

    Returns
    -------
    list
        For each of `scoring.combinations_of`, the values of the observations that have such an image; None
        where the run answers no image of one of its kinds.

    Raises
    ------
    ScorerFailed
        Out of time or memory, or a fault of ours; or the run is not valid, though it was accepted.
    """
    with _scratch() as scratch:
        folder = Path(scratch)
        asked = folder / "asked.json"
        asked.write_text(json.dumps({"metric": metric, "column": column}), "utf-8")
        options: dict[str, str | Path] = {
            "--truth": truth,
            "--asked": asked,
            "--out": folder / "found.json",
            "--kind": "image_run",
        }
        report = _run(
            folder,
            *("combine", str(run_file), *_flags(options)),
            rules=rules,
            max_seconds=settings.SCORING_MAX_SECONDS,
            heartbeat=heartbeat,
        )
        if report["problems"]:
            raise ScorerFailed("The image run was accepted, and is not valid now.")
        found: list[list[float] | None] = json.loads((folder / "found.json").read_text("utf-8"))
        return found


def check_file(
    run_file: Path, test_set: Path, rules: RunRules, *, kind: str, max_seconds: int
) -> dict[str, Any]:
    """Check one run file in a child process, by the public tables of a folder; return its report.

    Raises
    ------
    ScorerTooSlow
        It took longer than `max_seconds`.
    ScorerFailed
        Out of memory, or a fault of ours.
    """
    with _scratch() as scratch:
        return _run(
            Path(scratch),
            *("check", str(run_file), *_flags({"--test-set": test_set, "--kind": kind})),
            rules=rules,
            max_seconds=max_seconds,
            heartbeat=lambda: True,
        )


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for the child, in a place that is tidied when we are killed."""
    return tempfile.TemporaryDirectory(
        prefix="clefboard-scorer-", dir=settings.FILE_UPLOAD_TEMP_DIR
    )


def _environment() -> dict[str, str]:
    """Return nothing of ours but how to read a run: no database, no broker, no secret key."""
    return {
        "CLEFBOARD_KERNEL": os.environ.get("CLEFBOARD_KERNEL", ""),
        "CLEFBOARD_THREADS": "1",  # other children want the other cores
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",  # each BLAS thread reserves address space
        "OMP_NUM_THREADS": "1",
    }


def _flags(options: Mapping[str, str | Path]) -> list[str]:
    return [str(word) for pair in options.items() for word in pair]


def _run(
    folder: Path,
    *words: str,
    rules: RunRules,
    max_seconds: int,
    heartbeat: Callable[[], bool],
) -> dict[str, Any]:
    """Run `scoring` with limits and return the report it wrote."""
    (folder / "rules.json").write_text(json.dumps(rules.to_json()))
    limits = (os.getpid(), settings.SCORING_MAX_BYTES, max_seconds)
    files = {"--rules": folder / "rules.json", "--report": folder / "report.json"}
    with (folder / "stderr").open("w+b") as stderr:
        child = subprocess.Popen(
            [sys.executable, "-I", _CHILD, *map(str, limits), *words, *_flags(files)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            cwd=folder,
            env=_environment(),
            process_group=0,  # no signal that is for us; of our session, which gives way to pages
        )
        status = _wait(child, max_seconds, heartbeat)
        if status not in {0, 1} or not (folder / "report.json").exists():
            stderr.seek(0)
            _fail(status, stderr.read()[-2000:].decode(errors="replace"), max_seconds)
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return report


def _wait(child: subprocess.Popen[bytes], max_seconds: int, heartbeat: Callable[[], bool]) -> int:
    deadline = time.monotonic() + max_seconds
    try:
        while True:
            try:
                return child.wait(timeout=min(_HEARTBEAT_S, max_seconds))
            except subprocess.TimeoutExpired:
                _keep_going(deadline, max_seconds, heartbeat)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _keep_going(deadline: float, max_seconds: int, heartbeat: Callable[[], bool]) -> None:
    if not heartbeat():
        raise ScoringStopped
    if time.monotonic() > deadline:
        raise ScorerTooSlow(f"Not finished within {max_seconds} seconds.")


def _fail(status: int, stderr: str, max_seconds: int) -> NoReturn:
    if status == -signal.SIGXCPU:
        raise ScorerTooSlow(f"Used more than {max_seconds} seconds of processor time.")
    if status < 0:
        raise ScorerFailed(f"Ended by signal {signal.Signals(-status).name}. {stderr}".strip())
    raise ScorerFailed(f"Ended with status {status}. {stderr}".strip())
