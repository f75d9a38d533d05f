"""Baselines as their organisers ask for them, cancel them, and hear no more of one that failed."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from campaign.celery import n_messages, send_on_commit
from campaign.models import BaselineTraining, Task, User
from campaign.reads.baselines import Config
from campaign.refusals import AlreadyThere, NotAllowed, Refusal
from campaign.services.organisers_team import register_organisers
from campaign.services.roles import on_record, require_organiser

State = BaselineTraining.State
_QUEUE = "gpu"


def ask_for_baseline(
    *, task: Task, config: Config, by: User | None, reason: str, now: datetime
) -> BaselineTraining:
    """Have a reference model trained by a config, and its run sent as the organisers' own.

    Parameters
    ----------
    by
        None for the shell of the machine.
    reason
        Stands in the record.

    Raises
    ------
    AlreadyThere
        The same config is on its way for this task (`baseline_on_its_way`).
    Refusal
        The task has no test to answer yet (`no_truth`).
    """
    with transaction.atomic(), on_record(by=by, reason=reason):
        if by is not None:
            require_organiser(task=task, user=by)
        locked = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
        require_test(locked)
        _refuse_second(locked, config)
        register_organisers(campaign=locked.campaign, task=locked, now=now)
        baseline = BaselineTraining.objects.create(
            task=locked,
            name=config.name,
            config=config.text,
            config_sha256=config.sha256,
            asked_by=by,
            asked_at=now,
            sent_at=now,
            reason=reason.strip(),
        )
        _send(baseline.pk)
    return baseline


def require_test(task: Task) -> None:
    """Refuse a task that has nothing to answer yet."""
    if task.current_truth_id is None:
        raise Refusal(_("The task has no test yet: load its folder first."), code="no_truth")


def _refuse_second(task: Task, config: Config) -> None:
    first = task.trainings.on_their_way().filter(config_sha256=config.sha256).first()
    if first:
        raise AlreadyThere(
            _("This config is on its way for this task already."),
            code="baseline_on_its_way",
            baseline=first.pk,
        )


def _send(baseline_id: int) -> None:
    send_on_commit("run_baseline", _QUEUE, baseline_id)


def cancel_baseline(*, baseline: BaselineTraining, by: User | None, now: datetime) -> None:
    """End a baseline: one that waits at once, one that runs as soon as its worker hears of it.

    Raises
    ------
    NotAllowed
        It has ended already.
    """
    with transaction.atomic(), on_record(by=by, reason=_("Cancelled the baseline.")):
        row = _locked(baseline, by)
        if not row.is_on_its_way:
            raise NotAllowed(
                _("This baseline is ended: %(state)s.") % {"state": row.get_state_display()},
                code="baseline_ended",
            )
        row.cancel_asked_at = row.cancel_asked_at or now
        if row.lease_until is None or row.lease_until < now:  # nobody would hear of it
            row.state, row.ended_at = State.CANCELLED, now
            row.lease_token = row.lease_until = None
        row.save()


def take_off_the_list(*, baseline: BaselineTraining, by: User | None, now: datetime) -> None:
    """Have organisers hear no more of a baseline that failed."""
    with transaction.atomic(), on_record(by=by, reason=_("Has seen that the baseline failed.")):
        row = _locked(baseline, by)
        row.seen_at = row.seen_at or now
        row.save(update_fields=["seen_at"])


def _locked(baseline: BaselineTraining, by: User | None) -> BaselineTraining:
    if by is not None:
        require_organiser(task=baseline.task, user=by)
    return BaselineTraining.objects.select_for_update(no_key=True).get(pk=baseline.pk)


@transaction.atomic
def sweep_baselines(*, now: datetime) -> int:
    """Send again what was lost: a message, or a worker; return how many messages were sent."""
    since = now - settings.SCORING_RESEND_AFTER
    lost = BaselineTraining.objects.abandoned(now)
    lost.filter(cancel_asked_at__isnull=False).update(
        state=State.CANCELLED, ended_at=now, lease_token=None, lease_until=None
    )
    waiting = BaselineTraining.objects.filter(state=State.WAITING)
    # One may wait for days behind another: while each can have its message, nothing is lost.
    if n_messages(_QUEUE) < waiting.count():
        lost |= waiting
    rows = lost.filter(sent_at__lt=since).select_for_update(skip_locked=True, no_key=True)
    ids = list(rows.values_list("pk", flat=True))
    BaselineTraining.objects.filter(pk__in=ids).update(sent_at=now)
    for baseline_id in ids:
        _send(baseline_id)
    return len(ids)
