"""What of a task was changed elsewhere than in its folder, and stands: a folder may not know of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from campaign.models import DataSet, Phase, Task, User

BY_FOLDER = "folder"
"""What the context of an event holds where a folder made the change."""

_OF_TASK = (
    "titles",
    "questions",
    "overview",
    "run_rules_json",
    "subsets",
    "runs_per_team",
    "runs_per_day",
    "visibility",
    "truth_released",
    "final",
    "approval",
    "required_description",
    "required_runs",
    "generated",
)
_OF_PHASE = ("opens_at", "closes_at", "never")
_OF_DATA_SET = ("title", "role", "access", "licence", "description", "version")


@dataclass(frozen=True)
class Edit:
    """A change by another door: what it is of, who made it, when, and why."""

    what: str
    at: datetime
    by: str
    reason: str
    row: models.Model = field(repr=False)
    values: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        who = _("%(what)s, changed by %(by)s on %(at)s UTC") % {
            "what": self.what,
            "by": self.by or _("somebody"),
            "at": f"{self.at:%Y-%m-%d %H:%M}",
        }
        return f"{who} ({self.reason})" if self.reason else who

    def stands(self) -> bool:
        """Tell whether the row still holds what the edit gave it."""
        rows = type(self.row)._default_manager.filter(pk=self.row.pk)  # noqa: SLF001  # public in Django
        return rows.values(*self.values).first() == self.values


def edits_of(task: Task) -> list[Edit]:
    """Return the edits that stand, the newest first."""
    edits = [*_edits(task, {name: (name,) for name in _OF_TASK})]
    for phase in Phase.objects.filter(task=task):
        edits += _edits(phase, {phase.kind: _OF_PHASE})
    for data_set in DataSet.objects.filter(task=task):
        what = _("data set %(slug)s") % {"slug": data_set.slug}
        edits += _edits(data_set, {what: _OF_DATA_SET})
    return sorted(edits, key=lambda edit: edit.at, reverse=True)


def _edits(row: models.Model, parts: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """Yield for each part of a row the edit that gave it its values, unless a folder did."""
    events = _events(row)
    for what, names in parts.items() if events else ():
        event = _setting(events, names)
        context = event.pgh_context.metadata if event.pgh_context else {}
        if not context.get(BY_FOLDER):
            person = User.objects.filter(pk=context.get("user") or 0).first()
            yield Edit(
                what=what,
                at=event.pgh_created_at,
                by=str(person or ""),
                reason=str(context.get("reason", "")),
                row=row,
                values={name: getattr(events[-1], name) for name in names},
            )


def _events(row: models.Model) -> list[Any]:
    model = apps.get_model("campaign", f"{type(row).__name__}Event")
    events = model._default_manager.filter(pgh_obj_id=row.pk)  # noqa: SLF001  # public in Django
    return list(events.select_related("pgh_context").order_by("pgh_id"))


def _setting(events: list[Any], names: Sequence[str]) -> Any:
    """Return the event after which the fields held what they hold now."""
    for before, event in reversed(list(pairwise(events))):
        if any(getattr(before, name) != getattr(event, name) for name in names):
            return event
    return events[0]
