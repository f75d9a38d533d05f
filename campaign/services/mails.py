"""Mails to one person each, so that nobody reads another's address."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from campaign.models import Membership, Team, User


def full_address(route: str, *args: object) -> str:
    """Return the address of a page as it stands in a mail: no request says where we are."""
    return f"{settings.PUBLIC_URL}{reverse(route, args=args)}"


def send_mail(
    *,
    to: str,
    subject: str,
    body: str,
    headers: Mapping[str, str] | None = None,
    connection: BaseEmailBackend | None = None,
) -> None:
    """Send one mail.

    Parameters
    ----------
    connection
        The open one of a batch; None opens one for this mail alone.

    Raises
    ------
    smtplib.SMTPException, OSError
        The mail server refused it or was not there.
    """
    EmailMessage(
        subject=_one_line(subject),
        body=body,
        to=[to],
        headers=dict(headers or {}),
        connection=connection,
    ).send()


def mail_on_commit(*, to: Iterable[str], subject: str, template: str, **context: Any) -> None:
    """Mail each address by itself when the transaction commits.

    A mail server that does not answer is logged and changes nothing: the pages say the same.

    Parameters
    ----------
    template
        Of the text, below campaign/mails/; it gets the context.
    """
    text, line = render_to_string(f"campaign/mails/{template}", context), _one_line(subject)
    mails = [EmailMessage(subject=line, body=text, to=[address]) for address in to if address]
    if mails:
        transaction.on_commit(partial(_send, mails), robust=True)


def captains_of(team: Team) -> list[str]:
    """Return the addresses of a team's captains."""
    captains = User.objects.filter(
        memberships__team=team, memberships__role=Membership.Role.CAPTAIN, is_active=True
    )
    return list(captains.values_list("email", flat=True))


def members_of(*teams: Team) -> list[str]:
    """Return the addresses of all who are in one of the teams."""
    people = User.objects.filter(memberships__team__in=teams, is_active=True).distinct()
    return list(people.values_list("email", flat=True))


def _send(mails: list[EmailMessage]) -> None:
    get_connection().send_messages(mails)


def _one_line(subject: str) -> str:
    """Return a subject without line breaks: a name may hold some, a header none."""
    return " ".join(subject.split())
