"""Who may act for a campaign, and the reason that stands beside what they did."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaign.models import Campaign, CampaignRole, Task, User
from campaign.reads.roles import acts_for
from campaign.refusals import Invalid, NotAllowed


def require_organiser(*, task: Task, user: User) -> None:
    """Refuse whoever may not act for a task: all but its owners, organisers and staff."""
    if not acts_for(task.campaign, user):
        raise NotAllowed(_("Only an organiser of the task may do this."), code="not_organiser")


def require_organiser_of_all(*, tasks: QuerySet[Task], user: User) -> None:
    """Refuse whoever may not act for each of these tasks, and say for which."""
    others = [one for one in tasks.select_related("campaign") if not acts_for(one.campaign, user)]
    if others:
        raise NotAllowed(
            _(
                "Only an organiser of all tasks of the team may do this, and you do not organise"
                " %(tasks)s. Ask those who do, or whoever runs the platform."
            )
            % {"tasks": ", ".join(task.title for task in others)},
            code="not_organiser",
        )


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


# ---------------------------------------------------------------- giving and taking roles
@transaction.atomic
def give_role(*, campaign: Campaign, user: User, name: str, by: User) -> CampaignRole:
    """Give a person a role in a campaign, or another one instead of the one they have.

    Raises
    ------
    NotAllowed
        From whoever is no owner; or the last owner would be something else.
    """
    lock_roles(campaign)
    require_owner(campaign=campaign, user=by)
    if name != CampaignRole.Name.OWNER:
        _keep_an_owner(campaign, user)
    with on_record(by=by, reason=_("Gave a role in the campaign.")):
        return CampaignRole.objects.update_or_create(
            campaign=campaign, user=user, defaults={"name": name}
        )[0]


@transaction.atomic
def take_role(*, role: CampaignRole, by: User) -> None:
    """Take a person's role in a campaign; everybody may lay down their own."""
    lock_roles(role.campaign)
    if role.user_id != by.pk:
        require_owner(campaign=role.campaign, user=by)
    _keep_an_owner(role.campaign, role.user)
    with on_record(by=by, reason=_("Took a role in the campaign.")):
        role.delete()


def lock_roles(campaign: Campaign) -> None:
    """Let changes of a campaign's roles wait for each other: two owners never leave at once."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def _keep_an_owner(campaign: Campaign, user: User) -> None:
    owners = campaign.roles.filter(name=CampaignRole.Name.OWNER)
    if owners.filter(user=user).exists() and not owners.exclude(user=user).exists():
        raise NotAllowed(
            _("A campaign needs an owner: make somebody else an owner first."), code="last_owner"
        )
