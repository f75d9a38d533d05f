"""What a training tells of itself while it goes on: a bar for people, lines for programs."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Literal, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress as Bars, TaskID, TextColumn, TimeRemainingColumn

How = Literal["bar", "json", "none"]


class Progress(Protocol):
    """Is told of each step."""

    def begin(self, epoch: int, epochs: int, n_images: int) -> None:
        """Begin an epoch, counted from 1, that has so many images left."""

    def images(self, n: int) -> None:
        """Count images that were learnt from."""

    def say(self, line: str) -> None:
        """Tell a person something that stays."""


class Silent:
    """Tells nothing."""

    def begin(self, epoch: int, epochs: int, n_images: int) -> None:
        pass

    def images(self, n: int) -> None:
        pass

    def say(self, line: str) -> None:
        pass


class Bar:
    """Draws a bar with images a second and the time that is left of the epoch."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None
        self._began = time.monotonic()
        self._n = 0

    def begin(self, epoch: int, epochs: int, n_images: int) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._began, self._n = time.monotonic(), 0
        self._task = self._bars.add_task(f"epoch {epoch}/{epochs}", total=n_images, speed="")

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
        self._epoch: dict[str, int] = {}
        self._began = self._written = time.monotonic()
        self._n = 0

    def begin(self, epoch: int, epochs: int, n_images: int) -> None:
        self._epoch = {"epoch": epoch, "epochs": epochs, "of": n_images}
        self._began, self._n = time.monotonic(), 0

    def images(self, n: int) -> None:
        self._n += n
        now = time.monotonic()
        if now - self._written >= 1 or self._n >= self._epoch["of"]:
            self._written = now
            speed = round(self._n / max(now - self._began, 1e-9), 1)
            self._write({**self._epoch, "images": self._n, "images_per_s": speed})

    def say(self, line: str) -> None:
        self._write({"message": line})

    def _write(self, data: dict[str, int | float | str]) -> None:
        print(json.dumps(data), file=self._file, flush=True)


@contextmanager
def progress(how: How) -> Iterator[Progress]:
    """Give what is told of a training."""
    if how == "none":
        yield Silent()
    elif how == "json":
        yield Lines(sys.stdout)
    else:
        columns = (BarColumn(), TextColumn("{task.fields[speed]}"), TimeRemainingColumn())
        console = Console(stderr=True)
        with Bars("{task.description}", *columns, console=console, transient=True) as bars:
            yield Bar(bars)
