"""Jobs about mails."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import mails


@job
def send_mails() -> None:
    mails.send_mails()


@job
def sweep_mails() -> None:
    mails.sweep_mails(now=now())
