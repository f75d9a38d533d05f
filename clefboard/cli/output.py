"""What the commands print: findings like a good compiler's, scores like a table."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console


class Found(Protocol):
    """A problem or a warning, of the scorer or of an answer of the platform."""

    @property
    def message(self) -> str:
        """What was read first and what would be right."""

    @property
    def lines(self) -> Sequence[int]:
        """The first lines concerned."""

    @property
    def count(self) -> int:
        """How many there are in all."""


def print_findings(file: str, problems: Sequence[Found], warnings: Sequence[Found]) -> None:
    """Print problems and warnings of a run file, each with its lines."""
    for colour, word, findings in (("red", "error", problems), ("yellow", "warning", warnings)):
        for finding in findings:
            place = f"{file}:{finding.lines[0]}" if finding.lines else file
            print_styled((f"{place}: ", ""), (word, colour), (f": {finding.message}", ""))
            if also := _other_lines(finding):
                print(f"    {also}")


def print_styled(*parts: tuple[str, str]) -> None:
    """Print a line of texts with their styles, which show on a terminal alone."""
    if not sys.stdout.isatty():
        print(*(text for text, _ in parts), sep="")
        return
    from rich.text import Text

    _console().print(Text.assemble(*parts))


@cache
def _console() -> "Console":
    """Return what writes in colours; it is loaded for people only, as that takes a while."""
    from rich.console import Console

    return Console(soft_wrap=True)


def print_scores(scores: Mapping[str, float | None]) -> None:
    """Print metrics and values in two columns; an undefined value says so."""
    width = max(map(len, scores), default=0)
    for metric, value in scores.items():
        print(f"  {metric:<{width}}  {'undefined' if value is None else format(value, '.4f')}")


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "query", "queries"), counted(1200, "line")
    ('1 query', '1,200 lines')
    """
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def say(line: str) -> None:
    """Tell on stderr what is going on, so that stdout holds results only."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def upload_progress(file: Path) -> Iterator[Callable[[int, int], None]]:
    """Show an upload: a bar on a terminal, two plain lines elsewhere."""
    if not sys.stderr.isatty():
        say(f"sending {file.name}")
        last = [0, 0]
        yield lambda sent, total: last.__setitem__(slice(None), [sent, total])
        say(f"sent {last[0]:,} bytes")
        return
    with _bar(f"compressing {file.name}", None) as move:
        yield lambda sent, total: move(f"sending {file.name}", sent, total)


@contextmanager
def download_progress(name: str, size: int) -> Iterator[Callable[[int], None]]:
    """Show a download: a bar on a terminal, a plain line elsewhere."""
    if not sys.stderr.isatty():
        say(f"fetching {name} ({size:,} bytes)")
        yield lambda _there: None
        return
    with _bar(f"fetching {name}", size) as move:
        yield lambda there: move(f"fetching {name}", there, size)


@contextmanager
def _bar(text: str, total: int | None) -> Iterator[Callable[[str, int, int], None]]:
    """Draw a bar with speed and time left; what is given moves it."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress("{task.description}", *columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(escape(text), total=total)

        def move(text: str, done: int, total: int) -> None:
            progress.update(bar, description=escape(text), completed=done, total=total)

        yield move


def _other_lines(finding: Found) -> str:
    others = finding.lines[1:]
    if not finding.lines or (not others and finding.count <= 1):
        return ""  # nothing more, or a count of queries: no lines to name
    hidden = finding.count - len(finding.lines)
    more = f" and {hidden:,} more" if hidden > 0 else ""
    return (
        f"also on line{'s' if len(others) + hidden > 1 else ''} {', '.join(map(str, others))}{more}"
    )
