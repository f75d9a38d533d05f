"""What is new for everybody: announcements, and phases of tasks that opened."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from campaign.models import Announcement, Campaign, Phase, Task

_OPENINGS = (Phase.Kind.REGISTRATION, Phase.Kind.SUBMISSION, Phase.Kind.RESULTS)
_MOST = 30


@dataclass(frozen=True)
class News:
    """One thing that is new; `opened` is the phase that opened, empty for an announcement."""

    key: str  # tells it from all others, for good
    when: datetime
    task: Task
    opened: str = ""
    subject: str = ""
    text: str = ""  # Markdown


def news(*, now: datetime, campaign: Campaign | None = None) -> list[News]:
    """Return what is new, the newest first: of all tasks, or of those of one campaign."""
    found = [*_announcements(campaign), *_openings(campaign, now)]
    return sorted(found, key=attrgetter("when"), reverse=True)[:_MOST]


def _announcements(campaign: Campaign | None) -> list[News]:
    rows = Announcement.objects.select_related("task__campaign").order_by("-created_at")
    if campaign:
        rows = rows.filter(task__campaign=campaign)
    return [
        News(f"announcement-{row.pk}", row.created_at, row.task, "", row.subject, row.text)
        for row in rows[:_MOST]
    ]


def _openings(campaign: Campaign | None, now: datetime) -> list[News]:
    rows = Phase.objects.filter(kind__in=_OPENINGS, never=False, opens_at__lte=now)
    if campaign:
        rows = rows.filter(task__campaign=campaign)
    return [
        News(f"{phase.kind}-{phase.task_id}", phase.opens_at, phase.task, phase.kind)
        for phase in rows.select_related("task__campaign").order_by("-opens_at")[:_MOST]
        if phase.opens_at
    ]
