"""A bar where a person waits for a large file to be read."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

from clefboard.cli.output import say

_LARGE = 5_000_000  # bytes; less is read before a bar would be seen


@contextmanager
def shown_reading(file: Path) -> Iterator[Path]:
    """Give a path that shows how far it is read, where that takes a while and somebody looks."""
    size = file.stat().st_size
    if size < _LARGE or not sys.stderr.isatty():
        yield file
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    _say_why_slow()
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress("{task.description}", *columns, console=console, transient=True) as progress:
        bar = progress.add_task(f"reading {escape(file.name)}", total=size)

        def show(begin: int, end: int) -> None:
            if begin:  # here or there: two threads may read it
                progress.update(bar, advance=end - begin)
            else:
                progress.update(bar, completed=end)

        watched = _WatchedPath(file)
        watched.on_progress = show
        yield watched


@cache
def _say_why_slow() -> None:
    """Tell whoever waits for a large file that the wait could be shorter; once for all files."""
    from scoring import slow_reading

    if slow := slow_reading():
        say(f"clefboard reads runs {slow}")


class _WatchedPath(type(Path())):  # type: ignore[misc]  # the class of paths differs by system
    """A path whose file tells how far it was read; a file read again begins anew."""

    on_progress: Callable[[int, int], None]

    def open(self, mode: str = "r", *options: Any, **more: Any) -> IO[Any]:
        """Open the file, watched where its bytes are read."""
        from clefboard.upload import WatchedFile

        if mode == "rb":
            return WatchedFile(self, self.on_progress)
        return super().open(mode, *options, **more)  # type: ignore[no-any-return]  # as above
