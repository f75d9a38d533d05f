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


def began_at(request: object) -> datetime:
    """Return when a request reached us, before its body was read: deadlines are judged by it.

    `UploadLimitMiddleware` notes it, on the request that the API's own request stands for too.
    """
    moment: datetime = getattr(request, "began_at", None) or now()
    return moment
