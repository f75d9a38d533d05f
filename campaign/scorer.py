"""The child process that reads a run file: with limits, without credentials."""

import ctypes
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from scoring import RunRules

_PR_SET_PDEATHSIG = 1
_HEARTBEAT_S = 2.0


class ScorerFailed(Exception):
    """The child did not finish, by our fault or its limits; the message is for organisers."""


class ScoringStopped(Exception):
    """The heartbeat said that this evaluation is no longer ours; the child was ended."""


@dataclass(frozen=True)
class Scored:
    """What the child made of a file; `trace` is None for an invalid one."""

    report: dict[str, Any]
    trace: bytes | None


def trace_file(
    run_file: Path, truth: Path, rules: RunRules, *, kind: str, heartbeat: Callable[[], bool]
) -> Scored:
    """Read and check one run file in a child process.

    Parameters
    ----------
    run_file, truth
        The stored file and the folder of a truth version.
    kind
        `run` or `image_run`.
    heartbeat
        Called every two seconds; False ends the child.

    Raises
    ------
    ScorerFailed
        Out of time or memory, or a fault of ours.
    ScoringStopped
        The heartbeat answered False.
    """
    with tempfile.TemporaryDirectory(prefix="clefboard-scorer-") as scratch:
        folder = Path(scratch)
        (folder / "rules.json").write_text(json.dumps(rules.to_json()))
        with (folder / "stderr").open("w+b") as stderr:
            child = subprocess.Popen(
                _command(run_file, truth, folder, kind),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=folder,
                env=_ENVIRONMENT,
                start_new_session=True,
                preexec_fn=_limit_child,  # noqa: PLW1509  # the worker's child has one thread
            )
            status = _wait(child, heartbeat)
            if status not in {0, 1} or not (folder / "report.json").exists():
                stderr.seek(0)
                raise ScorerFailed(_why(status, stderr.read()[-2000:].decode(errors="replace")))
        return _result(folder, valid=status == 0)


# Nothing of the worker's environment: no database, no broker, no secret key.
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # each BLAS thread reserves address space
    "OMP_NUM_THREADS": "1",
}


def _command(run_file: Path, truth: Path, folder: Path, kind: str) -> list[str]:
    arguments = {
        "--truth": truth,
        "--rules": folder / "rules.json",
        "--out": folder / "trace.npz",
        "--report": folder / "report.json",
        "--kind": kind,
    }
    flags = [str(word) for pair in arguments.items() for word in pair]
    return [sys.executable, "-I", "-m", "scoring", "trace", str(run_file), *flags]


def _limit_child() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) if sys.platform == "linux" else None
    resource.setrlimit(resource.RLIMIT_AS, (settings.SCORING_MAX_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (settings.SCORING_MAX_SECONDS,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _wait(child: subprocess.Popen[bytes], heartbeat: Callable[[], bool]) -> int:
    deadline = time.monotonic() + settings.SCORING_MAX_SECONDS
    try:
        while True:
            try:
                return child.wait(timeout=_HEARTBEAT_S)
            except subprocess.TimeoutExpired:
                _keep_going(deadline, heartbeat)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _keep_going(deadline: float, heartbeat: Callable[[], bool]) -> None:
    if not heartbeat():
        raise ScoringStopped
    if time.monotonic() > deadline:
        raise ScorerFailed(f"Not finished within {settings.SCORING_MAX_SECONDS} seconds.")


def _why(status: int, stderr: str) -> str:
    if status == -signal.SIGXCPU:
        return f"Used more than {settings.SCORING_MAX_SECONDS} seconds of processor time."
    if status < 0:
        return f"Ended by signal {signal.Signals(-status).name}. {stderr}".strip()
    return f"Ended with status {status}. {stderr}".strip()


def _result(folder: Path, *, valid: bool) -> Scored:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return Scored(report=report, trace=(folder / "trace.npz").read_bytes() if valid else None)
