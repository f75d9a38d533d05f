"""Waiting for a database that restarts: whoever works for minutes outside transactions does."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

Written = TypeVar("Written")
_RETRY_S = 0.5


def patiently(write: Callable[[], Written]) -> Written:
    """Write, again and again while the database is away; what writes may be repeated safely."""
    deadline = monotonic() + settings.DATABASE_PATIENCE_S
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            release_database()
            if monotonic() > deadline:
                raise
            sleep(_RETRY_S)


def release_database() -> None:
    """Close the connection; the next use opens another. A caller's transaction keeps it."""
    if not connection.in_atomic_block:
        connection.close()
