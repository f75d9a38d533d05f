"""Moving the phases of a task: on record, with a reason that everybody may read, announced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaign.models import Announcement, Phase, PhaseChange, Task, User
from campaign.reads.phases import in_words, moves_of
from campaign.refusals import Invalid
from campaign.services.announcements import publish
from campaign.services.mails import in_platform_language
from campaign.services.roles import on_record, require_organiser


@dataclass(frozen=True)
class Span:
    """From when until when a phase shall be open; None is without an edge there."""

    opens_at: datetime | None
    closes_at: datetime | None


def move_phase(
    *, task: Task, kind: str, to: Span, by: User, reason: str, now: datetime
) -> PhaseChange:
    """Move a phase and make an announcement of it.

    What began to be uploaded before this moment is judged by the phase as it was. Late runs are
    taken from the deadline on: where post-campaign began with it, it still does. Without a deadline
    it stays where it is: with no opening of its own it would take late runs before submission opens.

    Raises
    ------
    Invalid
        The phase would open after it closes, end in the past, or show the results of a task that
        still takes runs.
    """
    require_organiser(task=task, user=by)
    with on_record(by=by, reason=reason), transaction.atomic():
        # Whoever accepts a run holds this lock: it is judged before the move or after it.
        task = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
        phase = task.phase(kind)
        _refuse_senseless(phase, to, now)
        _refuse_results_too_early(task, kind, to)
        if to.closes_at and (follows := _follower(task, phase)):
            later = Span(to.closes_at, follows.closes_at)
            _refuse_senseless(follows, later, now)
            _move(follows, later, by, reason.strip(), now)
        change = _move(phase, to, by, reason.strip(), now)
        _announce(change, by, now)
    return change


def phases_of(task: Task) -> list[Phase]:
    """Return all phases of a task as they are now, also those nobody wrote down."""
    fresh = Task.objects.get(pk=task.pk)
    return [fresh.phase(kind) for kind in Phase.Kind.values]


def note_moves(
    *, task: Task, was: Iterable[Phase], by: User | None, reason: str, now: datetime
) -> None:
    """Write down how phases were moved that teams go by; `was` are `phases_of` the task before.

    A task without teams has nobody to tell, and no upload that the old times would count for.
    """
    if not task.registrations.filter(team__organisers=False).exists():
        return
    for before, phase in zip(was, phases_of(task), strict=True):
        if _span(phase) != _span(before):
            _note(phase=phase, was=before, by=by, reason=reason, now=now)


def _span(phase: Phase) -> tuple[datetime | None, datetime | None, bool]:
    return phase.opens_at, phase.closes_at, phase.never


def _note(*, phase: Phase, was: Phase, by: User | None, reason: str, now: datetime) -> PhaseChange:
    """Write down that a phase was moved; what was uploaded until now is judged by how it was."""
    return PhaseChange.objects.create(
        task=phase.task,
        kind=phase.kind,
        opened_at=was.opens_at,
        closed_at=was.closes_at,
        was_never=was.never,
        opens_at=phase.opens_at,
        closes_at=phase.closes_at,
        never=phase.never,
        reason=reason,
        changed_by=by,
        changed_at=now,
    )


def _move(phase: Phase, to: Span, by: User, reason: str, now: datetime) -> PhaseChange:
    was = Phase(opens_at=phase.opens_at, closes_at=phase.closes_at, never=phase.never)
    phase.opens_at, phase.closes_at, phase.never = to.opens_at, to.closes_at, False
    phase.save()
    return _note(phase=phase, was=was, by=by, reason=reason, now=now)


def _follower(task: Task, phase: Phase) -> Phase | None:
    """Return the post-campaign phase where it begins with the deadline that moves."""
    if phase.kind != Phase.Kind.SUBMISSION or phase.closes_at is None:
        return None
    late = task.phase(Phase.Kind.POST_CAMPAIGN)
    return late if not late.never and late.opens_at == phase.closes_at else None


# ---------------------------------------------------------------- what is refused
def _refuse_senseless(phase: Phase, to: Span, now: datetime) -> None:
    if to.opens_at and to.closes_at and to.opens_at >= to.closes_at:
        raise _wrong(
            "closes_at",
            _("%(phase)s would close before it opens; give a later moment.")
            % {"phase": capfirst(phase.get_kind_display())},
        )
    if (to.opens_at, to.closes_at, False) == _span(phase):
        raise _wrong("closes_at", _("These are the moments in force; nothing would change."))
    if to.closes_at and to.closes_at < now and to.closes_at != phase.closes_at:
        raise _wrong(
            "closes_at",
            _("This moment is past. To close a phase at once, give the next minute."),
        )


def _refuse_results_too_early(task: Task, kind: str, to: Span) -> None:
    """Keep the results from showing to those who still submit, where they do not show already."""
    if kind not in {Phase.Kind.SUBMISSION, Phase.Kind.RESULTS}:
        return
    was = {one: task.phase(one) for one in (Phase.Kind.SUBMISSION, Phase.Kind.RESULTS)}
    will_be = was | {kind: Phase(opens_at=to.opens_at, closes_at=to.closes_at)}
    if not _results_come_first(**will_be) or _results_come_first(**was):
        return
    if kind == Phase.Kind.RESULTS:
        raise _wrong(
            "opens_at",
            _(
                "Results would show while runs are still taken; give the deadline or a later moment."
            ),
        )
    raise _wrong(
        "closes_at",
        _("Results show before that, to everybody who still submits. Move the results first."),
    )


def _results_come_first(submission: Phase, results: Phase) -> bool:
    if submission.never or results.never:
        return False
    if submission.closes_at is None or results.opens_at is None:
        return True
    return results.opens_at < submission.closes_at


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code="bad_phase", field=field)


# ---------------------------------------------------------------- the news
def _announce(change: PhaseChange, by: User, now: datetime) -> None:
    with in_platform_language():
        sentences = [in_words(move) for move in moves_of(change)]
    publish(
        Announcement(
            task=change.task,
            subject=sentences[0][:200],
            text="".join(f"{sentence}.\n\n" for sentence in sentences) + change.reason,
            author=by,
            created_at=now,
        )
    )
