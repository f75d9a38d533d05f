"""Inviting people into a team by mail."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from campaign.clock import moment_in_words
from campaign.models import Invitation, Team, User
from campaign.refusals import LimitReached, NotThere
from campaign.services.mails import full_address, tell
from campaign.services.teams import invite, require_captain

MAILS_A_DAY = 20  # a team; nobody is to use the platform to mail strangers


@transaction.atomic
def invite_by_mail(*, team: Team, email: str, by: User, now: datetime) -> Invitation:
    """Mail somebody a link of their own into the team; it works once."""
    require_captain(team=team, user=by)
    # The lock keeps two captains from passing the limit at once.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    _refuse_many_mails(team, now)
    # Who is invited twice has one link that works: the newer.
    open_ones = Invitation.objects.usable_at(now).filter(team=team, email__iexact=email)
    open_ones.update(revoked_at=now)
    invitation, secret = invite(team=team, by=by, now=now, email=email)
    tell(
        to=[email],
        template="invitation.txt",
        team=team,
        by=by,
        until=moment_in_words(invitation.expires_at),
        link=full_address("team-join", secret),
    )
    return invitation


def resend_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Mail a new link to the same address; the old one, which is not kept, works no more."""
    if not invitation.email:
        raise NotThere(
            _("This invitation was a link and not mailed; make a new link."), code="not_mailed"
        )
    return invite_by_mail(team=invitation.team, email=invitation.email, by=by, now=now)


def _refuse_many_mails(team: Team, now: datetime) -> None:
    today = team.invitations.exclude(email="").filter(created_at__gt=now - timedelta(days=1))
    if today.count() >= MAILS_A_DAY:
        raise LimitReached(
            _(
                "Your team mailed %(limit)s invitations within a day, the most there may be. A link "
                "can be given to as many as you like."
            )
            % {"limit": MAILS_A_DAY},
            code="invitations_per_day",
        )
