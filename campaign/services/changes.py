"""Saving what differs, and saying what that was."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _


def save_changes(row: models.Model, **values: Any) -> list[str]:
    """Save the fields that differ, and nothing where none does; return their names."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save()
    return changed


def in_words(what: str, changed: list[str], *, new: bool) -> list[str]:
    """Return one line on a row that is new or has changed, no line for one that has not."""
    if new:
        return [_("%(what)s is new") % {"what": what}]
    return [f"{what}: {', '.join(changed)}"] if changed else []
