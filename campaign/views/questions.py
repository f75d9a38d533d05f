"""What an address asks of a leaderboard: a moment, `?at=2017-05-07T12:00Z`, and a level, `?level=genus`."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from campaign.clock import now
from campaign.reads.levels import LEVELS
from campaign.refusals import Refusal


def moment_asked(request: HttpRequest) -> datetime | None:
    """Return the moment of `at`, in UTC where it names no zone; None where it is not there.

    Nobody knows what is to come: a later moment than now is now.

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
        in_utc = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return min(in_utc, now())
    except (ValueError, OverflowError):
        message = _("'%(text)s' is no moment. Right is, for example, at=2017-05-07T12:00Z.")
        raise Refusal(message % {"text": text[:40]}, code="no_moment") from None


def level_asked(request: HttpRequest) -> str:
    """Return the level of `level`; empty for the classes themselves.

    Raises
    ------
    Refusal
        There is no such level (`no_level`).
    """
    level = request.GET.get("level", "")
    if level and level not in LEVELS:
        message = _("There is no level '%(level)s'; there are %(known)s.")
        raise Refusal(message % {"level": level[:40], "known": ", ".join(LEVELS)}, code="no_level")
    return level
