"""Jobs about announcements."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import announcements


@job
def mail_announcement(announcement_id: int) -> None:
    announcements.mail_announcement(announcement_id=announcement_id)


@job
def sweep_announcements() -> None:
    announcements.sweep(now=now())
