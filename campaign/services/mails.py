"""The mails of the platform: how they are written, and how they come to the mail server.

Each person gets a mail of their own, so that nobody reads another's address. What somebody is to be
told is a row, written in the transaction that it tells of; a job hands it over afterwards. A mail
server that is slow costs no page any time, and one that is away loses nothing.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from campaign.celery import n_messages, send_on_commit
from campaign.clock import now
from campaign.models import Mail, Membership, Team, User
from campaign.models.mails import MailQuerySet

log = logging.getLogger(__name__)

GIVEN_UP_AFTER = timedelta(days=5)  # as mail servers do among themselves (RFC 5321, 4.5.4.1)


# ---------------------------------------------------------------- writing
def tell(*, to: Iterable[str], template: str, **context: Any) -> None:
    """Mail something to each address by itself, once the transaction has committed.

    Parameters
    ----------
    template
        Below campaign/mails/, made of `base.txt`; it gets the context.
    """
    subject, body = _texts(template, context)
    mails = [
        Mail(to=address, subject=subject, body=body, written_at=now()) for address in to if address
    ]
    if mails:
        Mail.objects.bulk_create(mails)
        send_on_commit("send_mails", "default")


def write_mail(
    *,
    to: str,
    template: str,
    headers: Mapping[str, str],
    connection: BaseEmailBackend,
    **context: Any,
) -> EmailMessage:
    """Write one mail of many that differ, to be handed over at once."""
    subject, body = _texts(template, context)
    return EmailMessage(subject, body, to=[to], headers=dict(headers), connection=connection)


def _texts(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and body: the one ends at the first empty line, as in a mail itself."""
    with in_platform_language():
        text = render_to_string(f"campaign/mails/{template}", context)
    subject, _empty, body = text.strip().partition("\n\n")
    return subject, f"{body}\n"


def in_platform_language() -> translation.override:
    """Write in the platform's language: that of whoever causes a mail is not that of its readers."""
    return translation.override(settings.LANGUAGE_CODE)


def full_address(route: str, *args: object) -> str:
    """Return the address of a page as it stands in a mail: no request says where we are."""
    return f"{settings.PUBLIC_URL}{reverse(route, args=args)}"


def captains_of(team: Team) -> list[str]:
    """Return the addresses of a team's captains."""
    captains = User.objects.filter(
        memberships__team=team, memberships__role=Membership.Role.CAPTAIN, is_active=True
    )
    return list(captains.order_by("pk").values_list("email", flat=True))


def members_of(*teams: Team) -> list[str]:
    """Return the addresses of all who are in one of the teams."""
    people = User.objects.filter(memberships__team__in=teams, is_active=True).distinct()
    return list(people.order_by("pk").values_list("email", flat=True))


# ---------------------------------------------------------------- handing over
def in_a_batch(step: Callable[[BaseEmailBackend], bool], *, what: str) -> bool:
    """Hand over one mail after another on one connection, until the step says that none is left.

    Returns
    -------
    bool
        Whether to go on in another batch: not where the mail server is away, which ends this one.
    """
    try:
        with get_connection() as connection:
            for _turn in range(settings.MAILS_PER_JOB):
                if not step(connection):
                    return False
    except (SMTPException, OSError) as fault:
        log.warning("%s: waiting for the mail server, %s", what, type(fault).__name__)
        return False
    return True


def hand_over(mail: EmailMessage) -> bool:
    """Give a mail to the mail server.

    Returns
    -------
    bool
        Whether it took it. If not, the address is refused for good: nobody else has to wait for it.

    Raises
    ------
    SMTPException, OSError
        The server is away, or wants to be asked later.
    """
    try:
        mail.send()
    except ValueError:  # no address at all
        return False
    except SMTPRecipientsRefused as fault:
        if any(code < 500 for code, _said in fault.recipients.values()):
            raise
        return False
    return True


def try_later(mail: EmailMessage) -> None:
    """Let one mail of many wait by itself: its address is to be tried again later.

    What stood in its headers for mail programs goes; its text holds the same link for people.
    """
    at = now()
    Mail.objects.create(
        to=mail.to[0],
        subject=str(mail.subject),
        body=str(mail.body),
        written_at=at,
        tried_at=at,
    )


def send_mails() -> None:
    """Hand over the next mails that wait, and ask for another batch: runs have a turn between."""
    if not _due(now()).exists():
        return
    if in_a_batch(lambda connection: send_next(connection=connection, now=now()), what="mails"):
        send_on_commit("send_mails", "default")


@transaction.atomic
def send_next(*, connection: BaseEmailBackend, now: datetime) -> bool:
    """Hand over one mail; its row is locked meanwhile, so that no two workers do it.

    Returns
    -------
    bool
        Whether to go on.
    """
    row = _due(now).select_for_update(skip_locked=True).first()
    if row is None:
        return False
    mail = EmailMessage(row.subject, row.body, to=[row.to], connection=connection)
    try:
        taken = hand_over(mail)
    except (SMTPException, OSError) as fault:
        _put_off(row, fault, now)
        return isinstance(fault, SMTPRecipientsRefused)  # others need not wait for this address
    if not taken:
        log.warning("mail %s: its address is refused", row.pk)
    row.delete()
    return True


def _put_off(row: Mail, fault: Exception, now: datetime) -> None:
    """Try a mail again later, behind the others; what nobody takes for days is given up."""
    if now - row.written_at > GIVEN_UP_AFTER:
        log.error("mail %s is given up after days, %s", row.pk, type(fault).__name__)
        row.delete()
        return
    log.warning("mail %s waits, %s", row.pk, type(fault).__name__)
    row.tried_at = now
    row.save(update_fields=["tried_at"])


def sweep_mails(*, now: datetime) -> bool:
    """Ask for the mails whose message or worker was lost, or which were put off.

    Returns
    -------
    bool
        Whether there are any.
    """
    if n_messages("default"):
        return False  # the workers are busy: nothing is lost
    due = _due(now).exists()
    if due:
        send_on_commit("send_mails", "default")
    return due


def _due(now: datetime) -> MailQuerySet:
    return Mail.objects.due(untried_since=now - settings.MAILING_RESEND_AFTER)
