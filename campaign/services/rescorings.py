"""Scoring all runs of a task by another truth version, and putting that version in force.

Whoever is no organiser sees nothing of it until it is in force, and then all of it at once.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _, ngettext

from campaign.celery import send_on_commit
from campaign.models import Evaluation, Rescoring, Task, TruthVersion, User
from campaign.refusals import AlreadyThere, Invalid, NotAllowed
from campaign.services.leaderboards import lock_task, rank_runs
from campaign.services.reevaluations import n_to_do, queue_batch, requeue_failed, settle
from campaign.services.roles import on_record, require_organiser
from campaign.services.scores import truth_in

State = Evaluation.State


def start_rescoring(
    *, truth: TruthVersion, by: User | None, reason: str, now: datetime
) -> Rescoring:
    """Begin to score all runs of a task by a version that is not in force.

    What an earlier re-scoring by the same version left is not made again; what failed of it is.

    Parameters
    ----------
    by
        None for the shell of the machine.
    reason
        Stands in the record.

    Raises
    ------
    AlreadyThere
        Another re-scoring of the task is not ended (`rescoring_open`).
    NotAllowed
        The version is in force, or a query would change the side of the split it is on.
    """
    with transaction.atomic(), on_record(by=by, reason=reason):
        task = _locked_task(truth.task_id, by)
        rescoring = Rescoring.objects.create(
            task=task,
            truth_version=truth,
            replaces=_replaced(task, truth),
            reason=reason.strip(),
            started_by=by,
            started_at=now,
        )
        requeue_failed(rescoring=rescoring, now=now)
        send_on_commit("continue_rescorings", "sweep")
    return rescoring


def _locked_task(task_id: int, by: User | None) -> Task:
    """Lock a task for submissions, then for recordings: in the order of whoever takes both."""
    task = Task.objects.select_for_update(no_key=True).get(pk=task_id)
    if by is not None:
        require_organiser(task=task, user=by)
    lock_task(task_id)
    return task


def _replaced(task: Task, truth: TruthVersion) -> TruthVersion:
    """Return the version in force, unless another one may not follow it now."""
    if Rescoring.objects.open().filter(task=task).exists():
        raise AlreadyThere(
            _("Another re-scoring of this task is not ended yet: put it in force or discard it."),
            code="rescoring_open",
        )
    if task.current_truth is None or task.current_truth_id == truth.pk:
        raise NotAllowed(
            _("Truth version %(number)s is in force already.") % {"number": truth.number},
            code="in_force",
        )
    if moved := _n_moved(task.current_truth, truth):
        raise NotAllowed(
            ngettext(
                "%(n)s query would change between the public and the private part. What was shown"
                " of one part would tell of the other; keep every query on its side.",
                "%(n)s queries would change between the public and the private part. What was shown"
                " of one part would tell of the other; keep every query on its side.",
                moved,
            )
            % {"n": moved},
            code="split_moved",
        )
    return task.current_truth


def _n_moved(before: TruthVersion, after: TruthVersion) -> int:
    """Return how many queries of both versions are not in the same part of the test."""
    if before.split_column != after.split_column:
        return max(before.n_queries, after.n_queries)
    if not after.split_column:
        return 0
    old, new = (_sides(version) for version in (before, after))
    return sum(side != new.get(query, side) for query, side in old.items())


def _sides(version: TruthVersion) -> dict[str, str]:
    columns = truth_in(version.folder).table.columns
    return dict(zip(columns["QueryId"], columns[version.split_column], strict=True))


# ---------------------------------------------------------------- while it runs
def continue_rescorings(*, now: datetime) -> None:
    """Make the evaluations that open re-scorings still lack, a batch in each transaction."""
    for rescoring in Rescoring.objects.open():
        while _make_batch(rescoring.pk, now):
            pass


@transaction.atomic
def _make_batch(rescoring_id: int, now: datetime) -> int:
    lock_task(Rescoring.objects.get(pk=rescoring_id).task_id)
    rescoring = Rescoring.objects.open().filter(pk=rescoring_id).first()
    if rescoring is None:  # it ended meanwhile
        return 0
    n = queue_batch(rescoring=rescoring, size=settings.RESCORING_BATCH, now=now)
    settle(rescoring)
    return n


@transaction.atomic
def queue_failed_again(*, rescoring: Rescoring, by: User | None, now: datetime) -> int:
    """Give what failed of a re-scoring three new attempts, and return how many those are."""
    _locked_task(rescoring.task_id, by)
    rescoring = _open(rescoring)
    n = requeue_failed(rescoring=rescoring, now=now)
    settle(rescoring)
    return n


def _open(rescoring: Rescoring) -> Rescoring:
    """Return a re-scoring as it is under the task's lock, unless it is ended."""
    current = Rescoring.objects.select_related("truth_version").get(pk=rescoring.pk)
    if not current.is_open:
        raise NotAllowed(
            _("This re-scoring is ended: %(state)s.") % {"state": current.get_state_display()},
            code="rescoring_ended",
        )
    return current


# ---------------------------------------------------------------- its end
def switch_truth(
    *, rescoring: Rescoring, by: User | None, now: datetime, despite_failed: str = ""
) -> Rescoring:
    """Put the version of a re-scoring in force: for all runs, pages and ranks at one moment.

    Parameters
    ----------
    by
        None for the shell of the machine.
    despite_failed
        Why to do so although some runs failed; they have no score then, until they are queued again.

    Raises
    ------
    NotAllowed
        It is not finished (`rescoring_unfinished`), or ended already.
    Invalid
        Runs failed, and there is no reason to leave them out (`rescoring_failed`).
    """
    with transaction.atomic(), on_record(by=by, reason=despite_failed or rescoring.reason):
        task = _locked_task(rescoring.task_id, by)
        rescoring = _open(rescoring)
        _refuse_unfinished(rescoring, despite_failed.strip())
        settle(rescoring)  # a message of the last end may be on its way still
        _switch_evaluations(rescoring)
        task.current_truth = rescoring.truth_version
        task.save(update_fields=["current_truth"])
        rank_runs(task=task, now=now)
        _end(rescoring, Rescoring.State.SWITCHED, by, now)
    return rescoring


def _refuse_unfinished(rescoring: Rescoring, despite_failed: str) -> None:
    if n := n_to_do(rescoring):
        raise NotAllowed(
            ngettext(
                "%(n)s run is not scored by the new version yet; wait until all are.",
                "%(n)s runs are not scored by the new version yet; wait until all are.",
                n,
            )
            % {"n": n},
            code="rescoring_unfinished",
        )
    n = rescoring.evaluations.exclude(state=State.SCORED).count()
    if n and not despite_failed:
        raise Invalid(
            ngettext(
                "%(n)s run could not be scored by the new version. Queue it again, or give a"
                " reason to leave it without a score.",
                "%(n)s runs could not be scored by the new version. Queue them again, or give a"
                " reason to leave them without a score.",
                n,
            )
            % {"n": n},
            code="rescoring_failed",
        )


def _switch_evaluations(rescoring: Rescoring) -> None:
    """Let the new evaluations count instead of the old ones.

    A run that is not scored yet keeps its own: once its version accepts it, the version in force follows.
    """
    counting = dict(rescoring.evaluations.values_list("run_id", "pk"))
    old = Evaluation.objects.filter(run__in=counting.keys(), is_current=True)
    old.exclude(pk__in=counting.values()).update(is_current=False)
    Evaluation.objects.filter(pk__in=counting.values()).update(is_current=True)


def discard_rescoring(*, rescoring: Rescoring, by: User | None, now: datetime) -> Rescoring:
    """End a re-scoring without any effect; what it scored stays, for another one by the same version."""
    with transaction.atomic(), on_record(by=by, reason=rescoring.reason):
        _locked_task(rescoring.task_id, by)
        rescoring = _open(rescoring)
        waiting = rescoring.evaluations.filter(state=State.QUEUED, is_current=False)
        Evaluation.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(
            state=State.FAILED, finished_at=now, failure=_("The re-scoring was discarded.")
        )
        _end(rescoring, Rescoring.State.DISCARDED, by, now)
    return rescoring


def _end(rescoring: Rescoring, state: str, by: User | None, now: datetime) -> None:
    rescoring.state = state
    rescoring.ended_by = by
    rescoring.ended_at = now
    rescoring.save(update_fields=["state", "ended_by", "ended_at"])
