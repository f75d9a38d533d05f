"""What becomes of a registration: decided by organisers, its rules accepted anew by captains."""

from collections.abc import Iterable
from datetime import datetime

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from campaign.models import Registration, RulesVersion, Task, User
from campaign.refusals import Invalid, NotAllowed, Refusal
from campaign.services.mails import captains_of, full_address, members_of, tell
from campaign.services.roles import on_record, require_organiser
from campaign.services.teams import require_captain

State = Registration.State
MOST_EXTRA_RUNS = 1000


@transaction.atomic
def decide_registrations(
    *, task: Task, chosen: Iterable[int], state: str, reason: str, by: User
) -> list[Registration]:
    """Approve or refuse registrations of a task, and mail their teams' captains.

    Those that are so already stay as they are, and nobody is told anything.

    Parameters
    ----------
    chosen
        Ids of registrations; what is of another task, or the organisers' own, is passed over.
    reason
        For the teams and the record. A refusal needs one.

    Returns
    -------
    Those that were changed.
    """
    require_organiser(task=task, user=by)
    approved = _("approved") if state == State.APPROVED else ""
    record = reason.strip() or approved
    with on_record(by=by, reason=record):
        changed = [_decide(row, state, reason.strip()) for row in _to_decide(task, chosen, state)]
    for registration in changed:
        _tell(registration, task)
    return changed


def _to_decide(task: Task, chosen: Iterable[int], state: str) -> list[Registration]:
    rows = Registration.objects.in_force().filter(
        task=task, pk__in=list(chosen), team__organisers=False
    )
    locked = rows.exclude(state=state).select_for_update(no_key=True, of=("self",))
    return list(locked.select_related("team").order_by("pk"))


def _decide(registration: Registration, state: str, reason: str) -> Registration:
    registration.state = state
    registration.state_reason = reason
    registration.save(update_fields=["state", "state_reason"])
    return registration


def _tell(registration: Registration, task: Task) -> None:
    tell(
        to=captains_of(registration.team),
        template="decision.txt",
        team=registration.team,
        task=task,
        approved=registration.state == State.APPROVED,
        reason=registration.state_reason,
        link=full_address("task-register", task.slug),
    )


@transaction.atomic
def give_extra_run(*, registration: Registration, by: User, reason: str) -> Registration:
    """Let a team send one run more than it may now; a merged one, the team that it goes on in."""
    rows = Registration.objects.select_for_update(no_key=True, of=("self",)).select_related("team")
    row = rows.get(pk=registration.merged_into_id or registration.pk)
    return set_extra_runs(registration=row, extra_runs=row.extra_runs + 1, reason=reason, by=by)


@transaction.atomic
def set_extra_runs(
    *, registration: Registration, extra_runs: int, reason: str, by: User
) -> Registration:
    """Let a team send more runs than the task's limit, in time and late, and tell it why."""
    task = registration.task
    require_organiser(task=task, user=by)
    if not 0 <= extra_runs <= MOST_EXTRA_RUNS:
        raise Invalid(
            _("Give a number of runs from 0 to %(most)s.") % {"most": MOST_EXTRA_RUNS},
            code="bad_number",
        )
    row = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    _refuse_useless(row)
    with on_record(by=by, reason=reason):
        row.extra_runs = extra_runs
        row.save(update_fields=["extra_runs"])
    tell(
        to=members_of(registration.team),
        template="extra_runs.txt",
        team=registration.team,
        task=task,
        limit=(task.runs_per_team or 0) + extra_runs,
        reason=reason.strip(),
        link=full_address("task-register", task.slug),
    )
    return row


def _refuse_useless(registration: Registration) -> None:
    if registration.task.runs_per_team is None:
        raise NotAllowed(
            _("This task limits the runs of a team in no way: extra ones change nothing."),
            code="no_limit",
        )
    if registration.merged_into_id:
        raise NotAllowed(
            _("%(team)s was merged into %(other)s: give that team the runs.")
            % {"team": registration.team.name, "other": registration.team.now_in.name},
            code="merged",
        )


@transaction.atomic
def accept_rules(
    *, registration: Registration, rules: RulesVersion, by: User, now: datetime
) -> Registration:
    """Accept the rules in force for a team that accepted an older version; that stays on record."""
    require_captain(team=registration.team, user=by)
    if rules != registration.task.rules_in_force:
        raise Refusal(
            _("The rules changed while you read them. Please read and accept the new version."),
            code="rules_changed",
        )
    row = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    if row.rules_version_id == rules.pk:
        return row  # another captain was faster: the first acceptance stands
    row.rules_version, row.accepted_by, row.accepted_at = rules, by, now
    with pghistory.context(user=by.pk, reason=_("accepted a newer version of the rules")):
        row.save(update_fields=["rules_version", "accepted_by", "accepted_at"])
    return row
