"""Run a few programs together: start in order, watch, restart, stop; none outlives its starter.

Every child leads a session of its own, so that a signal to our group reaches only us: Celery's
children die of a SIGTERM that is meant for their parent. The kernel ends a child whose starter was
killed. One loop without threads reads what the children print: forking with threads is unsafe.
"""

import ctypes
import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from pwd import struct_passwd
from signal import Signals
from types import TracebackType
from typing import IO, Any, Self

PR_SET_PDEATHSIG = 1
_TICK_S = 0.1
_PROGRESS_S = 3.0
_STEADY_S = 60.0  # who lived that long has all its restarts again

Say = Callable[[str, str], None]


def be_silent(name: str, line: str) -> None:
    """Say nothing: for whoever has nobody to tell."""


class CannotStart(Exception):
    """Something stands in the way before anything was started; the text says what to do."""


class ProgramEnded(Exception):
    """A program that the others need has ended or is of no use; the text says which, and how."""


@dataclass(frozen=True)
class Program:
    """How to run one program.

    Parameters
    ----------
    account
        The OS user it runs as, when we are root and it must not be.
    stop_signal, patience_s
        How it is asked to end, and how long it may take before it is killed.
    restarts
        How often it is started again after it ended by itself.
    on_exit
        Called with the exit code of a program that is expected to end.
    ready, ready_within_s
        Whether it answers, and how long that may take; without the one it counts as ready at once,
        without the other it may take as long as it lives: a database may have much to recover.
    ends_last
        Whether the others need it while they end.
    log
        The file for its output; without one its lines are shown with its name in front.
    keeps_open
        File descriptors it inherits.
    """

    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str] = field(default_factory=dict)
    account: struct_passwd | None = None
    stop_signal: Signals = signal.SIGTERM
    patience_s: float = 5.0
    restarts: int = 0
    on_exit: Callable[[int], None] | None = None
    ready: Callable[[], bool] | None = None
    ready_within_s: float = math.inf
    ends_last: bool = False
    log: Path | None = None
    keeps_open: Sequence[int] = ()


def as_account(account: struct_passwd | None) -> dict[str, Any]:
    """Return Popen's arguments for a program that runs as somebody else, away from our folder."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"}


def end_with_starter(stop_signal: Signals) -> Callable[[], None]:
    """Return what a fresh child does first: ask the kernel to signal it when its starter dies."""
    libc = ctypes.CDLL(None)  # loaded here: between fork and exec as little as possible happens
    starter = os.getpid()

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != starter:  # it died before we asked
            os._exit(1)

    return tie


def how_it_ended(code: int) -> str:
    return f"was killed by {Signals(-code).name}" if code < 0 else f"ended with code {code}"


class Output:
    """What a child prints, line by line as it comes."""

    def __init__(self, stream: IO[bytes]) -> None:
        os.set_blocking(stream.fileno(), False)
        self.stream = stream
        self.ended = False
        self._unfinished = b""

    def lines(self) -> list[str]:
        """Return the lines that became whole since the last call, without waiting."""
        try:
            data = os.read(self.stream.fileno(), 65536)
        except BlockingIOError:
            return []
        self.ended = not data
        if self.ended and self._unfinished:
            data = b"\n"
        *whole, self._unfinished = (self._unfinished + data).split(b"\n")
        return [line.decode(errors="replace").rstrip() for line in whole]


class Child:
    """One running program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.restarts_left = program.restarts
        self.launch()

    def launch(self) -> None:
        """Start it, for the first time or again."""
        program = self.program
        with (program.log or Path(os.devnull)).open("ab") as log:
            self.process = subprocess.Popen(
                program.argv,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **program.env},
                stdin=subprocess.DEVNULL,
                stdout=log if program.log else subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=program.keeps_open,
                preexec_fn=end_with_starter(program.stop_signal),  # noqa: PLW1509 - no threads here
                **as_account(program.account),
            )
        self.started = time.monotonic()
        self.output = Output(self.process.stdout) if self.process.stdout else None

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.started

    def may_restart(self) -> bool:
        if self.age_s > _STEADY_S:
            self.restarts_left = self.program.restarts
        self.restarts_left -= 1
        return self.restarts_left >= 0

    def kill(self) -> None:
        """End it and everything it started: it leads its session."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def epitaph(self) -> str:
        text = f"{self.program.name} {how_it_ended(self.process.returncode)}"
        if self.program.log is None:
            return text
        lines = self.program.log.read_text(errors="replace").splitlines()
        return f"{text}: {lines[-1] if lines else 'it said nothing'} ({self.program.log})"


class Supervisor:
    """Runs programs until it is left: a context manager.

    Parameters
    ----------
    say
        Takes a name and a line for the person who watches.
    """

    def __init__(self, say: Say = be_silent) -> None:
        self._say = self._show = say
        self._children: list[Child] = []
        self._outputs = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._outputs.close()

    def start(self, *programs: Program) -> None:
        """Start programs together and return when all of them answer.

        Raises
        ------
        ProgramEnded
            One of them, or one started before, ended meanwhile.
        """
        fresh = []
        for program in programs:
            fresh.append(Child(program))
            self._children.append(fresh[-1])
            self._listen(fresh[-1])
        for child in fresh:
            self._wait_until_ready(child)

    def watch(self, until: Callable[[], bool]) -> None:
        """Show what the programs print and restart who may be; return when `until` says so.

        Raises
        ------
        ProgramEnded
            One that must run has ended.
        """
        while not until():
            self._outputs.select(_TICK_S)
            self._look_after_all()  # before anything is shown: what others say of one that is gone interests nobody
            self._show_output(0)

    def stop(self) -> None:
        """End all programs, those that serve the others last; whoever takes too long is killed."""
        self._show = be_silent  # how they say good-bye interests nobody
        for last in (False, True):
            self._end([child for child in self._children if child.program.ends_last == last])
        for child in self._children:
            self._stop_listening(child)
        self._children.clear()

    # ------------------------------------------------------------ starting
    def _wait_until_ready(self, child: Child) -> None:
        ready = child.program.ready
        told_at = child.started
        while ready and not ready():
            self._show_output(_TICK_S / 2)
            self._look_after_all()
            if child.age_s > child.program.ready_within_s:
                raise ProgramEnded(f"{child.program.name} gives no answer in {child.age_s:.0f} s")
            if time.monotonic() - told_at > _PROGRESS_S:
                told_at = time.monotonic()
                self._say(child.program.name, f"still starting after {child.age_s:.0f} s")

    def _look_after_all(self) -> None:
        for child in [one for one in self._children if one.process.poll() is not None]:
            self._look_after_ended(child)

    def _look_after_ended(self, child: Child) -> None:
        self._show_rest(child)
        if child.program.on_exit:
            self._children.remove(child)
            child.program.on_exit(child.process.returncode)
        elif child.may_restart():
            self._say(child.program.name, f"{how_it_ended(child.process.returncode)}; starts again")
            child.launch()
            self._listen(child)
        else:
            raise ProgramEnded(child.epitaph())

    # ------------------------------------------------------------ stopping
    def _end(self, children: list[Child]) -> None:
        asked = told_at = time.monotonic()
        for child in children:
            if child.process.poll() is None:
                child.process.send_signal(child.program.stop_signal)
        while running := [child for child in children if child.process.poll() is None]:
            self._show_output(_TICK_S / 2)
            if time.monotonic() - told_at > _PROGRESS_S:
                told_at = time.monotonic()
                self._say("up", f"waits for {', '.join(child.program.name for child in running)}")
            for child in running:
                if time.monotonic() - asked > child.program.patience_s:
                    self._say(child.program.name, "takes too long to end: killed")
                    child.kill()

    # ------------------------------------------------------------ output
    def _listen(self, child: Child) -> None:
        if child.output:
            self._outputs.register(child.output.stream, selectors.EVENT_READ, child)

    def _show_output(self, wait_s: float) -> None:
        for key, _ in self._outputs.select(wait_s):
            self._show_lines(key.data)

    def _show_lines(self, child: Child) -> bool:
        assert child.output is not None
        lines = child.output.lines()
        for line in filter(None, lines):
            self._show(child.program.name, line)
        if child.output.ended:
            self._stop_listening(child)
        return bool(lines)

    def _show_rest(self, child: Child) -> None:
        while child.output and self._show_lines(child):
            pass
        self._stop_listening(child)  # something it started may still hold the other end

    def _stop_listening(self, child: Child) -> None:
        if child.output:
            self._outputs.unregister(child.output.stream)
            child.output.stream.close()
            child.output = None
