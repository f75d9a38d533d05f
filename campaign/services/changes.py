"""Saving what differs, and saying what that was."""

import json
from collections.abc import Iterator
from difflib import ndiff
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


def differences(row: models.Model, **values: Any) -> list[str]:
    """Return what saving these values would change, each with what was and what will be."""
    pairs = ((name, getattr(row, name), value) for name, value in values.items())
    return [words for name, old, new in pairs if old != new for words in _words(name, old, new)]


def _words(name: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                yield f"{name}.{key}: {_short(old.get(key))} -> {_short(new.get(key))}"
    elif isinstance(new, str) and "\n" in f"{old}{new}":
        yield f"{name} ({_lines(str(old), new)})"
    else:
        yield f"{name}: {_short(old)} -> {_short(new)}"


def _lines(old: str, new: str) -> str:
    marks = [line[0] for line in ndiff(old.splitlines(), new.splitlines())]
    words = _("lines new: %(new)s, gone: %(gone)s")
    return words % {"new": marks.count("+"), "gone": marks.count("-")}


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
