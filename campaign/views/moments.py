"""The moment that an address asks for: `?at=2017-05-07T12:00Z`."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from campaign.refusals import Refusal


def moment_asked(request: HttpRequest) -> datetime | None:
    """Return the moment of `at`, in UTC where it names no zone; None where it is not there.

    Raises
    ------
    Refusal
        It is no moment (`no_moment`).
    """
    text = request.GET.get("at", "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        message = _("'%(text)s' is no moment. Right is, for example, at=2017-05-07T12:00Z.")
        raise Refusal(message % {"text": text[:40]}, code="no_moment") from None
