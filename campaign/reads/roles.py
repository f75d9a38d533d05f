"""Who may do what for a campaign, as its people see it."""

from dataclasses import dataclass

from campaign.models import Campaign, CampaignInvitation, CampaignRole
from campaign.reads.visibility import Viewer


@dataclass(frozen=True)
class CampaignPeople:
    """The people of a campaign for one of them; invitations and their addresses are for owners."""

    roles: list[CampaignRole]
    invitations: list[CampaignInvitation]
    manages: bool

    @property
    def only_owner(self) -> CampaignRole | None:
        """Return the role that nobody changes or lays down: a campaign needs an owner."""
        owners = [role for role in self.roles if role.name == CampaignRole.Name.OWNER]
        return owners[0] if len(owners) == 1 else None


def role_in(campaign: Campaign, viewer: Viewer) -> str:
    """Return a viewer's role in a campaign; staff may do what owners may, "" is none at all."""
    if not viewer.is_authenticated:
        return ""
    if viewer.is_staff:
        return CampaignRole.Name.OWNER
    found = campaign.roles.filter(user=viewer).values_list("name", flat=True).first()
    return found or ""


def acts_for(campaign: Campaign, viewer: Viewer) -> bool:
    """Tell whether a viewer may change things, not only see them."""
    return role_in(campaign, viewer) in {CampaignRole.Name.OWNER, CampaignRole.Name.ORGANISER}


def campaign_people(*, campaign: Campaign, viewer: Viewer) -> CampaignPeople | None:
    """Return who has which role; None for whoever has none."""
    role = role_in(campaign, viewer)
    if not role:
        return None
    manages = role == CampaignRole.Name.OWNER
    return CampaignPeople(
        roles=sorted(_roles(campaign), key=_order),
        invitations=_unanswered(campaign) if manages else [],
        manages=manages,
    )


def _roles(campaign: Campaign) -> list[CampaignRole]:
    return list(campaign.roles.select_related("user"))


def _order(role: CampaignRole) -> tuple[int, str]:
    return CampaignRole.Name.values.index(role.name), role.user.username.lower()


def _unanswered(campaign: Campaign) -> list[CampaignInvitation]:
    """Return the open invitations, and those that ran out: they can be sent again."""
    rows = campaign.invitations.filter(revoked_at=None, accepted_at=None)
    return list(rows.select_related("created_by"))
