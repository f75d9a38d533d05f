"""The phases of a task as they were at a moment, and how they were moved."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from campaign.clock import moment_in_words
from campaign.models import Phase, PhaseChange, Task


def phase_in_force(task: Task, kind: str, at: datetime) -> Phase:
    """Return a phase as it stood at a moment, whatever was decided since.

    An upload is judged by the deadline that was in force when it began: whoever saw it open is in
    time, and one that began too late stays late when the deadline is moved meanwhile.
    """
    since = task.phase_changes.filter(kind=kind, changed_at__gt=at).order_by("changed_at", "pk")
    first = since.first()
    if first is None:
        return task.phase(kind)
    return Phase(
        task=task,
        kind=kind,
        opens_at=first.opened_at,
        closes_at=first.closed_at,
        never=first.was_never,
    )


@dataclass(frozen=True)
class Move:
    """One edge of a phase that was moved: `verb` says how, as in `in_words`."""

    change: PhaseChange
    verb: str
    before: datetime | None
    after: datetime | None

    @property
    def phase(self) -> str:
        return self.change.get_kind_display()


def phase_moves(task: Task) -> list[Move]:
    """Return how the phases of a task were moved, the newest first, for everybody to read."""
    return [move for change in task.phase_changes.all() for move in moves_of(change)]


def moves_of(change: PhaseChange) -> list[Move]:
    """Return the edges that a change moved."""
    if change.never:
        return [Move(change, "stopped", None, None)]
    if change.was_never:
        verb = "set" if change.closes_at else "begins"
        return [Move(change, verb, change.opens_at, change.closes_at)]
    moves = []
    if change.opened_at != change.opens_at:
        moves.append(Move(change, "opening", change.opened_at, change.opens_at))
    if change.closed_at != change.closes_at:
        moves.append(Move(change, _closing(change), change.closed_at, change.closes_at))
    return moves


def _closing(change: PhaseChange) -> str:
    if change.closes_at is None:
        return "extended"
    if change.closed_at is None:
        return "shortened"
    return "extended" if change.closes_at > change.closed_at else "shortened"


def in_words(move: Move) -> str:
    """Say how an edge was moved, in one line without the reason."""
    names = {
        "phase": move.phase[:1].upper() + move.phase[1:],
        "before": _when(move.before),
        "after": _when(move.after),
    }
    return _SENTENCES[move.verb]() % names


_SENTENCES = {
    "extended": lambda: _("%(phase)s was extended from %(before)s to %(after)s"),
    "shortened": lambda: _("%(phase)s was shortened from %(before)s to %(after)s"),
    "opening": lambda: _("%(phase)s: its opening was moved from %(before)s to %(after)s"),
    "set": lambda: _("%(phase)s takes place, from %(before)s to %(after)s"),
    "begins": lambda: _("%(phase)s takes place, from %(before)s on"),
    "stopped": lambda: _("%(phase)s does not take place any more"),
}


def _when(moment: datetime | None) -> str:
    return moment_in_words(moment) if moment else _("no fixed time")
