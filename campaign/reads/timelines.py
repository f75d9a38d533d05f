"""The calendar of a campaign or a task as a line with today on it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from campaign.models import Campaign, Phase, Task
from campaign.models.campaigns import in_language

_OPENS = {
    Phase.Kind.REGISTRATION: _("registration opens"),
    Phase.Kind.TRAINING_DATA: _("training data"),
    Phase.Kind.TEST_DATA: _("test data"),
    Phase.Kind.SUBMISSION: _("submission opens"),
    Phase.Kind.RESULTS: _("results"),
    Phase.Kind.POST_CAMPAIGN: _("late runs are taken"),
}
_CLOSES = {
    Phase.Kind.REGISTRATION: _("registration closes"),
    Phase.Kind.SUBMISSION: _("submission closes"),
    Phase.Kind.POST_CAMPAIGN: _("the last late runs"),
}


@dataclass(frozen=True)
class Event:
    """One point of the line; `tense` is past, today or future."""

    when: datetime | date
    label: str
    tense: str

    @property
    def exact(self) -> bool:
        """Tell whether the hour matters too."""
        return isinstance(self.when, datetime)


def task_timeline(task: Task, now: datetime) -> list[Event]:
    """Return the moments at which a task's phases open and close, with today among them."""
    moments = sorted(_moments(task), key=lambda moment: moment[0])
    events = [
        Event(when, capfirst(", ".join(label for _when, label in group)), _tense(when <= now))
        for when, group in groupby(moments, key=lambda moment: moment[0])
    ]
    return _with_today(events, now)


def campaign_timeline(campaign: Campaign, now: datetime) -> list[Event]:
    """Return a campaign's dates, with today among them."""
    today = now.astimezone(UTC).date()
    dated = [
        (date.fromisoformat(entry["date"]), in_language(entry["event"]))
        for entry in campaign.timeline
    ]
    return _with_today([Event(when, text, _tense(when <= today)) for when, text in dated], now)


def _moments(task: Task) -> list[tuple[datetime, str]]:
    phases = [phase for phase in task.phases.all() if not phase.never]
    opening = [(phase.opens_at, _OPENS.get(Phase.Kind(phase.kind))) for phase in phases]
    closing = [(phase.closes_at, _CLOSES.get(Phase.Kind(phase.kind))) for phase in phases]
    return [(when, str(label)) for when, label in opening + closing if when and label]


def _tense(past: bool) -> str:
    return "past" if past else "future"


def _with_today(events: list[Event], now: datetime) -> list[Event]:
    past = [event for event in events if event.tense == "past"]
    future = [event for event in events if event.tense == "future"]
    return [*past, Event(now.date(), str(_("Today")), "today"), *future] if events else []
