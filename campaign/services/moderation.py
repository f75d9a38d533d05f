"""What organisers do about single runs: each with a reason, on record, and told to the team."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _, gettext_noop

from campaign.models import Evaluation, Registration, Run, Task, Team, User
from campaign.models.runs import NAME_MAX
from campaign.refusals import Invalid, NotAllowed
from campaign.services.leaderboards import lock_task, rank_runs
from campaign.services.mails import full_address, in_platform_language, members_of, tell
from campaign.services.results import queue_again
from campaign.services.roles import on_record, require_organiser, require_organiser_of_all
from campaign.services.teams import rename


# ---------------------------------------------------------------- whether a run counts
def disqualify_run(*, run: Run, by: User, reason: str, now: datetime) -> Run:
    """Take a run out of the ranking; it stays on record and keeps its place in the quota."""
    with _moderated(run, by, reason, now) as found:
        if found.standing != Run.Standing.ACTIVE:
            raise _not_now(found)
        found.standing = Run.Standing.DISQUALIFIED
        found.standing_reason = reason.strip()
        _tell(found, gettext_noop("%(run)s in %(task)s was disqualified"), reason)
    return found


def reinstate_run(*, run: Run, by: User, reason: str, now: datetime) -> Run:
    """Undo a disqualification."""
    with _moderated(run, by, reason, now) as found:
        if found.standing != Run.Standing.DISQUALIFIED:
            raise _not_now(found)
        found.standing = Run.Standing.ACTIVE
        found.standing_reason = ""
        _tell(found, gettext_noop("%(run)s in %(task)s counts again"), reason)
    return found


def accept_in_time(*, run: Run, by: User, reason: str, now: datetime) -> Run:
    """Let a late run be ranked as if it had come in time; that it was late stays on record."""
    with _moderated(run, by, reason, now) as found:
        if not found.counts_as_late:
            raise NotAllowed(_("This run does not count as late."), code="not_late")
        found.accepted_in_time_reason = reason.strip()
        _tell(found, gettext_noop("%(run)s in %(task)s is accepted as in time"), reason)
    return found


def take_acceptance_back(*, run: Run, by: User, reason: str, now: datetime) -> Run:
    """Let a late run that was accepted as in time be a late one again."""
    with _moderated(run, by, reason, now) as found:
        if not found.accepted_in_time_reason:
            raise NotAllowed(_("This run was not accepted as in time."), code="not_accepted")
        found.accepted_in_time_reason = ""
        _tell(found, gettext_noop("%(run)s in %(task)s counts as late again"), reason)
    return found


@contextmanager
def _moderated(run: Run, by: User, reason: str, now: datetime) -> Iterator[Run]:
    """Give a run of the organiser's task to be changed; save it and rank its task anew."""
    task = run.registration.task
    require_organiser(task=task, user=by)
    with on_record(by=by, reason=reason), transaction.atomic():
        found = _locked(run)
        yield found
        found.save(update_fields=["standing", "standing_reason", "accepted_in_time_reason"])
        rank_runs(task=task, now=now)


def _locked(run: Run) -> Run:
    # The task's lock comes first, as in a recording: the other order could deadlock.
    lock_task(run.registration.task_id)
    return (
        Run.objects.select_for_update(no_key=True, of=("self",))
        .select_related("registration__task__current_truth", "registration__team__merged_into")
        .get(pk=run.pk)
    )


def _not_now(run: Run) -> NotAllowed:
    return NotAllowed(
        _("This run is %(standing)s.") % {"standing": run.get_standing_display()},
        code=f"run_{run.standing}",
    )


# ---------------------------------------------------------------- another name
def rename_run(*, run: Run, name: str, by: User, reason: str) -> Run:
    """Give a run another name, or none, where its own offends."""
    require_organiser(task=run.registration.task, user=by)
    name = name.strip()
    if len(name) > NAME_MAX or not name.isprintable():
        raise Invalid(
            _("The name of a run is one line of at most %(longest)s characters.")
            % {"longest": NAME_MAX},
            code="bad_name",
        )
    with on_record(by=by, reason=reason), transaction.atomic():
        found = _locked(run)
        # The image run beside it was sent under the same name.
        Run.objects.filter(Q(pk=run.pk) | Q(image_run_of=run.pk)).update(name=name)
        found.name = name
        _tell(found, gettext_noop("%(run)s in %(task)s has another name"), reason)
    return found


def rename_team(*, registration: Registration, name: str, by: User, reason: str) -> Registration:
    """Give a team another name and address, in all its tasks, all of which the organiser organises."""
    tasks = Task.objects.filter(registrations__team=registration.team_id)
    require_organiser_of_all(tasks=tasks, user=by)
    with on_record(by=by, reason=reason), transaction.atomic():
        team = Team.objects.select_for_update(no_key=True).get(pk=registration.team_id)
        try:
            registration.team = rename(team=team, name=name)
        except ValidationError as error:
            raise Invalid(" ".join(error.messages), code="bad_name") from None
        _tell_registered(registration, gettext_noop("Your team is called %(team)s now"), reason)
    return registration


# ---------------------------------------------------------------- failed by our fault
def queue_failed_again(
    *, task: Task, by: User, reason: str, now: datetime, run: Run | None = None
) -> int:
    """Give failed evaluations three new attempts: a run's, or all current ones of the task.

    Returns
    -------
    int
        How many wait again.
    """
    require_organiser(task=task, user=by)
    failed = Evaluation.objects.filter(
        run__registration__task=task, is_current=True, state=Evaluation.State.FAILED
    )
    if run:  # with the image run beside it
        failed = failed.filter(Q(run=run) | Q(run__image_run_of=run))
    with on_record(by=by, reason=reason), transaction.atomic():
        evaluations = list(failed.order_by("pk"))
        if not evaluations:
            raise NotAllowed(_("No evaluation has failed here."), code="none_failed")
        for evaluation in evaluations:
            queue_again(evaluation=evaluation, now=now)
    return len(evaluations)


def note_seen(*, run: Run, by: User, reason: str) -> Run:
    """Take a run off the list of what needs attention, until it has another evaluation or outcome."""
    require_organiser(task=run.registration.task, user=by)
    with on_record(by=by, reason=reason), transaction.atomic():
        found = _locked(run)
        current = Evaluation.objects.filter(run=OuterRef("pk"), is_current=True).values("pk")
        # With the image run beside it: the page shows both as one.
        both = Run.objects.filter(Q(pk=run.pk) | Q(image_run_of=run.pk))
        both.update(seen_evaluation=Subquery(current))
    found.refresh_from_db(fields=["seen_evaluation"])
    return found


# ---------------------------------------------------------------- the team is told
def _tell(run: Run, subject: str, reason: str) -> None:
    _write(run.registration, str(run), subject, reason, full_address("run", run.pk))


def _tell_registered(registration: Registration, subject: str, reason: str) -> None:
    link = full_address("team", registration.team.now_in.slug)
    _write(registration, "", subject, reason, link)


def _write(registration: Registration, run: str, subject: str, reason: str, link: str) -> None:
    team = registration.team.now_in
    with in_platform_language():
        what = _(subject) % {"run": run, "team": team.name, "task": registration.task.title}
    tell(
        to=members_of(team),
        template="judgement.txt",
        what=what,
        reason=reason.strip(),
        link=link,
        team=team,
    )
