"""Ends that come from outside: by Ctrl-C, or by SIGTERM of a platform that cancels."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 128 + signal.SIGTERM
"""The exit code of a command that was stopped."""


class Stopped(BaseException):
    """Somebody ends the program; what catches errors lets it through."""


class _Signals:
    """What came from outside; a process has one."""

    n_held = 0
    came = False


def _stop(_signal: int, _frame: FrameType | None) -> None:
    _Signals.came = True
    if not _Signals.n_held:
        raise Stopped


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C raise `Stopped`, wherever the program is, but not inside of `unbroken`."""
    before = {own: signal.signal(own, _stop) for own in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        _Signals.came = False
        for own, handler in before.items():
            signal.signal(own, handler)


@contextmanager
def unbroken() -> Iterator[None]:
    """Let what must not be done by half be done to its end; then stop, if somebody wants it."""
    _Signals.n_held += 1
    try:
        yield
    finally:
        _Signals.n_held -= 1
    if _Signals.came and not _Signals.n_held:
        raise Stopped


def leave_stopping_to_parent(_worker: int = 0) -> None:
    """Let a process that decodes images ignore signals to its group: who feeds on it ends it."""
    for own in (signal.SIGTERM, signal.SIGINT):
        signal.signal(own, signal.SIG_IGN)
