"""The one clock of web, worker and beat."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _


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


def moment_in_words(moment: datetime) -> str:
    """Say a moment as every page, refusal and mail does: "7 May 2017, 23:59 UTC"."""
    at = moment.astimezone(UTC)
    return _("%(day)s, %(time)s UTC") % {"day": day_in_words(at), "time": at.strftime("%H:%M")}


def day_in_words(day: date) -> str:
    """Say a day: "7 May 2017"."""
    return date_format(day, "j F Y")


def moment_in_addresses(moment: datetime) -> str:
    """Write a moment exactly, as `?at=` takes it: 2017-05-07T12:00:00Z, or with six more digits."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
