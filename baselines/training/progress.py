"""What a training tells of itself while it goes on: a bar for people, lines for programs."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress as Bars, TaskID, TextColumn, TimeRemainingColumn


class Progress(Protocol):
    """Is told of each step."""

    def begin(self, phase: str, total: int, done: int = 0) -> None:
        """Begin something, or another part of it.

        Parameters
        ----------
        total, done
            Images that it takes altogether, and has taken already.
        """

    def images(self, n: int) -> None:
        """Count images that were learnt from, looked at or answered."""

    def say(self, line: str) -> None:
        """Tell a person something that stays."""


class Silent:
    """Tells nothing."""

    def begin(self, phase: str, total: int, done: int = 0) -> None:
        pass

    def images(self, n: int) -> None:
        pass

    def say(self, line: str) -> None:
        pass


class Within:
    """Says of all that is told what it is a part of."""

    def __init__(self, progress: Progress, whole: str) -> None:
        self._progress, self._whole = progress, whole

    def begin(self, phase: str, total: int, done: int = 0) -> None:
        self._progress.begin(f"{self._whole}, {phase}", total, done)

    def images(self, n: int) -> None:
        self._progress.images(n)

    def say(self, line: str) -> None:
        self._progress.say(f"{self._whole}: {line}")


class Bar:
    """Draws a bar with images a second and the time that is left."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None
        self._began = time.monotonic()
        self._n = 0

    def begin(self, phase: str, total: int, done: int = 0) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._began, self._n = time.monotonic(), 0
        self._task = self._bars.add_task(phase, total=total, completed=done, speed="")

    def images(self, n: int) -> None:
        assert self._task is not None
        self._n += n
        seconds = time.monotonic() - self._began
        self._bars.update(
            self._task, advance=n, speed=f"{self._n / max(seconds, 1e-9):,.0f} images/s"
        )

    def say(self, line: str) -> None:
        self._bars.console.print(line, highlight=False)


class Lines:
    """Writes a line of JSON, once a second at most, and for all that is said.

    Parameters
    ----------
    file
        Where they go.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._phase = ""
        self._total = self._done = self._n = 0
        self._began = self._written = time.monotonic()

    def begin(self, phase: str, total: int, done: int = 0) -> None:
        self._phase, self._total, self._done = phase, total, done
        self._began, self._n = time.monotonic(), 0

    def images(self, n: int) -> None:
        self._n += n
        self._done += n
        now = time.monotonic()
        if now - self._written >= 1 or self._done >= self._total:
            self._written = now
            self.event("progress", **self._state(now - self._began))

    def _state(self, seconds: float) -> dict[str, int | float | str | None]:
        speed = self._n / max(seconds, 1e-9)
        return {
            "phase": self._phase,
            "done": self._done,
            "total": self._total,
            "images_per_s": round(speed, 1),
            "seconds_left": round((self._total - self._done) / speed) if speed else None,
        }

    def say(self, line: str) -> None:
        self.event("said", text=line)

    def event(self, event: str, **more: int | float | str | None) -> None:
        """Write a line."""
        print(json.dumps({"event": event, **more}), file=self._file, flush=True)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give what tells people, on standard error."""
    columns = (BarColumn(), TextColumn("{task.fields[speed]}"), TimeRemainingColumn())
    console = Console(stderr=True)
    with Bars("{task.description}", *columns, console=console, transient=True) as bars:
        yield Bar(bars)


def progress_lines() -> Lines:
    """Return what tells programs, on standard output."""
    return Lines(sys.stdout)
