"""How a command ends."""

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
