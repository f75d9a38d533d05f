"""Submitting runs, and what a team may still do with one."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _, ngettext

from campaign import storage
from campaign.celery import send_on_commit
from campaign.models import Evaluation, Phase, Registration, Run, Task, User
from campaign.reads.runs import Quota, quota_left
from campaign.reads.visibility import sees_scores
from campaign.refusals import AlreadyThere, Invalid, LimitReached, NotAllowed
from scoring import SCORER_VERSION, InvalidRun, check_method_description, content_digest


@dataclass(frozen=True)
class Upload:
    """A file on its way in: where it lies now and what the team called it."""

    path: Path
    name: str


@dataclass(frozen=True)
class Submission:
    """What a team sends: a run file, a name, a method description, perhaps an image run."""

    upload: Upload
    name: str = ""
    description: dict[str, Any] = field(default_factory=dict)
    image_upload: Upload | None = None
    generated: bool = False


@dataclass(frozen=True)
class _Content:
    upload: Upload
    sha256: str
    n_bytes: int


def submit_run(
    *,
    registration: Registration,
    submission: Submission,
    by: User | None,
    began_at: datetime,
    now: datetime,
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

    Raises
    ------
    Invalid
        The description or the file's packing is wrong.
    NotAllowed
        Not approved, or no phase takes runs.
    AlreadyThere
        The same content was sent before; `details` names the first run.
    LimitReached
        No run is left.
    """
    _refuse_bad_description(submission.description)
    task = registration.task
    content = _content(submission.upload, task)
    image_content = _content(submission.image_upload, task) if submission.image_upload else None
    if image_content and not task.run_rules.image_runs:
        raise Invalid(_("This task takes no image runs."), code="no_image_runs")
    keys: list[str] = []
    try:
        with transaction.atomic():
            return _accept(
                registration.pk, submission, content, image_content, by, began_at, now, keys
            )
    except BaseException:
        for key in keys:  # the rows are rolled back; their files must not outlive them
            storage.delete(key)
        raise


def _accept(
    registration_id: int,
    submission: Submission,
    content: _Content,
    image_content: _Content | None,
    by: User | None,
    began_at: datetime,
    now: datetime,
    keys: list[str],
) -> Run:
    registration = _locked(registration_id)
    late = _is_late(registration, began_at)
    _refuse_same_content(registration, content.sha256)
    _refuse_over_limit(
        quota_left(registration, now), late=late, baseline=registration.team.organisers
    )
    run = Run(
        registration=registration,
        number=1 + (registration.runs.aggregate(last=Max("number"))["last"] or 0),
        name=submission.name,
        description=submission.description,
        submitted_by=by,
        began_at=began_at,
        received_at=now,
        late=late,
        generated=submission.generated,
    )
    _save_with_file(run, content, now, keys)
    if image_content:
        beside = Run(image_run_of=run, **_shared_fields(run))
        _save_with_file(beside, image_content, now, keys)
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


def _save_with_file(run: Run, content: _Content, now: datetime, keys: list[str]) -> None:
    run.file_key = storage.store_run_file(content.upload.path)
    keys.append(run.file_key)
    run.file_name = content.upload.name
    run.stored_bytes = content.upload.path.stat().st_size
    run.content_bytes = content.n_bytes
    run.content_sha256 = content.sha256
    run.full_clean(validate_constraints=False)  # the lock is held and the database checks them
    run.save()
    task = run.registration.task
    evaluation = Evaluation.objects.create(
        run=run,
        truth_version=task.current_truth,
        scorer_version=SCORER_VERSION,
        queued_at=now,
        sent_at=now,
    )
    send_on_commit("evaluate", "scoring", evaluation.pk)


def _locked(registration_id: int) -> Registration:
    """Lock the registration and the team: the quota is the one's, the daily limit the other's."""
    return (
        Registration.objects.select_for_update(of=("self", "team"))
        .select_related("team", "task__current_truth")
        .get(pk=registration_id)
    )


def _content(upload: Upload, task: Task) -> _Content:
    limit = min(task.run_rules.max_upload_bytes, settings.MAX_UPLOAD_BYTES)
    try:
        sha256, n_bytes = content_digest(upload.path, limit)
    except InvalidRun as invalid:
        problems = [problem.to_json() for problem in invalid.problems]
        raise Invalid(invalid.problems[0].message, code="unreadable", problems=problems) from None
    return _Content(upload=upload, sha256=sha256, n_bytes=n_bytes)


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
    if registration.state != Registration.State.APPROVED:
        raise NotAllowed(
            _("Your team's registration is %(state)s; it can submit once it is approved.")
            % {"state": registration.get_state_display()},
            code="not_approved",
        )
    if task.current_truth is None:
        raise NotAllowed(_("The test of this task is not published yet."), code="no_test")
    if registration.team.organisers or task.phase(Phase.Kind.SUBMISSION).is_open(began_at):
        return False
    if task.phase(Phase.Kind.POST_CAMPAIGN).is_open(began_at):
        return True
    raise NotAllowed(_closed_message(task, began_at), code="closed")


def _closed_message(task: Task, began_at: datetime) -> str:
    phase = task.phase(Phase.Kind.SUBMISSION)
    if phase.has_closed(began_at):
        return _("Submission closed on %(when)s.") % {
            "when": f"{phase.closes_at:%d %B %Y, %H:%M} UTC"
        }
    if phase.never or phase.opens_at is None:
        return _("This task takes no runs.")
    return _("Submission opens on %(when)s.") % {"when": f"{phase.opens_at:%d %B %Y, %H:%M} UTC"}


def _refuse_same_content(registration: Registration, sha256: str) -> None:
    first = (
        registration.runs.observation_runs()
        .filter(content_sha256=sha256)
        .exclude(standing=Run.Standing.WITHDRAWN)
        .exclude(evaluations__is_current=True, evaluations__state=Evaluation.State.FAILED)
        .first()
    )
    if first:
        raise AlreadyThere(
            _("Your team already sent this file, as Run %(number)s.") % {"number": first.number},
            code="duplicate",
            run_id=first.pk,
        )


def _refuse_over_limit(quota: Quota, *, late: bool, baseline: bool) -> None:
    if quota.uploads_left_today <= 0:
        raise LimitReached(
            _("Your team sent %(limit)s files today, the most a day (UTC) allows.")
            % {"limit": settings.UPLOADS_PER_TEAM_PER_DAY},
            code="uploads_per_day",
        )
    if baseline:
        return
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


@transaction.atomic
def withdraw_run(*, run: Run, by: User, reason: str, now: datetime) -> Run:
    """Take a run back for good; its number is never used again."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    _require_own(run, by)
    if run.standing != Run.Standing.ACTIVE:
        raise NotAllowed(
            _("This run is %(standing)s.") % {"standing": run.get_standing_display()},
            code="not_active",
        )
    run.withdrawn_unseen = not sees_scores(run.registration.task, by, now)
    run.standing = Run.Standing.WITHDRAWN
    run.standing_reason = reason
    run.save(update_fields=["standing", "standing_reason", "withdrawn_unseen"])
    send_on_commit("rank", "default", run.registration.task_id)
    return run


@transaction.atomic
def describe_run(*, run: Run, description: dict[str, Any], by: User, now: datetime) -> Run:
    """Replace the method description; allowed until the deadline."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    _require_own(run, by)
    task = run.registration.task
    if not run.late and task.phase(Phase.Kind.SUBMISSION).has_closed(now):
        raise NotAllowed(
            _("Descriptions can be changed until the deadline, which has passed."), code="closed"
        )
    _refuse_bad_description(description)
    run.description = description
    run.save(update_fields=["description"])
    send_on_commit("rank", "default", task.pk)
    return run


def _require_own(run: Run, by: User) -> None:
    if not run.registration.team.members.filter(pk=by.pk).exists():
        raise NotAllowed(_("Only the run's own team may do this."), code="not_own_team")
