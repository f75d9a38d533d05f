"""The one clock of web, worker and beat."""

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """Return the moment it is for the platform: the machine's, moved by `CLEFBOARD_NOW` in tests.

    Returns
    -------
    datetime
        Aware, in UTC.
    """
    offset: timedelta = settings.CLOCK_OFFSET
    return datetime.now(UTC) + offset
