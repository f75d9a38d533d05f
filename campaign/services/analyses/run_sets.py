"""What is made of runs together: asked for by an analysis or a person, made by a worker, kept.

The row is the truth. The whole platform makes one at a time, behind all else that is to be scored, so that
no run waits for it as long as there is another worker. Whoever has made one sends for the next.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from traceback import format_tb
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext as _

from campaign.celery import AFTER, BEHIND, n_messages, send_on_commit
from campaign.clock import now
from campaign.models import RunSet, Task, User
from campaign.reads.analyses import Made
from campaign.reads.method_effects import NothingToSay
from campaign.reads.run_choices import RunChoice, chosen_pairs
from campaign.refusals import Invalid, LimitReached
from campaign.scorer import ScoringStopped
from campaign.services import leases
from campaign.services.analyses.fusions import fuse
from campaign.services.analyses.pairs import pairs_of
from campaign.services.leases import NO_LEASE, Lease, Overtaken
from campaign.services.patience import patiently

log = logging.getLogger(__name__)

MOST_WAITING = 5  # of what visitors asked for, on the whole platform
MOST_PAIRS_KEPT = 200  # of a task: the newest
FUSIONS_A_DAY = 20  # of a person

_About = RunSet.About
_BY_PEOPLE = Q(about=_About.PAIRS) | Q(asked_by__isnull=False)


# ---------------------------------------------------------------- asking
def ask_for_pairs(*, choice: RunChoice, now: datetime) -> RunChoice:
    """Have chosen runs tested against each other, unless they are already; anybody may.

    Returns
    -------
    choice
        The same, asked for.

    Raises
    ------
    LimitReached
        Enough is waiting to be made (`run_sets_busy`).
    """
    if choice.kept:
        return choice
    _refuse_while_busy(now)
    pairs = RunSet.objects.filter(task=choice.task, about=_About.PAIRS)
    newest = pairs.order_by("-pk").values("pk")[: MOST_PAIRS_KEPT - 1]
    pairs.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()
    return _asked(choice, now, part=choice.part)


def pairs_in(*, choice: RunChoice, made: Made, now: datetime) -> Made:
    """Return how chosen runs differ, as the analysis of all pairs says it.

    Raises
    ------
    LimitReached
        It is not made yet (`run_set_waits`), or cannot be asked for just now (`run_sets_busy`).
    Invalid
        It could not be made (`run_set_failed`).
    """
    asked = ask_for_pairs(choice=choice, now=now)
    if found := chosen_pairs(made, asked):
        return found
    if asked.state(now) == "failed":
        raise Invalid(_("It could not be made. Please choose other runs."), code="run_set_failed")
    raise LimitReached(_("It is being made. Please ask again in a minute."), code="run_set_waits")


def ask_for_fusion(*, choice: RunChoice, by: User, now: datetime) -> RunChoice:
    """Have chosen runs fused and scored, unless they are already.

    Returns
    -------
    choice
        The same, asked for.

    Raises
    ------
    LimitReached
        Enough is waiting (`run_sets_busy`), or the person asked for enough today (`fusions_per_day`).
    """
    if choice.kept:
        return choice
    _refuse_while_busy(now)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if RunSet.objects.filter(asked_by=by, asked_at__gte=today).count() >= FUSIONS_A_DAY:
        raise LimitReached(
            _("You asked for %(limit)s fusions today, the most a day (UTC) allows.")
            % {"limit": FUSIONS_A_DAY},
            code="fusions_per_day",
        )
    return _asked(choice, now, asked_by=by)


def _refuse_while_busy(now: datetime) -> None:
    if RunSet.objects.idle(now).filter(_BY_PEOPLE).count() >= MOST_WAITING:
        raise LimitReached(
            _("Others are waiting for theirs just now. Please try again in a minute."),
            code="run_sets_busy",
        )


def _asked(choice: RunChoice, now: datetime, **fields: Any) -> RunChoice:
    with transaction.atomic():
        RunSet.objects.get_or_create(
            about=choice.about,
            evaluations=choice.evaluations,
            part=fields.pop("part", ""),
            defaults={"task": choice.task, "asked_at": now, **fields},
        )
        _send(AFTER)
    return replace(choice)  # which has not seen yet that there was none


def want_fusions(task: Task, sets: Iterable[Iterable[int]], now: datetime) -> list[RunSet]:
    """Return the fusions of sets of evaluations; those that nobody wanted yet are to be made."""
    wanted = [list(own) for own in sorted({tuple(sorted(own)) for own in sets})]
    rows = [RunSet(task=task, about=_About.FUSION, evaluations=own, asked_at=now) for own in wanted]
    RunSet.objects.bulk_create(rows, ignore_conflicts=True)
    return list(RunSet.objects.filter(about=_About.FUSION, evaluations__in=wanted))


def n_waiting(pks: Iterable[int], now: datetime) -> int:
    """Return how many of some sets are still to be made; what failed too often is not."""
    rows = RunSet.objects.filter(pk__in=list(pks), made_at=None)
    return sum(not row.is_given_up(now) for row in rows)


# ---------------------------------------------------------------- making
def make_next() -> None:
    """Make the next one, if none is being made; then send for another."""
    lease = patiently(lambda: take_next(now=now()))
    if lease is None:
        return
    try:
        data = _made(lease)
        patiently(lambda: lease.held.update(data=data, made_at=now(), **NO_LEASE))
    except (Overtaken, ScoringStopped):
        log.warning("run set %s was taken over", lease.pk)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the others must not wait for it
        _log(lease.pk, fault)
        lease.give_back()
    patiently(send_for_next)


@transaction.atomic
def take_next(*, now: datetime) -> Lease[RunSet] | None:
    """Take what people wait for, then what analyses do; None while another one is being made."""
    rows = RunSet.objects.all()
    if _is_making(now):
        return None
    by_nobody = ExpressionWrapper(~_BY_PEOPLE, BooleanField())
    waiting = rows.idle(now).order_by("attempts", by_nobody, "pk")
    first = waiting.select_for_update(skip_locked=True, no_key=True).first()
    return leases.take(first, rows, now=now, length=settings.RUN_SETS_LEASE)


def _is_making(now: datetime) -> bool:
    return RunSet.objects.filter(made_at=None, lease_until__gte=now).exists()


def _made(lease: Lease[RunSet]) -> dict[str, Any]:
    row = lease.held.get()
    if row.about == _About.FUSION:
        return fuse(row, _beating(lease))
    try:
        return pairs_of(row)
    except NothingToSay as why:
        return {"nothing": why.word}


def _beating(lease: Lease[RunSet]) -> Callable[[], bool]:
    def beat() -> bool:
        lease.renew()
        return True

    return beat


def _log(pk: int, fault: Exception) -> None:
    """Log where it went wrong; the message may hold labels of the ground truth."""
    where = "".join(format_tb(fault.__traceback__))
    log.error("run set %s failed: %s\n%s", pk, type(fault).__name__, where)


def _send(priority: int) -> None:
    send_on_commit("make_run_set", "scoring", priority=priority)


@transaction.atomic
def send_for_next() -> None:
    """Send for what is to be made next, if anything is; what people wait for comes before image runs."""
    waiting = RunSet.objects.idle(now())
    if waiting.exists():
        _send(AFTER if waiting.filter(_BY_PEOPLE).exists() else BEHIND)


def sweep_run_sets(*, now: datetime) -> None:
    """Send for what waits, if no message does and none is being made."""
    if not _is_making(now) and not n_messages("scoring", priority=BEHIND):
        send_for_next()
