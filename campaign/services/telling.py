"""Mails to a team about what organisers did with its runs."""

from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation

from campaign.models import Team


def tell_team(*, team: Team, subject: str, body: str) -> None:
    """Mail the members of a team once the transaction has committed.

    A mail that cannot be sent undoes nothing: what it says stands on the team's pages too. The
    members do not see each other's addresses.
    """
    members = (team.merged_into or team).members.filter(is_active=True).exclude(email="")
    addresses = list(members.values_list("email", flat=True))
    if addresses:
        mail = EmailMessage(subject=" ".join(subject.split()), body=body, bcc=addresses)
        transaction.on_commit(partial(mail.send), robust=True)


def in_platform_language() -> translation.override:
    """Write in the platform's language: the organiser's is not that of all who read."""
    return translation.override(settings.LANGUAGE_CODE)
