"""Moments as a task folder writes them."""

import re
from datetime import UTC, datetime

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d(:\d\d(\.\d{1,6})?)?) ?(?P<zone>[Zz]|[-+]\d\d(:?\d\d)?)?"
)


def parse_moment(text: str) -> datetime:
    """Return an aware datetime in UTC.

    Parameters
    ----------
    text
        A date (00:00:00 UTC is meant) or a date and time with a zone.

    Raises
    ------
    ValueError
        With a message for people, when the text is neither.

    Examples
    --------
    >>> parse_moment("2017-05-08T23:59:59+02:00").isoformat()
    '2017-05-08T21:59:59+00:00'
    >>> parse_moment("2017-05-08T23:59:59")
    Traceback (most recent call last):
        ...
    ValueError: '2017-05-08T23:59:59' has no zone: write 2017-05-08T23:59:59Z for UTC, or +02:00 ...
    """
    if _DATE.fullmatch(text):
        return _datetime(text, f"{text}T00:00:00+00:00")
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(
            f"'{text}' is not a moment: write it as 2017-05-08T23:59:59Z or 2017-05-08"
        )
    local = f"{found['date']}T{found['time']}"
    if found["zone"] is None:
        raise ValueError(f"'{text}' has no zone: write {local}Z for UTC, or +02:00 in place of Z")
    return _datetime(text, local + found["zone"].upper())


def is_date(text: str) -> bool:
    """Tell whether the text is a date without a time."""
    return _DATE.fullmatch(text) is not None


def _datetime(text: str, iso: str) -> datetime:
    try:
        return datetime.fromisoformat(iso).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'{text}' is not in the calendar: {error}") from error
