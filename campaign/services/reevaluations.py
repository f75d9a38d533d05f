"""Evaluations by another truth version than the one a run was sent for.

A run is first judged by the version it was sent for. Only once that has accepted its file, it is
scored by a newer one, which ignores what it does not know.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from campaign.celery import BEHIND, FIRST, send_on_commit
from campaign.models import Evaluation, Rescoring, Run, Task, TruthVersion
from scoring import SCORER_VERSION

State = Evaluation.State


def send_evaluation(evaluation: Evaluation) -> None:
    """Send the message of an evaluation; that of a re-scoring stands behind all others."""
    priority = FIRST if evaluation.is_current else BEHIND
    send_on_commit("evaluate", "scoring", evaluation.pk, priority=priority)


def follow_up(*, evaluation: Evaluation, task: Task, now: datetime) -> None:
    """Have a run that was just scored scored by the versions that are newer, too.

    The caller holds the task's lock. Where its own version is no longer in force, its scores count
    no more from this moment on.
    """
    if evaluation.truth_version_id != task.current_truth_id:
        assert task.current_truth is not None  # there is one as soon as there is a run
        Evaluation.objects.filter(pk=evaluation.pk).update(is_current=False)
        _evaluate(evaluation.run, task.current_truth, now, is_current=True)
    rescoring = Rescoring.objects.open().filter(task=task).select_related("truth_version").first()
    if rescoring and not rescoring.evaluations.filter(run=evaluation.run_id).exists():
        _evaluate(evaluation.run, rescoring.truth_version, now, is_current=False)
        settle(rescoring)


def _evaluate(run: Run, truth: TruthVersion, now: datetime, *, is_current: bool) -> None:
    """Make an evaluation, or take the one that an ended re-scoring left."""
    evaluation, made = Evaluation.objects.get_or_create(
        run=run,
        truth_version=truth,
        scorer_version=SCORER_VERSION,
        defaults={"is_current": is_current, "queued_at": now, "sent_at": now},
    )
    if made:
        send_evaluation(evaluation)
    elif is_current:
        Evaluation.objects.filter(pk=evaluation.pk).update(is_current=True)


def queue_batch(*, rescoring: Rescoring, size: int, now: datetime) -> int:
    """Make the next evaluations of a re-scoring, and return how many; under the task's lock."""
    evaluations = [
        Evaluation(
            run=run,
            truth_version=rescoring.truth_version,
            scorer_version=SCORER_VERSION,
            is_current=False,
            queued_at=now,
            sent_at=now,
        )
        for run in missing(rescoring).order_by("pk")[:size]
    ]
    for evaluation in Evaluation.objects.bulk_create(evaluations):
        send_evaluation(evaluation)
    return len(evaluations)


def requeue_failed(*, rescoring: Rescoring, now: datetime) -> int:
    """Give the failed evaluations of a re-scoring three new attempts; the sweeper sends them."""
    long_ago = now - settings.SCORING_RESEND_AFTER - timedelta(seconds=1)
    failed = rescoring.evaluations.filter(state=State.FAILED, is_current=False)
    return Evaluation.objects.filter(pk__in=list(failed.values_list("pk", flat=True))).update(
        state=State.QUEUED,
        attempts=0,
        failure="",
        finished_at=None,
        queued_at=now,
        sent_at=long_ago,
    )


def missing(rescoring: Rescoring) -> QuerySet[Run]:
    """Return the scored runs that the version of a re-scoring has not been asked about."""
    asked = Evaluation.objects.filter(
        run=OuterRef("pk"),
        truth_version=rescoring.truth_version,
        scorer_version=SCORER_VERSION,
    )
    scored = Evaluation.objects.filter(run=OuterRef("pk"), is_current=True, state=State.SCORED)
    runs = Run.objects.filter(registration__task=rescoring.task_id)
    return runs.filter(Exists(scored), ~Exists(asked))


def n_to_do(rescoring: Rescoring) -> int:
    """Return how many evaluations are still to be made or to be finished."""
    return missing(rescoring).count() + rescoring.evaluations.unfinished().count()


def settle(rescoring: Rescoring) -> None:
    """Say of a re-scoring that it is ready, or that it runs again; under the task's lock."""
    # Asked after every recording, so only whether there is one; the first question is nearly always enough.
    to_do = rescoring.evaluations.unfinished().exists() or missing(rescoring).exists()
    state = Rescoring.State.RUNNING if to_do else Rescoring.State.READY
    if rescoring.is_open and rescoring.state != state:
        rescoring.state = state
        rescoring.save(update_fields=["state"])
