"""A campaign as JSON-LD of schema.org, for search engines and calendars."""

from collections.abc import Callable, Iterable
from typing import Any

from campaign.models import Campaign, Phase, Task

_ONLINE = "https://schema.org/OnlineEventAttendanceMode"


def event(
    campaign: Campaign, tasks: Iterable[Task], *, address_of: Callable[[str], str]
) -> dict[str, Any] | None:
    """Return a campaign as an event with its tasks inside; None where no date of it is known.

    Parameters
    ----------
    address_of
        The address of a path, with scheme and host.
    """
    dates = sorted(entry["date"] for entry in campaign.timeline)
    if not dates:
        return None
    url = address_of(campaign.get_absolute_url())
    inside = [_task(task, address_of) for task in tasks]
    return {
        "@context": "https://schema.org",
        **_event(campaign.title, url, dates[0], dates[-1]),
        "organizer": {"@type": "Organization", "name": f"Organisers of {campaign.title}"},
        "subEvent": [one for one in inside if one],
    }


def _task(task: Task, address_of: Callable[[str], str]) -> dict[str, Any] | None:
    submission = task.phase(Phase.Kind.SUBMISSION)
    if submission.never or submission.opens_at is None:
        return None
    end = submission.closes_at.isoformat() if submission.closes_at else ""
    url = address_of(task.get_absolute_url())
    return _event(task.title, url, submission.opens_at.isoformat(), end)


def _event(name: str, url: str, start: str, end: str) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": name,
        "url": url,
        "startDate": start,
        **({"endDate": end} if end else {}),
        "eventAttendanceMode": _ONLINE,
        "location": {"@type": "VirtualLocation", "url": url},
    }
