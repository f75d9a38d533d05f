"""Teams, who is in them, and what they registered for."""

from datetime import datetime

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaign.models.accounts import User
from campaign.models.tasks import RulesVersion, Task

NAME_MAX = 80
ORGANISERS_OF = "Organisers of "
"""How the names of the organisers' own teams begin, and of no others."""


class TeamQuerySet(models.QuerySet["Team"]):
    def of(self, user: User | AnonymousUser) -> "TeamQuerySet":
        """Return the teams this user is a member of."""
        return self.none() if isinstance(user, AnonymousUser) else self.filter(members=user)

    def represented_by(self, user: User | AnonymousUser) -> "TeamQuerySet":
        """Return the teams whose runs are this user's.

        Their own, those merged into them, and that of the organisers where they are one.
        """
        mine = Team.objects.of(user)
        there = Registration.objects.filter(task__in=Task.objects.acted_for_by(user))
        of_organisers = Q(organisers=True, pk__in=there.values("team"))
        return self.filter(Q(pk__in=mine) | Q(merged_into__in=mine) | of_organisers)


@pghistory.track()
class Team(models.Model):
    """People who submit together. The organisers' own team submits the baselines."""

    name = models.CharField(_("name"), max_length=NAME_MAX)
    slug = models.SlugField(max_length=100, unique=True)
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    organisers = models.BooleanField(default=False)  # its runs are baselines
    generated = models.BooleanField(default=False)  # an invented team of the demo
    members = models.ManyToManyField(User, through="Membership", related_name="teams")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True
    )
    created_at = models.DateTimeField()

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="team_name_unique",
                violation_error_message=_("Another team already has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.slug])

    @property
    def now_in(self) -> "Team":
        """Return the team that this one goes on in: itself, or the one it was merged into."""
        return self.merged_into or self


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Membership(models.Model):
    class Role(models.TextChoices):
        CAPTAIN = "captain", _("captain")
        MEMBER = "member", _("member")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ["role", "joined_at"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="member_once"),
            models.CheckConstraint(
                condition=Q(role__in=["captain", "member"]), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable_at(self, now: datetime) -> "InvitationQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A link by which people join a team; the secret is stored as its SHA-256."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True)  # to whom it was mailed
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.team} until {self.expires_at:%Y-%m-%d}"


class MergeProposal(models.Model):
    """A captain's proposal that their team ends and goes on in another; a captain there answers."""

    ending = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="proposals_made")
    staying = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="proposals_got")
    proposed_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    proposed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(default=False)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ending"],
                condition=Q(answered_at=None),
                name="one_open_proposal_a_team",
                violation_error_message=_("Your team has another proposal that is not answered."),
            ),
            models.CheckConstraint(
                condition=~Q(ending=F("staying")),
                name="a_team_merges_into_another",
                violation_error_message=_("A team cannot be merged into itself."),
            ),
            models.CheckConstraint(
                condition=Q(accepted=False) | Q(answered_at__isnull=False),
                name="an_accepted_proposal_is_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ending} into {self.staying}"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def in_force(self) -> "RegistrationQuerySet":
        """Return those that take runs; one merged into another only keeps what it has."""
        return self.filter(merged_into=None)


@pghistory.track()
class Registration(models.Model):
    """A team's place in a task, with the rules it accepted. Its row is the lock of the quota."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="registrations")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    rules_version = models.ForeignKey(RulesVersion, on_delete=models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    accepted_at = models.DateTimeField()
    extra_runs = models.PositiveSmallIntegerField(default=0)
    state_reason = models.TextField(_("reason"), blank=True)  # of the organisers, for the team
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True
    )  # of the team that goes on: its runs stay here, with their names and numbers

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["accepted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "task"],
                name="register_once",
                violation_error_message=_("This team is already registered for the task."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "approved", "refused"]),
                name="registration_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(state_reason=""),
                name="refused_with_a_reason",
                violation_error_message=_("A refusal needs a reason: the team reads it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.task_id}"
