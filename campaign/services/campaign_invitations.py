"""Invitations to help with a campaign: one link, by mail, for the person with that address only."""

import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from campaign.models import Campaign, CampaignInvitation, CampaignRole, User
from campaign.refusals import AlreadyThere, LimitReached, NotAllowed, Refusal
from campaign.services.accounts import digest
from campaign.services.mails import full_address, tell
from campaign.services.roles import lock_roles, on_record, require_owner

INVITATION_LASTS = timedelta(days=14)
OPEN_AT_ONCE = 50  # in a campaign: nobody writes to the whole world in our name

# From what sees least to what may do most.
_ORDER = [CampaignRole.Name.VIEWER, CampaignRole.Name.ORGANISER, CampaignRole.Name.OWNER]


@transaction.atomic
def invite_organiser(
    *, campaign: Campaign, email: str, role: str, by: User, now: datetime
) -> CampaignInvitation:
    """Invite whoever has a mail address to a role in a campaign, by a link that is mailed there.

    Raises
    ------
    NotAllowed
        From whoever may not give roles.
    AlreadyThere
        The address has an open invitation, or is that of somebody with a role.
    """
    lock_roles(campaign)
    require_owner(campaign=campaign, user=by)
    _refuse_needless(campaign, email, now)
    secret = secrets.token_urlsafe(24)
    with on_record(by=by, reason=_("Invited to the campaign.")):
        _end_those_before(campaign, email, now)
        invitation = CampaignInvitation.objects.create(
            campaign=campaign,
            role=role,
            email=email,
            digest=digest(secret),
            created_by=by,
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
    _mail(invitation, secret)
    return invitation


def _refuse_needless(campaign: Campaign, email: str, now: datetime) -> None:
    still_open = CampaignInvitation.objects.usable_at(now).filter(campaign=campaign)
    if still_open.filter(email__iexact=email).exists():
        raise AlreadyThere(
            _("This address has an open invitation: send that again, or revoke it first."),
            code="invited_already",
        )
    if campaign.roles.filter(user__email__iexact=email).exists():
        raise AlreadyThere(
            _("Whoever has this address has a role already: change it in the list."),
            code="has_a_role",
        )
    if still_open.count() >= OPEN_AT_ONCE:
        raise LimitReached(
            _("%(n)s invitations are open: revoke those that nobody answers.")
            % {"n": OPEN_AT_ONCE},
            code="too_many_invitations",
        )


def _end_those_before(campaign: Campaign, email: str, now: datetime) -> None:
    """Revoke what ran out unanswered, so that an address stands once in the list."""
    before = campaign.invitations.filter(email__iexact=email, revoked_at=None, accepted_at=None)
    before.update(revoked_at=now)


@transaction.atomic
def send_invitation_again(*, invitation: CampaignInvitation, by: User, now: datetime) -> None:
    """Mail an invitation once more, with a new link and a new end: the old link is known to nobody."""
    require_owner(campaign=invitation.campaign, user=by)
    row = _unanswered(invitation)
    secret = secrets.token_urlsafe(24)
    row.digest, row.expires_at, row.created_by = digest(secret), now + INVITATION_LASTS, by
    with on_record(by=by, reason=_("Sent the invitation again.")):
        row.save()
    _mail(row, secret)


@transaction.atomic
def revoke_campaign_invitation(*, invitation: CampaignInvitation, by: User, now: datetime) -> None:
    """Make an invitation's link useless."""
    require_owner(campaign=invitation.campaign, user=by)
    row = _unanswered(invitation)
    row.revoked_at = now
    with on_record(by=by, reason=_("Revoked the invitation.")):
        row.save()


def _unanswered(invitation: CampaignInvitation) -> CampaignInvitation:
    rows = CampaignInvitation.objects.select_for_update(no_key=True).filter(pk=invitation.pk)
    found = rows.filter(revoked_at=None, accepted_at=None).first()
    if found is None:
        raise Refusal(
            _("This invitation is accepted or revoked already; make a new one."),
            code="invitation_ended",
        )
    return found


def _mail(invitation: CampaignInvitation, secret: str) -> None:
    tell(
        to=[invitation.email],
        template="campaign_invitation.txt",
        invitation=invitation,
        by=invitation.created_by.get_full_name() or invitation.created_by.username,
        days=INVITATION_LASTS.days,
        link=full_address("campaign-join", secret),
    )


# ---------------------------------------------------------------- accepting
def find_campaign_invitation(*, secret: str, user: User, now: datetime) -> CampaignInvitation:
    """Return the invitation of a link, for the person it was made for.

    Raises
    ------
    Refusal
        It ended, or who made it may give no roles any more.
    NotAllowed
        It is another person's.
    """
    found = (
        CampaignInvitation.objects.usable_at(now)
        .select_related("campaign", "created_by")
        .filter(digest=digest(secret))
        .first()
    )
    if found is None or not _still_holds(found):
        raise Refusal(
            _("This invitation is no longer valid. Ask an owner of the campaign for a new one."),
            code="invitation_invalid",
        )
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    if not addresses.filter(email__iexact=found.email).exists():
        raise NotAllowed(
            _(
                "This invitation is for another mail address. Log in with the account that has it, "
                "or add the address to yours and confirm it."
            ),
            code="invitation_for_another",
        )
    return found


def _still_holds(invitation: CampaignInvitation) -> bool:
    """Tell whether who invited could still do so: nobody's rights outlive their role."""
    try:
        require_owner(campaign=invitation.campaign, user=invitation.created_by)
    except NotAllowed:
        return False
    return invitation.created_by.is_active


@transaction.atomic
def accept_campaign_invitation(*, secret: str, user: User, now: datetime) -> CampaignRole:
    """Take the role one is invited to; who has a higher one keeps it."""
    invitation = find_campaign_invitation(secret=secret, user=user, now=now)
    lock_roles(invitation.campaign)
    row = _unanswered(invitation)  # again: it may have been revoked while we waited
    known = CampaignRole.objects.filter(campaign=row.campaign, user=user).first()
    role = known or CampaignRole(campaign=row.campaign, user=user, name=row.role)
    role.name = max(role.name, row.role, key=_rank)
    row.accepted_at = now
    with on_record(by=user, reason=_("Accepted the invitation.")):
        role.save()
        row.save()
    return role


def _rank(name: str) -> int:
    return _ORDER.index(CampaignRole.Name(name))
