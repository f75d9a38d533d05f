"""Each ranked run of a board tested against the first, by a worker, whenever the order has changed.

The row of the family is the truth: it says what is to be tested and whether it is. While one message waits
no other is sent, so many changes of a board cost one job. A test of two runs is made once and kept; the
correction over the family is made anew each time.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from campaign.celery import AFTER, send_on_commit
from campaign.clock import now
from campaign.models import Comparison, ComparisonFamily, LeaderboardRow, Task
from campaign.models.results import Part
from campaign.services import leases
from campaign.services.leases import Lease, Overtaken
from campaign.services.patience import patiently, release_database
from campaign.services.scores import averages_of, truth_in
from scoring import Difference, against_first, holm

log = logging.getLogger(__name__)

_AT_ONCE = 25  # runs; a lease is renewed between them


# ---------------------------------------------------------------- what is to be tested
def compare_again(*, task: Task, part: Part, now: datetime) -> None:
    """See whether other runs than before are to be tested against the first; under the task's lock."""
    families = ComparisonFamily.objects.filter(task=task, part=part)
    ranked = _ranked(task, part)
    if not ranked:
        families.delete()
        return
    leader, *others = ranked
    wanted = {
        "metric": task.metrics[0],
        "leader_id": leader,
        "others": others if len(others) <= ComparisonFamily.MOST else [],
        "n_others": len(others),
    }
    family = families.first()
    if family is None or _differs(family, wanted):
        _want(family or ComparisonFamily(task=task, part=part, made_at=now), wanted, now)


def _ranked(task: Task, part: Part) -> list[int]:
    """Return the evaluations of ranked runs and baselines; the best official run leads, or the best baseline."""
    rows = LeaderboardRow.objects.filter(
        task=task,
        part=part,
        section=LeaderboardRow.Section.RANKED,
        run__evaluations__is_current=True,
        run__evaluations__truth_version=task.current_truth_id,
    )
    leads = F("rank").asc(nulls_last=True)
    return list(rows.order_by(leads, "position").values_list("run__evaluations", flat=True))


def _differs(family: ComparisonFamily, wanted: dict[str, object]) -> bool:
    return any(getattr(family, name) != value for name, value in wanted.items())


def _want(family: ComparisonFamily, wanted: dict[str, object], now: datetime) -> None:
    """Write what is to be tested; a message that waits will find it, and so will a worker that is at it."""
    is_on_its_way = family.made_at is None and family.attempts < settings.SCORING_MAX_ATTEMPTS
    for name, value in wanted.items():
        setattr(family, name, value)
    family.attempts = 0
    family.made_at = None if family.others else now
    family.n_alike = None if family.n_others else 0
    if family.made_at or not is_on_its_way:
        family.sent_at = now
        family.lease_token = family.lease_until = None
    family.save()
    if family.made_at is None and not is_on_its_way:
        _send(family.pk)


def _send(family_id: int) -> None:
    """Send the message of a family: a run's own score comes first."""
    send_on_commit("compare_runs", "scoring", family_id, priority=AFTER)


@transaction.atomic
def sweep_comparisons(*, now: datetime) -> int:
    """Send again what was lost: a message, or a worker; return how many messages were sent."""
    lost = ComparisonFamily.objects.lost(
        now, unsent_since=now - settings.COMPARISONS_RESEND_AFTER
    ).select_for_update(skip_locked=True, no_key=True)
    ids = list(lost.values_list("pk", flat=True))
    ComparisonFamily.objects.filter(pk__in=ids).update(sent_at=now)
    for family_id in ids:
        _send(family_id)
    return len(ids)


# ---------------------------------------------------------------- testing
def compare_runs(*, family_id: int) -> None:
    """Test what of a family is not tested yet, if nobody else does; until it is whole."""
    lease = patiently(lambda: take(family_id=family_id, now=now()))
    if lease is None:
        return
    try:
        while not _compared(lease):
            pass
    except Overtaken:
        log.warning("comparisons of family %s were taken over", family_id)
    except Exception:  # the sweeper sends it again, three times in all
        log.exception("comparisons of family %s failed", family_id)
        lease.give_back()


@transaction.atomic
def take(*, family_id: int, now: datetime) -> Lease[ComparisonFamily] | None:
    """Take a family that is to be tested; None if it is not to be had."""
    families = ComparisonFamily.objects.all()
    row = families.select_for_update(skip_locked=True, no_key=True).filter(pk=family_id).first()
    return leases.take(row, families, now=now, length=settings.COMPARISONS_LEASE)


def _compared(lease: Lease[ComparisonFamily]) -> bool:
    """Test what is missing, some runs at a time; False where the family has become another meanwhile."""
    family = lease.held.select_related("leader__truth_version").first()
    if family is None:
        raise Overtaken
    done = set(_kept(family).values_list("other_id", flat=True))
    missing = [one for one in family.others if one not in done]
    for start in range(0, len(missing), _AT_ONCE):
        found = list(_tests(family, missing[start : start + _AT_ONCE]))
        if not found:  # the metric has no test, whichever the runs
            break
        patiently(partial(Comparison.objects.bulk_create, found, ignore_conflicts=True))
        lease.renew()
    return patiently(lambda: record(lease=lease, family=family, now=now()))


def _tests(family: ComparisonFamily, others: Sequence[int]) -> Iterator[Comparison]:
    version, compared = family.leader.truth_version, [family.leader_id, *others]
    found = averages_of(compared, version, [family.metric], Part(family.part))
    release_database()  # testing may take longer than a database needs to restart
    averages = [average for pk in compared for average in found[pk]]
    differences = against_first(averages, truth_in(version.folder).seed)
    for other, difference in zip(others, differences, strict=True):
        if difference:
            yield _comparison(family, other, difference)


def _comparison(family: ComparisonFamily, other: int, difference: Difference) -> Comparison:
    return Comparison(
        leader_id=family.leader_id,
        other_id=other,
        metric=family.metric,
        part=family.part,
        difference=difference.value,
        low=difference.low,
        high=difference.high,
        p=difference.p,
    )


@transaction.atomic
def record(*, lease: Lease[ComparisonFamily], family: ComparisonFamily, now: datetime) -> bool:
    """Correct all tests of a family and say that it is tested, once; False where it is another by now."""
    row = lease.held.select_for_update(no_key=True).first()
    if row is None:
        raise Overtaken
    if _family(row) != _family(family):
        return False
    found = list(_kept(row))
    for one, adjusted in zip(found, holm([one.p for one in found]), strict=True):
        one.adjusted = adjusted
    Comparison.objects.bulk_update(found, ["adjusted"])
    _former(row).delete()
    alike = [one for one in found if (one.adjusted or 0) >= ComparisonFamily.LEVEL]
    row.n_alike = len(alike) if found else None
    row.made_at, row.attempts = now, 0
    row.lease_token = row.lease_until = None
    row.save()
    return True


def _family(row: ComparisonFamily) -> tuple[str, int, list[int]]:
    return row.metric, row.leader_id, row.others


def _kept(family: ComparisonFamily) -> QuerySet[Comparison]:
    """Return the tests of a family that are made."""
    return Comparison.objects.filter(
        leader=family.leader_id, metric=family.metric, part=family.part, other__in=family.others
    )


def _former(family: ComparisonFamily) -> QuerySet[Comparison]:
    """Return the tests against former leaders of the same board."""
    of_board = Comparison.objects.filter(
        leader__run__registration__task=family.task_id, part=family.part
    )
    return of_board.exclude(leader=family.leader_id, metric=family.metric)
