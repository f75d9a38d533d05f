"""Submitting runs, and what a team may still do with one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _, ngettext

from campaign.celery import send_on_commit
from campaign.clock import moment_in_words
from campaign.models import Evaluation, Phase, Registration, Run, Task, Team, User
from campaign.models.runs import NAME_MAX
from campaign.reads.phases import phase_in_force
from campaign.reads.runs import Quota, quota_left, runs_of
from campaign.reads.visibility import sees_scores
from campaign.refusals import AlreadyThere, Invalid, LimitReached, NotAllowed
from campaign.services.leaderboards import lock_task, rank_runs
from campaign.services.uploads import Content, StoredFile, Upload, read_content, stored_files
from scoring import SCORER_VERSION, check_method_description

__all__ = [
    "Submission",
    "Upload",
    "describe_run",
    "require_place",
    "submit_run",
    "withdraw_run",
]


@dataclass(frozen=True)
class Submission:
    """What a team sends: a run file, a name, a method description, perhaps an image run."""

    upload: Upload
    name: str = ""
    description: dict[str, Any] = field(default_factory=dict)
    image_upload: Upload | None = None
    generated: bool = False


@dataclass(frozen=True)
class _Moments:
    began_at: datetime
    now: datetime
    queued_at: datetime


def submit_run(
    *,
    registration: Registration,
    submission: Submission,
    by: User | None,
    began_at: datetime,
    now: datetime,
    queued_at: datetime | None = None,
) -> Run:
    """Accept a run: its file, its row and its queued evaluation, together or not at all.

    Parameters
    ----------
    registration
        The team's place in the task; its row is locked while the quota is counted.
    submission
        What was sent. The uploaded files are copied, not moved.
    by
        Who sent it; None for the platform itself.
    began_at
        When the upload began; the deadline is judged by it.
    now
        The moment of acceptance.
    queued_at
        When it began to wait, by the clock of who scores it; left out, the moment of acceptance.

    Raises
    ------
    Invalid
        The name, the description or the file's packing is wrong.
    NotAllowed
        Not approved, or no phase takes runs.
    AlreadyThere
        The same content was sent before; `details` names the first run.
    LimitReached
        No run is left.
    """
    moments = _Moments(began_at, now, queued_at or now)
    _refuse_bad_words(submission)
    current = Registration.objects.select_related("team", "task__current_truth").get(
        pk=registration.pk
    )
    contents = _contents(submission, current.task)
    # Asked twice: now, so that what has no chance is not copied; and under the lock, where it holds.
    _judge(current, contents[0].sha256, moments)
    with stored_files(contents) as files, transaction.atomic(durable=True):
        return _accept(registration.pk, submission, files, by, moments)


def _accept(
    registration_id: int,
    submission: Submission,
    files: list[StoredFile],
    by: User | None,
    moments: _Moments,
) -> Run:
    registration = _locked(registration_id)
    late = _judge(registration, files[0].content.sha256, moments)
    run = Run(
        registration=registration,
        number=1 + (runs_of(registration).aggregate(last=Max("number"))["last"] or 0),
        name=submission.name,
        description=submission.description,
        submitted_by=by,
        began_at=moments.began_at,
        received_at=moments.now,
        late=late,
        generated=submission.generated,
    )
    _save(run, files[0], moments.queued_at)
    for file in files[1:]:
        _save(Run(image_run_of=run, **_shared_fields(run)), file, moments.queued_at)
    return run


def _shared_fields(run: Run) -> dict[str, Any]:
    names = (
        "registration",
        "number",
        "name",
        "submitted_by",
        "began_at",
        "received_at",
        "late",
        "generated",
    )
    return {name: getattr(run, name) for name in names}


def _save(run: Run, file: StoredFile, queued_at: datetime) -> None:
    run.file_key = file.key
    run.file_name = file.content.name
    run.stored_bytes = file.content.stored_bytes
    run.content_bytes = file.content.n_bytes
    run.content_sha256 = file.content.sha256
    run.save()
    truth = run.registration.task.current_truth
    assert truth is not None  # without one every run is refused
    evaluation = Evaluation.objects.create(
        run=run,
        truth_version=truth,
        scorer_version=SCORER_VERSION,
        queued_at=queued_at,
        sent_at=queued_at,
    )
    send_on_commit("evaluate", "scoring", evaluation.pk)


def _locked(registration_id: int) -> Registration:
    """Lock what the counts and the evaluation stand on, each read once its lock is held.

    The registration's is the lock of the quota, the team's of the uploads a day; the task's keeps
    its ground truth from being replaced under a run that nobody sees yet.
    """
    registration = Registration.objects.select_for_update(no_key=True).get(pk=registration_id)
    registration.team = Team.objects.select_for_update(no_key=True).get(pk=registration.team_id)
    registration.task = Task.objects.select_for_update(no_key=True).get(pk=registration.task_id)
    return registration


# ---------------------------------------------------------------- what is refused
def require_place(*, registration: Registration, began_at: datetime, now: datetime) -> bool:
    """Refuse what no file could change, as `submit_run` would; return whether a run would be late.

    Without a lock this is only a forecast, for a page that says what is left.
    """
    late = _is_late(registration, began_at)
    _refuse_over_limit(quota_left(registration, now), late=late)
    return late


def _judge(registration: Registration, sha256: str, moments: _Moments) -> bool:
    """Refuse a run that may not be; return whether one that may is late."""
    # First: whoever sends a file again, because no answer came, learns that it is there.
    _refuse_same_content(registration, sha256)
    return require_place(registration=registration, began_at=moments.began_at, now=moments.now)


def _contents(submission: Submission, task: Task) -> list[Content]:
    uploads = [submission.upload]
    if submission.image_upload:
        if not task.run_rules.image_runs:
            raise Invalid(_("This task takes no image runs."), code="no_image_runs")
        uploads.append(submission.image_upload)
    limit = min(task.run_rules.max_upload_bytes, settings.MAX_UPLOAD_BYTES)
    return [read_content(upload, limit) for upload in uploads]


def _refuse_bad_words(submission: Submission) -> None:
    if len(submission.name) > NAME_MAX or not submission.name.isprintable():
        raise Invalid(
            _("The name of a run is one line of at most %(longest)s characters.")
            % {"longest": NAME_MAX},
            code="bad_name",
        )
    _refuse_bad_description(submission.description)


def _refuse_bad_description(description: dict[str, Any]) -> None:
    if problems := check_method_description(description):
        raise Invalid(
            _("The method description has problems: %(problems)s")
            % {"problems": " ".join(problems)},
            code="bad_description",
            problems=[{"kind": "description", "message": text} for text in problems],
        )


def _is_late(registration: Registration, began_at: datetime) -> bool:
    """Tell whether the deadline had passed when the upload began; refuse outside all phases."""
    task = registration.task
    if registration.merged_into_id:
        raise NotAllowed(
            _("Your team was merged into %(team)s: send the file again, as that team.")
            % {"team": registration.team.now_in.name},
            code="merged",
        )
    if registration.state != Registration.State.APPROVED:
        raise NotAllowed(
            _("Your team's registration is %(state)s; it can submit once it is approved.")
            % {"state": registration.get_state_display()},
            code="not_approved",
        )
    if task.current_truth is None:
        raise NotAllowed(_("The test of this task is not published yet."), code="no_test")
    submission = phase_in_force(task, Phase.Kind.SUBMISSION, began_at)
    if registration.team.organisers or submission.is_open(began_at):
        return False
    if phase_in_force(task, Phase.Kind.POST_CAMPAIGN, began_at).is_open(began_at):
        return True
    raise NotAllowed(_closed_message(task, began_at), code="closed")


def _closed_message(task: Task, began_at: datetime) -> str:
    phase = phase_in_force(task, Phase.Kind.SUBMISSION, began_at)
    if phase.closes_at and phase.has_closed(began_at):
        return _("Submission closed on %(when)s.") % {"when": moment_in_words(phase.closes_at)}
    if phase.never or phase.opens_at is None:
        return _("This task takes no runs.")
    return _("Submission opens on %(when)s.") % {"when": moment_in_words(phase.opens_at)}


def _refuse_same_content(registration: Registration, sha256: str) -> None:
    failed = Evaluation.objects.filter(
        run=OuterRef("pk"), is_current=True, state=Evaluation.State.FAILED
    )
    first = (
        runs_of(registration)
        .filter(~Exists(failed), content_sha256=sha256)
        .exclude(standing=Run.Standing.WITHDRAWN)
        .first()
    )
    if first:
        raise AlreadyThere(
            _("Your team already sent this file, as Run %(number)s.") % {"number": first.number},
            code="duplicate",
            run_id=first.pk,
        )


def _refuse_over_limit(quota: Quota, *, late: bool) -> None:
    if quota.uploads_left_today <= 0:
        raise LimitReached(
            _("Your team sent %(limit)s files today, the most a day (UTC) allows.")
            % {"limit": settings.UPLOADS_PER_TEAM_PER_DAY},
            code="uploads_per_day",
        )
    left = quota.late_left if late else quota.left
    if left is not None and left <= 0:
        limit = quota.limit or 0
        raise LimitReached(
            ngettext(
                "No run is left: the task allows %(limit)s run a team.",
                "No run is left: the task allows %(limit)s runs a team.",
                limit,
            )
            % {"limit": limit},
            code="runs_per_team",
        )
    if quota.left_today is not None and quota.left_today <= 0:
        raise LimitReached(_("No run is left for today (UTC)."), code="runs_per_day")


# ---------------------------------------------------------------- afterwards
@transaction.atomic
def withdraw_run(*, run: Run, by: User, reason: str, now: datetime) -> Run:
    """Take a run back for good; its number is never used again.

    One that is withdrawn before its team could see a score gives its place back.
    """
    run = _own_run(run, by)
    if run.standing != Run.Standing.ACTIVE:
        raise NotAllowed(
            _("This run is %(standing)s.") % {"standing": run.get_standing_display()},
            code="not_active",
        )
    task = run.registration.task
    scored = run.evaluations.filter(state=Evaluation.State.SCORED).exists()
    run.withdrawn_unseen = not (scored and sees_scores(task, by, now))
    run.standing = Run.Standing.WITHDRAWN
    run.standing_reason = reason
    run.save(update_fields=["standing", "standing_reason", "withdrawn_unseen"])
    rank_runs(task=task, now=now)
    return run


@transaction.atomic
def describe_run(*, run: Run, description: dict[str, Any], by: User, now: datetime) -> Run:
    """Replace the method description; allowed until the deadline."""
    run = _own_run(run, by)
    task = run.registration.task
    if not run.late and task.phase(Phase.Kind.SUBMISSION).has_closed(now):
        raise NotAllowed(
            _("Descriptions can be changed until the deadline, which has passed."), code="closed"
        )
    _refuse_bad_description(description)
    run.description = description
    run.save(update_fields=["description"])
    rank_runs(task=task, now=now)
    return run


def _own_run(run: Run, by: User) -> Run:
    """Return a team's own run, locked, and nothing of its task ranked by others meanwhile."""
    _require_own(run, by)
    # The task's lock comes first, as in a recording: the other order could deadlock.
    lock_task(run.registration.task_id)
    return (
        Run.objects.select_for_update(no_key=True, of=("self",))
        .select_related("registration__task__current_truth")
        .get(pk=run.pk)
    )


def _require_own(run: Run, by: User) -> None:
    if not Run.objects.of_teams_of(by).filter(pk=run.pk).exists():
        raise NotAllowed(_("Only the run's own team may do this."), code="not_own_team")
