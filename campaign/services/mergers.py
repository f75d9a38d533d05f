"""Merging two teams: one ends and goes on in the other, which stays.

Nothing of a run changes. Where only the ending team takes part in a task, its registration goes over
with all its runs. Where both do, its registration is closed and counts for the other's: its runs keep
the name and the number they were sent with.
"""

from datetime import UTC, datetime, timedelta

import pghistory
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from campaign.clock import day_in_words
from campaign.models import (
    Invitation,
    Membership,
    MergeProposal,
    Registration,
    Task,
    Team,
    User,
)
from campaign.reads.runs import COUNTS, quota_left, runs_of
from campaign.refusals import LimitReached, NotAllowed
from campaign.services.leaderboards import lock_task, rank_runs
from campaign.services.mails import captains_of, full_address, members_of, tell
from campaign.services.roles import on_record, require_organiser_of_all
from campaign.services.teams import refuse_two_teams_in_a_task, require_captain

PROPOSALS_A_DAY = 5


# ---------------------------------------------------------------- both captains agree
@transaction.atomic
def propose_merge(*, ending: Team, staying: Team, by: User, now: datetime) -> MergeProposal:
    """Propose that a team ends and goes on in another, whose captains are mailed.

    What forbids a merger is looked at when it is answered: a refusal says things of both teams.
    """
    require_captain(team=ending, user=by)
    _refuse_special(ending, staying)
    _refuse_many_proposals(ending, now)
    proposal = MergeProposal(ending=ending, staying=staying, proposed_by=by, proposed_at=now)
    proposal.full_clean()
    proposal.save()
    tell(
        to=captains_of(staying),
        template="merger_proposed.txt",
        ending=ending,
        team=staying,
        by=by,
        link=full_address("team", staying.slug),
    )
    return proposal


def _refuse_many_proposals(ending: Team, now: datetime) -> None:
    """Keep a team from mailing others' captains again and again."""
    within_a_day = ending.proposals_made.filter(proposed_at__gt=now - timedelta(days=1))
    if within_a_day.count() >= PROPOSALS_A_DAY:
        raise LimitReached(
            _("Your team made %(limit)s proposals within a day, the most there may be.")
            % {"limit": PROPOSALS_A_DAY},
            code="proposals_per_day",
        )


def accept_merge(*, proposal: MergeProposal, by: User, now: datetime) -> Team:
    """Merge two teams as proposed, by a captain of the one that stays."""
    with transaction.atomic():
        # Before the proposal's own row: a merger of one of these teams closes it under their locks.
        _locked(proposal.ending, proposal.staying)
        _answer(proposal, now, accepted=True)
        require_captain(team=proposal.staying, user=by)
        require_captain(team=proposal.ending, user=proposal.proposed_by)
        reason = _("the captains of both teams agreed")
        with pghistory.context(user=by.pk, reason=reason):
            return _merge(proposal.ending, proposal.staying, reason, now)


@transaction.atomic
def close_proposal(*, proposal: MergeProposal, by: User, now: datetime) -> None:
    """Decline a proposal, or take it back: a captain of either team may."""
    teams = [proposal.ending_id, proposal.staying_id]
    captain = Membership.objects.filter(team__in=teams, user=by, role=Membership.Role.CAPTAIN)
    if not captain.exists():
        raise NotAllowed(_("Only a captain of the team may do this."), code="not_captain")
    _answer(proposal, now, accepted=False)


def _answer(proposal: MergeProposal, now: datetime, *, accepted: bool) -> None:
    unanswered = MergeProposal.objects.filter(pk=proposal.pk, answered_at=None)
    if not unanswered.update(answered_at=now, accepted=accepted):
        raise NotAllowed(_("This proposal was answered already."), code="answered")


# ---------------------------------------------------------------- or an organiser says so
def merge_teams(*, ending: Team, staying: Team, by: User, reason: str, now: datetime) -> Team:
    """Merge two teams by an organiser of every task that one of them takes part in."""
    with transaction.atomic():
        _require_organiser_of_both(ending, staying, by)
        with on_record(by=by, reason=reason):
            return _merge(ending, staying, reason, now)


def _require_organiser_of_both(ending: Team, staying: Team, by: User) -> None:
    tasks = Task.objects.filter(registrations__team__in=[ending, staying]).distinct()
    if not tasks and not by.is_staff:
        raise NotAllowed(
            _("These teams take part in no task: no organiser may merge them."), code="no_task"
        )
    require_organiser_of_all(tasks=tasks, user=by)


# ---------------------------------------------------------------- what both come to
def _merge(ending: Team, staying: Team, reason: str, now: datetime) -> Team:
    ending, staying = _locked(ending, staying)
    _refuse_special(ending, staying)
    refuse_two_teams_in_a_task(
        people=User.objects.filter(teams__in=[ending, staying]),
        tasks=Task.objects.filter(registrations__team__in=[ending, staying]),
        teams=[ending, staying],
    )
    told = members_of(ending, staying)
    for registration in ending.registrations.select_related("task__current_truth"):
        _move_registration(registration, staying, now)
    _move_people(ending, staying)
    _end(ending, staying, now)
    for registration in staying.registrations.filter(merged__team=ending).distinct():
        rank_runs(task=registration.task, now=now)  # one best run of the two teams'
    tell(
        to=told,
        template="merged.txt",
        ending=ending,
        staying=staying,
        reason=reason,
        link=full_address("team", staying.slug),
    )
    return staying


def _locked(ending: Team, staying: Team) -> tuple[Team, Team]:
    """Lock in the order of all others: rankings, registrations as a submission does, then teams."""
    both = [ending.pk, staying.pk]
    registrations = Registration.objects.filter(team__in=both)
    for task_id in sorted(set(registrations.values_list("task_id", flat=True))):
        lock_task(task_id)
    list(registrations.select_for_update(no_key=True).order_by("pk"))
    teams = Team.objects.select_for_update().filter(pk__in=both).order_by("pk")
    by_pk = {team.pk: team for team in teams}
    return by_pk[ending.pk], by_pk[staying.pk]


def _refuse_special(ending: Team, staying: Team) -> None:
    for team in (ending, staying):
        if team.organisers or team.generated:
            raise NotAllowed(
                _("%(team)s is no team of participants and is never merged.") % {"team": team.name},
                code="no_participants",
            )
        if team.merged_into_id:
            raise NotAllowed(
                _("%(team)s was merged into %(other)s already.")
                % {"team": team.name, "other": team.now_in.name},
                code="merged",
            )


def _move_registration(theirs: Registration, staying: Team, now: datetime) -> None:
    ours = staying.registrations.select_related("task").filter(task=theirs.task_id).first()
    if ours is None:
        theirs.team = staying
        theirs.save(update_fields=["team"])
        return
    _refuse_other_states(theirs, ours)
    Registration.objects.filter(merged_into=theirs).update(merged_into=ours)
    theirs.merged_into = ours
    theirs.save(update_fields=["merged_into"])
    _refuse_too_many_runs(ours, now)


def _refuse_other_states(theirs: Registration, ours: Registration) -> None:
    """Keep a team from getting past the organisers' approval by merging into another."""
    if theirs.state != ours.state:
        raise NotAllowed(
            _(
                "In %(task)s the registration of %(one)s is %(state)s, that of %(other)s %(another)s. "
                "Both must stand alike: wait for the organisers, or write to them."
            )
            % {
                "task": ours.task.title,
                "one": theirs.team.name,
                "state": theirs.get_state_display(),
                "other": ours.team.name,
                "another": ours.get_state_display(),
            },
            code="other_state",
        )


def _refuse_too_many_runs(registration: Registration, now: datetime) -> None:
    """Hold the runs of both teams against the limits of one; they are counted as one's already."""
    quota = quota_left(registration, now)
    most = max(quota.used, quota.late_used)
    if quota.limit is not None and most > quota.limit:
        raise LimitReached(
            _(
                "Together the teams have %(used)s runs in %(task)s, and one team may have %(limit)s. "
                "An organiser can give the team that stays more runs."
            )
            % {"used": most, "task": registration.task.title, "limit": quota.limit},
            code="runs_per_team",
        )
    if quota.per_day is not None:
        _refuse_full_days(registration, quota.per_day)


def _refuse_full_days(registration: Registration, per_day: int) -> None:
    days = (
        runs_of(registration)
        .filter(COUNTS)
        .annotate(day=TruncDate("received_at", tzinfo=UTC))
        .values("day")
        .annotate(n=Count("pk", distinct=True))
        .order_by("-n", "day")
    )
    fullest = days.first()
    if fullest and fullest["n"] > per_day:
        raise LimitReached(
            _(
                "On %(day)s the teams together sent %(used)s runs for %(task)s, and one team may send "
                "%(limit)s a day (UTC)."
            )
            % {
                "day": day_in_words(fullest["day"]),
                "used": fullest["n"],
                "task": registration.task.title,
                "limit": per_day,
            },
            code="runs_per_day",
        )


def _move_people(ending: Team, staying: Team) -> None:
    """Make the members of one members of the other, and let its invitations lead there."""
    there = staying.memberships.values("user")
    # Who is in both keeps the higher role: the captains of both are captains of one.
    captains = ending.memberships.filter(role=Membership.Role.CAPTAIN).values("user")
    staying.memberships.filter(user__in=captains).update(role=Membership.Role.CAPTAIN)
    ending.memberships.filter(user__in=there).delete()
    ending.memberships.update(team=staying)
    Invitation.objects.filter(team=ending).update(team=staying)


def _end(ending: Team, staying: Team, now: datetime) -> None:
    Team.objects.filter(merged_into=ending).update(merged_into=staying)
    ending.merged_into = staying
    ending.save(update_fields=["merged_into"])
    waiting = MergeProposal.objects.filter(answered_at=None)
    waiting.filter(ending=ending).update(answered_at=now)
    waiting.filter(staying=ending).update(answered_at=now)
