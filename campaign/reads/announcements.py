"""Whom an announcement is mailed to. Nobody's address leaves these rows but in a mail to them."""

from django.db.models import QuerySet

from campaign.models import Announcement, Membership, Registration, Task, User

_STATES = {
    Announcement.Audience.REGISTERED: [Registration.State.PENDING, Registration.State.APPROVED],
    Announcement.Audience.APPROVED: [Registration.State.APPROVED],
}


def takers(task: Task, audience: str) -> QuerySet[User]:
    """Return the members of the teams meant who take announcements by mail, each once."""
    members = Membership.objects.filter(
        team__registrations__task=task,
        team__registrations__state__in=_STATES[Announcement.Audience(audience)],
    )
    return User.objects.filter(
        pk__in=members.values("user"), is_active=True, takes_announcements=True
    ).exclude(email="")
