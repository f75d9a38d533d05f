"""A clock that a test moves while the platform runs: its offset lies in a file that all processes read.

Only `tests.live_settings` knows of it, which no installation has: the platform takes whatever its
setting `CLOCK_OFFSET` adds to the machine's time.
"""

from datetime import datetime, timedelta
from pathlib import Path

_NAME = "clock"


class MovingOffset:
    """Stands for `CLOCK_OFFSET`: what is added is read anew whenever somebody asks for the time."""

    def __init__(self, var_dir: Path, otherwise: timedelta) -> None:
        self._file, self._otherwise = var_dir / _NAME, otherwise

    def __radd__(self, moment: datetime) -> datetime:
        try:
            return moment + timedelta(seconds=float(self._file.read_text()))
        except FileNotFoundError:
            return moment + self._otherwise


def move_clock(var_dir: Path, offset: timedelta | None) -> None:
    """Move the clock of whoever has this folder; None lets it be as it was."""
    file = var_dir / _NAME
    if offset is None:
        file.unlink(missing_ok=True)
        return
    fresh = file.with_suffix(".new")
    fresh.write_text(repr(offset.total_seconds()))
    fresh.replace(file)  # nobody reads half a number
