"""Teams, invitations and registrations."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campaign.clock import moment_in_words
from campaign.models import (
    Invitation,
    Membership,
    Phase,
    Registration,
    RulesVersion,
    Task,
    Team,
    User,
)
from campaign.models.teams import ORGANISERS_OF
from campaign.refusals import NotAllowed, Refusal
from campaign.services.accounts import digest

INVITATION_LASTS = timedelta(days=14)
_ADDRESSES = {"new"}  # below teams/, of pages that are no team


@transaction.atomic
def create_team(*, name: str, captain: User, now: datetime, affiliation: str = "") -> Team:
    """Make a team with its captain.

    Raises
    ------
    ValidationError
        The name is taken, or not one that a team may have.
    """
    team = Team(affiliation=affiliation, created_at=now)
    _save_as(team, name)
    Membership.objects.create(team=team, user=captain, role=Membership.Role.CAPTAIN, joined_at=now)
    return team


def rename(*, team: Team, name: str) -> Team:
    """Give a team another name, and an address that says it; who may is for the caller to ask."""
    _save_as(team, name)
    return team


def _save_as(team: Team, name: str) -> None:
    team.name = name.strip()
    if not team.name.isprintable():  # it stands in the texts of mails
        raise ValidationError({"name": _("The name of a team is one line of letters and signs.")})
    if slugify(team.name).startswith(slugify(ORGANISERS_OF)):
        raise ValidationError(
            {"name": _("Names that begin so are for the teams of the organisers themselves.")}
        )
    if not team.slug or slugify(team.name)[:80] != team.slug:
        team.slug = _free_slug(team.name)
    team.full_clean()
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:  # somebody took it at the same moment
        team.slug = _free_slug(team.name)
        team.full_clean()
        raise


def _free_slug(name: str) -> str:
    """Return the name as a slug, with a random end where it is taken or has no Latin letters."""
    slug = slugify(name)[:80]
    if slug and slug not in _ADDRESSES and not Team.objects.filter(slug=slug).exists():
        return slug
    return f"{slug or 'team'}-{secrets.token_hex(3)}"


def is_captain(*, team: Team, user: User) -> bool:
    return team.memberships.filter(user=user, role=Membership.Role.CAPTAIN).exists()


def require_captain(*, team: Team, user: User) -> None:
    """Refuse whoever is not a captain of the team."""
    if not is_captain(team=team, user=user):
        raise NotAllowed(_("Only a captain of the team may do this."), code="not_captain")


def invite(*, team: Team, by: User, now: datetime, email: str = "") -> tuple[Invitation, str]:
    """Make an invitation; the second value is the secret of its link, to be shown or mailed once.

    One with a mail address is for one person: the first who joins by it uses it up.
    """
    require_captain(team=team, user=by)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        team=team,
        email=email,
        digest=digest(secret),
        created_by=by,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    return invitation, secret


def revoke_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Make an invitation's link useless."""
    require_captain(team=invitation.team, user=by)
    Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=now)


def find_invitation(*, secret: str, now: datetime) -> Invitation:
    """Return the invitation of a link, or refuse with what to do."""
    found = (
        Invitation.objects.usable_at(now)
        .select_related("team")
        .filter(digest=digest(secret))
        .first()
    )
    if found is None:
        raise _no_longer_valid()
    return found


def _no_longer_valid() -> Refusal:
    return Refusal(
        _("This invitation is no longer valid. Ask the team's captain for a new link."),
        code="invitation_invalid",
    )


@transaction.atomic
def join_team(*, secret: str, user: User, now: datetime) -> Team:
    """Make a person a member; joining twice changes nothing."""
    invitation = _locked_invitation(find_invitation(secret=secret, now=now), now)
    team = invitation.team
    refuse_two_teams_in_a_task(
        people=User.objects.filter(pk=user.pk),
        tasks=Task.objects.filter(registrations__team=team),
        teams=[team],
    )
    Membership.objects.get_or_create(team=team, user=user, defaults={"joined_at": now})
    if invitation.email:
        Invitation.objects.filter(pk=invitation.pk).update(revoked_at=now)
    return team


def _locked_invitation(found: Invitation, now: datetime) -> Invitation:
    """Lock the invitation's team, then the invitation: two people use one mailed link one by one."""
    Team.objects.select_for_update().get(pk=found.team_id)
    invitations = Invitation.objects.usable_at(now).select_for_update(of=("self",))
    there = invitations.filter(pk=found.pk, team=found.team_id, team__merged_into=None)
    locked = there.select_related("team").first()
    if locked is None:  # used or revoked since, or its team was merged into another
        raise _no_longer_valid()
    return locked


@transaction.atomic
def leave_team(*, team: Team, user: User) -> None:
    """Take oneself out of a team; what was submitted stays the team's."""
    _end_membership(team, user)


@transaction.atomic
def remove_member(*, team: Team, user: User, by: User, now: datetime) -> None:
    """Take somebody out of a team, and revoke the links by which they could come back."""
    require_captain(team=team, user=by)
    _end_membership(team, user)
    known = Q(email="") | Q(created_by=user)  # what was mailed by others, only its reader knows
    team.invitations.filter(known, revoked_at=None).update(revoked_at=now)


@transaction.atomic
def appoint_captain(*, team: Team, user: User, by: User) -> None:
    """Make a member a captain beside those there are."""
    require_captain(team=team, user=by)
    _membership(team, user).filter(role=Membership.Role.MEMBER).update(role=Membership.Role.CAPTAIN)


@transaction.atomic
def hand_over(*, team: Team, user: User, by: User) -> None:
    """Make a member captain in one's own place; the one who hands over stays a member."""
    require_captain(team=team, user=by)
    appointed = _membership(team, user).update(role=Membership.Role.CAPTAIN)
    if appointed and user != by:
        _membership(team, by).update(role=Membership.Role.MEMBER)


def change_affiliation(*, team: Team, affiliation: str, by: User) -> None:
    """Write down where the team comes from; its name is for the organisers to change."""
    require_captain(team=team, user=by)
    team.affiliation = affiliation
    team.full_clean()
    team.save(update_fields=["affiliation"])


def _end_membership(team: Team, user: User) -> None:
    # The lock keeps two captains from leaving at once.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    others = team.memberships.filter(role=Membership.Role.CAPTAIN).exclude(user=user)
    if not others.exists():
        raise NotAllowed(
            _("A team needs a captain: make another member captain first."), code="last_captain"
        )
    _membership(team, user).delete()


def _membership(team: Team, user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(team=team, user=user)


@transaction.atomic
def register_team(
    *, team: Team, task: Task, rules: RulesVersion, by: User, now: datetime
) -> Registration:
    """Register a team for a task; `by` accepts the rules for it."""
    # The lock keeps a person from joining this team while it registers, and it from being merged.
    Team.objects.select_for_update().get(pk=team.pk)
    require_captain(team=team, user=by)
    _refuse_outside_registration(task, now)
    _refuse_old_rules(task, rules)
    refuse_two_teams_in_a_task(
        people=team.members.all(), tasks=Task.objects.filter(pk=task.pk), teams=[team]
    )
    registration = Registration(
        team=team,
        task=task,
        rules_version=rules,
        accepted_by=by,
        accepted_at=now,
        state=Registration.State.PENDING if task.approval else Registration.State.APPROVED,
    )
    registration.full_clean()
    registration.save()
    return registration


@transaction.atomic
def register_new_team(
    *, name: str, task: Task, rules: RulesVersion, by: User, now: datetime
) -> Registration:
    """Make a team and register it: a refused registration leaves no team behind."""
    team = create_team(name=name, captain=by, now=now)
    return register_team(team=team, task=task, rules=rules, by=by, now=now)


@transaction.atomic
def register_generated_team(*, name: str, task: Task, now: datetime) -> Registration:
    """Give an invented team, which has no members, its place in a task; twice changes nothing.

    Raises
    ------
    NotAllowed
        People have a team of this name: nothing generated is put under it.
    """
    rules = task.rules_in_force
    assert rules is not None  # every loaded task has rules
    team = Team.objects.get_or_create(
        name=name, defaults={"slug": _free_slug(name), "generated": True, "created_at": now}
    )[0]
    if not team.generated:
        raise NotAllowed(
            _("The team %(team)s is not an invented one.") % {"team": name}, code="not_generated"
        )
    return Registration.objects.get_or_create(
        team=team,
        task=task,
        defaults={
            "state": Registration.State.APPROVED,
            "rules_version": rules,
            "accepted_at": now,
        },
    )[0]


def _refuse_outside_registration(task: Task, now: datetime) -> None:
    phase = task.phase(Phase.Kind.REGISTRATION)
    if phase.closes_at and phase.has_closed(now):
        raise NotAllowed(
            _("Registration for %(task)s closed on %(when)s.")
            % {"task": task.title, "when": moment_in_words(phase.closes_at)},
            code="registration_closed",
        )
    if not phase.is_open(now):
        raise NotAllowed(_("Registration has not opened yet."), code="registration_not_open")


def _refuse_old_rules(task: Task, rules: RulesVersion) -> None:
    if rules != task.rules_in_force:
        raise Refusal(
            _("The rules changed while you read them. Please read and accept the new version."),
            code="rules_changed",
        )


def refuse_two_teams_in_a_task(
    *, people: QuerySet[User], tasks: QuerySet[Task], teams: list[Team]
) -> None:
    """Keep one person from multiplying a task's limit by joining several of its teams.

    Whoever submitted for a team takes part with it, even after leaving it, and even after it was
    merged into another: then with that one.

    Parameters
    ----------
    teams
        The one that the people will be in, or the two that become it.
    """
    # Whoever joins one team while another registers waits here, and is seen afterwards.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    with_another = Q(team__members__in=people) | Q(runs__submitted_by__in=people)
    clash = (
        Registration.objects.filter(with_another, task__in=tasks)
        .exclude(
            Q(team__in=teams) | Q(team__merged_into__in=teams, team__merged_into__isnull=False)
        )
        .select_related("team__merged_into", "task")
        .first()
    )
    if clash:
        raise NotAllowed(
            _("A member already takes part in %(task)s with the team %(team)s; one team each.")
            % {"task": clash.task.title, "team": clash.team.now_in.name},
            code="one_team_each",
        )
