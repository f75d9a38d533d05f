"""The child process that trains a baseline and answers with it: in a group of its own, without credentials.

It says what it does in lines of JSON; docs/baselines.md describes them.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

_CHILD = Path(__file__).with_name("baseline_child.py")
_TELL_EVERY_S = 1.0
_LINE_MAX = 2_000  # characters of the log
_PIPE_MAX = 1 << 16  # bytes of a line; more is cut into several
_LARGEST = 1e15
_STOPPED = 128 + signal.SIGTERM
_LAST_WORDS = 20  # lines

# What a program needs of its surroundings to find its libraries, devices and caches. All else stays
# with us: no database, no broker, no secret key, no token.
_PASSED_ON = {
    *("PATH", "HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH", "XDG_CACHE_HOME"),
    *("HF_HOME", "HF_ENDPOINT", "HF_HUB_OFFLINE", "TORCH_HOME", "CLEFBOARD_KERNEL"),
}
_PASSED_ON_FAMILIES = ("CUDA_", "NVIDIA_", "NCCL_", "ROCR_", "HIP_", "OMP_", "MKL_", "MALLOC_")
# glibc gives every large block back at once and asks for it anew: that makes networks two to three
# times slower on processors.
_MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
}


class BaselineFailed(Exception):
    """The child said that it cannot do this, or could not begin; another attempt would not help."""


class BaselineDied(Exception):
    """The child was killed, or was silent for too long; another attempt goes on where it was."""


@dataclass
class News:
    """What the child said since the last time; `progress` is empty where it said nothing of it."""

    progress: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def add(self, later: "News") -> None:
        """Put what was said later behind this."""
        self.progress = later.progress or self.progress
        self.lines += later.lines


@contextmanager
def baseline_process(config: Path, task: Path, folder: Path) -> Iterator["BaselineProcess"]:
    """Start the child; when the block is left it and all that it started are ended.

    Parameters
    ----------
    config
        A TOML file.
    task
        The folder with the public tables of the task and its run rules.
    folder
        Where its checkpoints and results lie; started again with the same one, it goes on.
    """
    words = ["official", str(config), "--task", str(task), "--to", str(folder), "--progress-json"]
    command = [*settings.BASELINES_COMMAND, *words]
    with subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), str(os.getpid()), str(folder), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,  # paths in configs are read from here
        env=_environment(os.environ),
        process_group=0,
    ) as process:
        child = BaselineProcess(process)
        try:
            yield child
        finally:
            child.end()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    passed = {
        name: value
        for name, value in ours.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_FAMILIES)
    }
    return {**_MALLOC, **passed, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


class BaselineProcess:
    """A running child: what it says, how it ended."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._selector = selectors.DefaultSelector()
        assert process.stdout
        assert process.stderr
        self._events = _Lines(process.stdout)
        self._errors = _Lines(process.stderr)
        for lines in (self._events, self._errors):
            self._selector.register(lines.stream, selectors.EVENT_READ, lines)
        self._done = False
        self._refusal = ""
        self._last_words: list[str] = []  # of its errors

    def news(self) -> Iterator[News]:
        """Yield what it says, about once a second even if that is nothing, until it has ended well.

        Raises
        ------
        BaselineFailed
            It said why it cannot do this, or ended without saying that it is done.
        BaselineDied
            It was killed, or said nothing for `BASELINE_MAX_SILENCE_S`.
        """
        heard_at = time.monotonic()
        while self._process.poll() is None:
            news = self._listen(_TELL_EVERY_S)
            if news.progress or news.lines:
                heard_at = time.monotonic()
            yield news
            if time.monotonic() - heard_at > settings.BASELINE_MAX_SILENCE_S:
                raise BaselineDied(
                    f"It said nothing for {settings.BASELINE_MAX_SILENCE_S} seconds."
                )
        yield self._listen(_TELL_EVERY_S)
        self._judge(self._process.returncode)

    def end(self) -> None:
        """Ask all processes of the group to end, then see to it."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + settings.BASELINE_STOP_S
        while self._process.poll() is None and time.monotonic() < deadline:
            self._listen(0.1)  # nobody ends while a pipe is full
        self._signal(signal.SIGKILL)  # and whatever it started
        self._process.wait()
        self._selector.close()

    def _signal(self, signum: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signum)

    def _judge(self, code: int) -> None:
        if self._refusal:
            raise BaselineFailed(self._refusal)
        if code == _STOPPED:
            raise BaselineDied("It was stopped from outside.")
        if code < 0:
            name = signal.Signals(-code).name
            raise BaselineDied(f"It was ended by {name}. Perhaps there was too little memory.")
        if code or not self._done:
            said = "\n".join(self._last_words)
            raise BaselineFailed(f"It ended with status {code}, and was not done.\n{said}".strip())

    # ------------------------------------------------------------ what it says
    def _listen(self, seconds: float) -> News:
        """Return what is said within some seconds."""
        news = News()
        deadline = time.monotonic() + seconds
        while self._selector.get_map():
            ready = self._selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                break
            for key, _ in ready:
                self._hear(key.data, news)
            if time.monotonic() > deadline:
                break
        else:
            time.sleep(max(0.0, min(deadline - time.monotonic(), 0.1)))  # it closed both, and lives
        return news

    def _hear(self, lines: "_Lines", news: News) -> None:
        for line in lines.read():
            if lines is self._events:
                self._understand(line, news)
            else:
                self._last_words = [*self._last_words, line[:_LINE_MAX]][-_LAST_WORDS:]
                news.lines.append(line[:_LINE_MAX])
        if lines.ended:
            self._selector.unregister(lines.stream)

    def _understand(self, line: str, news: News) -> None:
        event = _event(line)
        match event.get("event"):
            case "progress":
                news.progress = _progress(event)
            case "said":
                news.lines += _short(_plain(event.get("text")))
            case "done":
                self._done = True
            case "failed":
                self._refusal = _plain(event.get("text")) or "It failed and did not say why."
                news.lines += _short(self._refusal)
            case _:
                news.lines.append(line[:_LINE_MAX])


def _event(line: str) -> dict[str, Any]:
    """Return a line's object; what is none was printed by some library."""
    with suppress(ValueError, RecursionError):
        found = json.loads(line)
        if isinstance(found, dict):
            return found
    return {}


class _Lines:
    """The lines of a pipe as they become whole; an endless one is cut."""

    def __init__(self, stream: IO[bytes]) -> None:
        os.set_blocking(stream.fileno(), False)
        self.stream = stream
        self.ended = False
        self._unfinished = b""

    def read(self) -> list[str]:
        """Return the lines that became whole since the last call, without waiting."""
        try:
            data = os.read(self.stream.fileno(), _PIPE_MAX)
        except BlockingIOError:
            return []
        self.ended = not data
        *whole, self._unfinished = (self._unfinished + data).split(b"\n")
        if self._unfinished and (self.ended or len(self._unfinished) > _PIPE_MAX):
            whole.append(self._unfinished)
            self._unfinished = b""
        return [_plain(line.decode(errors="replace")) for line in whole if line.strip()]


def _progress(event: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a progress; anything else a child may say is left out."""
    numbers = ("done", "total", "images_per_s", "seconds_left")
    found = {name: event[name] for name in numbers if _is_number(event.get(name))}
    return {"phase": _plain(event.get("phase"))[:100], **found}


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= _LARGEST  # neither infinite nor NaN


def _plain(text: object) -> str:
    """Return a text that a database takes."""
    if not isinstance(text, str):
        return ""
    fit = text.encode("utf-8", "replace").decode()
    return fit.replace("\x00", "\N{REPLACEMENT CHARACTER}").rstrip()


def _short(text: str) -> list[str]:
    return [line[:_LINE_MAX] for line in text.splitlines()]
