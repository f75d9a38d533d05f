"""The people of the demo: who they are, how they get in, what they belong to."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from campaign.clock import now
from campaign.models import ApiToken, Campaign, CampaignRole, Registration, Task, Team, User
from campaign.refusals import AlreadyThere
from campaign.services.accounts import issue_token, trust_address
from campaign.services.teams import create_team, register_team

_DOMAIN = "demo.invalid"  # no mail reaches anybody there
_TOKEN_NAME = "demo"  # noqa: S105 - the name of a token, no secret


@dataclass(frozen=True)
class Account:
    """A way in, as demo.json says it."""

    role: str
    username: str
    password: str
    token: str


@dataclass(frozen=True)
class _Person:
    role: str
    username: str
    team: str = ""


_PEOPLE = (
    _Person("staff", "staff"),
    _Person("organiser", "organiser"),
    _Person("captain", "captain", "Field Notes"),
    _Person("captain", "captain2", "Second Look"),
    _Person("participant", "participant"),
)


def holds_other_people() -> bool:
    """Return whether the database is somebody's: accounts, and none of the demo's."""
    of_demo = User.objects.filter(email__endswith=f"@{_DOMAIN}")
    return User.objects.exists() and not of_demo.exists()


def make_accounts() -> list[Account]:
    """Make the demo's people; those there are get a fresh password and token.

    Nobody knows what an unfinished loading before gave them.
    """
    return [_make(person) for person in _PEOPLE]


@transaction.atomic
def _make(person: _Person) -> Account:
    email = f"{person.username}@{_DOMAIN}"
    user = User.objects.filter(username=person.username).first() or User(username=person.username)
    if user.pk and user.email != email:
        raise AlreadyThere(
            _("Somebody has the account %(name)s, which the demo needs.") % {"name": user.username},
            code="account_taken",
        )
    password = secrets.token_urlsafe(12)
    user.email = email
    user.is_staff = user.is_superuser = person.role == "staff"
    user.set_password(password)
    user.save()
    trust_address(user=user)
    ApiToken.objects.filter(user=user, name=_TOKEN_NAME).delete()
    token = issue_token(user=user, name=_TOKEN_NAME, expires_at=None, now=now())[1]
    if person.team and not Team.objects.of(user).exists():
        create_team(name=person.team, captain=user, now=now())
    return Account(person.role, person.username, password, token)


def give_roles() -> None:
    """Make the organiser one of every campaign there is."""
    for campaign in Campaign.objects.all():
        CampaignRole.objects.get_or_create(campaign=campaign, user=_user("organiser"))


def register_captains(task: Task) -> None:
    """Register both captains' teams for a task, with its rules accepted."""
    rules = task.rules_in_force
    assert rules is not None  # every loaded task has rules
    for person in _PEOPLE:
        if not person.team:
            continue
        captain = _user(person.username)
        team = Team.objects.of(captain).get()
        if not Registration.objects.filter(team=team, task=task).exists():
            register_team(team=team, task=task, rules=rules, by=captain, now=now())


def _user(username: str) -> User:
    return User.objects.get(username=username)
