"""What the pages of teams show, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from campaign.models import (
    Invitation,
    Membership,
    MergeProposal,
    Registration,
    RulesVersion,
    Task,
    Team,
)
from campaign.reads.visibility import Viewer


@dataclass(frozen=True)
class TeamPage:
    """A team as one viewer may see it; what only members may see is empty for others."""

    team: Team
    membership: Membership | None
    members: list[Membership]
    registrations: list[Registration]
    invitations: list[Invitation]  # for captains
    proposals: list[MergeProposal]  # for captains, open ones by and to the team
    earlier: list[Team]  # that were merged into it

    @property
    def captain(self) -> bool:
        return self.membership is not None and self.membership.role == Membership.Role.CAPTAIN


def team_page(*, team: Team, viewer: Viewer, now: datetime) -> TeamPage:
    """Return a team for a viewer: everybody sees its name, its members see each other."""
    members = list(team.memberships.select_related("user"))
    own = next((one for one in members if one.user_id == viewer.pk), None)
    captain = own is not None and own.role == Membership.Role.CAPTAIN
    return TeamPage(
        team=team,
        membership=own,
        members=members if own else [],
        registrations=list(_registrations(team)) if own else [],
        invitations=list(_invitations(team, now)) if captain else [],
        proposals=list(_proposals(team)) if captain else [],
        earlier=list(team.merged.all()),
    )


def _invitations(team: Team, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.usable_at(now).filter(team=team).select_related("created_by")


def _registrations(team: Team) -> QuerySet[Registration]:
    """Return a team's registrations, each with the number of the rules in force."""
    newest = RulesVersion.objects.filter(task=OuterRef("task")).order_by("-number")
    return team.registrations.select_related("task", "rules_version").annotate(
        rules_in_force=Subquery(newest.values("number")[:1])
    )


def _proposals(team: Team) -> QuerySet[MergeProposal]:
    """Return what waits for an answer, with all that a captain judges it by."""
    return (
        MergeProposal.objects.filter(Q(ending=team) | Q(staying=team), answered_at=None)
        .select_related("ending", "staying", "proposed_by")
        .prefetch_related(
            Prefetch("ending__memberships", queryset=Membership.objects.select_related("user")),
            Prefetch("ending__registrations", queryset=Registration.objects.select_related("task")),
        )
    )


def own_teams(viewer: Viewer) -> QuerySet[Team]:
    """Return the viewer's teams with their members and what they are registered for."""
    return Team.objects.of(viewer).prefetch_related(
        Prefetch("memberships", queryset=Membership.objects.select_related("user")),
        Prefetch("registrations", queryset=Registration.objects.select_related("task")),
    )


def teams_to_register(*, task: Task, viewer: Viewer) -> QuerySet[Team]:
    """Return the teams a viewer could register for a task: a captain's, not yet in it."""
    if not viewer.is_authenticated:
        return Team.objects.none()
    return Team.objects.filter(
        memberships__user=viewer, memberships__role=Membership.Role.CAPTAIN
    ).exclude(registrations__task=task)
