"""How a command ends."""

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

FINE = 0
INVALID = 1
USAGE = 2
FAILED = 3
UNSCORED = 4
INTERRUPTED = 130


class CommandError(Exception):
    """Ends the command with one line for people and an exit code."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def api_errors() -> Iterator[None]:
    """Turn what the platform refuses or fails at into the end of the command."""
    from clefboard.errors import ApiError, DuplicateRun, InvalidRunFile, Refused

    try:
        yield
    except (DuplicateRun, InvalidRunFile):
        raise  # the commands that can meet them have more to say
    except ApiError as error:
        raise CommandError(str(error), USAGE if isinstance(error, Refused) else FAILED) from error


def end_at_once(code: int) -> None:
    """End the process where nothing is left to do in it, else return.

    Python would take apart all that was loaded, which takes longer than to print the scores, and what
    the system frees anyway. It would also flush, wait for threads, and call who asked for it: so the end
    comes here when both streams are flushed, no other thread is at work, nobody asked and nobody
    watches. Where a flush fails, Python meets the same at its own end, and says so.
    """
    threads = sys.modules.get("threading")
    if threads is not None and threads.active_count() > 1:
        return
    is_asked = atexit._ncallbacks()  # noqa: SLF001  # there is no other way to know
    if is_asked or sys.gettrace() or sys.getprofile():
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):  # no stream, a full disk, one that is closed
        return
    os._exit(code)
