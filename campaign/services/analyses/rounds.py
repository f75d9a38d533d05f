"""When analyses are made: whenever a board is another than the one they were made of.

The sweeper compares boards; nobody else has to think of it, whatever changes one: a run, a withdrawal,
another truth version, a description, a merged tag. One round of a board runs at a time, so many changes
cost few rounds, and runs that come without a pause do not keep one from ending.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from traceback import format_tb
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from campaign.celery import AFTER, n_messages, send_on_commit
from campaign.clock import now
from campaign.models import Analysis, AnalysisRound, Task
from campaign.models.results import Part
from campaign.reads.method_effects import NothingToSay
from campaign.services import leases
from campaign.services.analyses.board import Board, boards_of, digest_of, read_board
from campaign.services.analyses.makers import MAKERS
from campaign.services.analyses.run_sets import n_waiting
from campaign.services.leases import NO_LEASE, Lease, Overtaken
from campaign.services.patience import patiently

log = logging.getLogger(__name__)


# ---------------------------------------------------------------- when
def sweep_analyses(*, now: datetime) -> int:
    """Have those boards analysed that are others than they were; return how many messages were sent."""
    tasks = Task.objects.exclude(current_truth=None).select_related("current_truth")
    boards = [(task, part) for task in tasks for part in boards_of(task)]
    return sum(_sweep(task, part, now) for task, part in boards)


@transaction.atomic
def _sweep(task: Task, part: Part, now: datetime) -> bool:
    """Send the message of a board if it is to be analysed, and nobody is at it."""
    rounds = AnalysisRound.objects.filter(task=task, part=part)
    inputs = digest_of(task, part)
    if not inputs:
        rounds.delete()
        Analysis.objects.filter(task=task, part=part).delete()
        return False
    one = rounds.select_for_update(no_key=True).first() or AnalysisRound(task=task, part=part)
    is_incomplete = one.made_at is not None and _forget_incomplete(task, part, now)
    if not is_incomplete and not _is_due(one, inputs, now):
        return False
    one.attempts = one.attempts if one.inputs == inputs and not one.made_at else 0
    one.inputs, one.sent_at, one.made_at = inputs, now, None
    one.lease_token = one.lease_until = None  # a worker that is slow has lost it
    one.save()
    _send(one.pk)
    return True


def _is_due(one: AnalysisRound, inputs: str, now: datetime) -> bool:
    if one.made_at or not one.inputs:
        return one.inputs != inputs
    is_held = one.lease_until is not None and one.lease_until >= now
    if is_held or one.sent_at >= now - settings.ANALYSES_RESEND_AFTER:
        return False  # a worker is at it, or its message waits
    return one.inputs != inputs or one.attempts < settings.SCORING_MAX_ATTEMPTS


def _forget_incomplete(task: Task, part: Part, now: datetime) -> bool:
    """Have what waited for fusions made again, once half of them are there; tell whether that is so."""
    waiting = Analysis.objects.filter(task=task, part=part, data__waits__0__isnull=False)
    overdue = [
        pk
        for pk, waits in waiting.values_list("pk", "data__waits")
        if n_waiting(waits, now) <= len(waits) // 2
    ]
    return bool(Analysis.objects.filter(pk__in=overdue).update(inputs=""))


# ---------------------------------------------------------------- making
def analyse(*, round_id: int) -> None:
    """Make what is missing of a board's analyses, one after the other; each shows as soon as it is made.

    Where a run waits for its score the rest is left for later.
    """
    lease = patiently(lambda: take(round_id=round_id, now=now()))
    if lease is None:
        return
    one = lease.held.select_related("task__current_truth").get()
    board = read_board(one.task, Part(one.part))
    try:
        for kind in _missing(one):
            made = _make(kind, board)
            lease.renew()
            patiently(partial(_record, made, one.inputs, now()))
            if n_messages("scoring"):
                patiently(lambda: _give_way(lease, now()))
                return
        patiently(lambda: _end(lease, one, now()))
    except Overtaken:
        log.warning("analyses of round %s were taken over", round_id)


@transaction.atomic
def take(*, round_id: int, now: datetime) -> Lease[AnalysisRound] | None:
    """Take a round that is to be made; None if it is not to be had."""
    rounds = AnalysisRound.objects.all()
    row = rounds.select_for_update(skip_locked=True, no_key=True).filter(pk=round_id).first()
    return leases.take(row, rounds, now=now, length=settings.ANALYSES_LEASE)


def _missing(one: AnalysisRound) -> list[str]:
    kept = Analysis.objects.filter(task=one.task, part=one.part).only("kind", "inputs")
    done = {made.kind for made in kept if _is_of(made, one.inputs)}
    return [kind for kind in MAKERS if kind not in done]


def _is_of(made: Analysis, inputs: str) -> bool:
    """Tell whether an analysis was made of just this; only that by organs is made of image runs."""
    if made.kind == "organs":
        return made.inputs == inputs
    return made.inputs.partition(" ")[0] == inputs.partition(" ")[0]


@transaction.atomic
def _give_way(lease: Lease[AnalysisRound], now: datetime) -> None:
    """Go behind the runs that wait; that is no attempt that went wrong."""
    attempts = F("attempts") - 1
    if lease.held.update(attempts=attempts, sent_at=now, **NO_LEASE):
        _send(lease.pk)


def _make(kind: str, board: Board) -> Analysis:
    """Make one analysis; what goes wrong with it costs the others nothing."""
    data, nothing = None, ""
    try:
        data = MAKERS[kind](board)
        json.dumps(data, allow_nan=False)  # what the database cannot hold is a fault like any other
    except NothingToSay as why:
        nothing = why.word
    except Exception as fault:  # noqa: BLE001 - whatever it is
        data, nothing = None, "failed"
        _log(kind, board, fault)
    return Analysis(
        task=board.task,
        part=board.part,
        kind=kind,
        n_runs=_n_runs(board, data or {}),
        generated=any(run.generated for run in board.runs),
        data=data,
        nothing=nothing,
    )


def _n_runs(board: Board, data: Mapping[str, Any]) -> int:
    """Return of how many runs an analysis is, most take some of the board; where it says nothing, all it could be of."""
    n_runs: int = data.get("n_runs", len(data.get("runs", board.runs)))
    return n_runs


def _log(kind: str, board: Board, fault: Exception) -> None:
    """Log where it went wrong; the message may hold labels of the ground truth."""
    where = "".join(format_tb(fault.__traceback__))
    name = type(fault).__name__
    log.error("analysis %s of %s failed: %s\n%s", kind, board.task.slug, name, where)


def _record(made: Analysis, inputs: str, now: datetime) -> None:
    made.inputs, made.made_at = inputs, now
    columns = ("inputs", "made_at", "n_runs", "generated", "data", "nothing")
    Analysis.objects.bulk_create(
        [made],
        update_conflicts=True,
        unique_fields=["task", "part", "kind"],
        update_fields=columns,
    )


@transaction.atomic
def _end(lease: Lease[AnalysisRound], one: AnalysisRound, now: datetime) -> None:
    """Say that a round is made; what an older platform made of kinds that are no more goes."""
    if lease.held.update(made_at=now, **NO_LEASE):
        Analysis.objects.filter(task=one.task, part=one.part).exclude(kind__in=MAKERS).delete()


def _send(round_id: int) -> None:
    send_on_commit("analyse", "scoring", round_id, priority=AFTER)
