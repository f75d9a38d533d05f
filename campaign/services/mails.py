"""Mails to one person each, so that nobody reads another's address."""

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse


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
    subject
        Whatever breaks lines in it becomes a space: a header has one.
    connection
        The open one of a batch; None opens one for this mail alone.

    Raises
    ------
    smtplib.SMTPException, OSError
        The mail server refused it or was not there.
    """
    EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[to],
        headers=dict(headers or {}),
        connection=connection,
    ).send()
