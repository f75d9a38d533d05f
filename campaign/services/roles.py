"""Who may act for a campaign, and the reason that stands beside what they did."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.utils.translation import gettext as _

from campaign.models import Campaign, CampaignRole, Task, User
from campaign.refusals import Invalid, NotAllowed


def require_organiser(*, task: Task, user: User) -> None:
    """Refuse whoever may not act for a task: all but its owners, organisers and staff."""
    acting = [CampaignRole.Name.OWNER, CampaignRole.Name.ORGANISER]
    if user.is_staff or task.campaign.roles.filter(user=user, name__in=acting).exists():
        return
    raise NotAllowed(_("Only an organiser of the task may do this."), code="not_organiser")


def require_owner(*, campaign: Campaign, user: User) -> None:
    """Refuse whoever may not give roles in a campaign: all but its owners and staff."""
    if user.is_staff or campaign.roles.filter(user=user, name=CampaignRole.Name.OWNER).exists():
        return
    raise NotAllowed(_("Only an owner of the campaign may do this."), code="not_owner")


@contextmanager
def on_record(*, by: User | None, reason: str) -> Iterator[None]:
    """Have the triggers write who changes rows, and why, beside what was before and after.

    Raises
    ------
    Invalid
        Without a reason: what an organiser does to others, they may read.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Give a reason: it stands in the record."), code="no_reason")
    with pghistory.context(user=by.pk if by else None, reason=reason):
        yield
