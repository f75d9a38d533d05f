"""A bar on stderr for work of many steps, where a person looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SHOWN = 200  # drawing takes longer than a step does


@contextmanager
def shown_steps(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Give what is to be told of each step, how many are done and how many there are."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress("{task.description}", *columns, console=console, transient=True) as progress:
        bar = progress.add_task(escape(what), total=None)
        drawn = -1

        def show(done: int, total: int) -> None:
            nonlocal drawn
            if done * _SHOWN // total != drawn:
                drawn = done * _SHOWN // total
                progress.update(bar, completed=done, total=total)

        yield show
