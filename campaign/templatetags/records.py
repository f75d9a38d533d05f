"""The record of a baseline as people read it: what it ran on, what it took, what went in and came out.

A record is whatever the program that trained wrote down; docs/baselines.md says what ours does.
What is not known here shows under its own name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _, gettext_lazy

from campaign.numbers import number

register = template.Library()

_ROWS_MAX = 200  # of a section; whoever wants more reads the file
_DEEPEST = 4
_DIGEST = re.compile(r"[0-9a-f]{40,}")
_SHOWN_BESIDE = {
    "config",
    "description",
}  # the config stands below, the description on the run's page

# Which parts of a record stand under which title, in this order.
_TITLES = {
    gettext_lazy("Hardware"): ("hardware", "machine", "load_before"),
    gettext_lazy("Time and energy"): ("date", "phases", "learning", "answering", "energy"),
    gettext_lazy("Data"): ("data", "data_sha256", "findings"),
    gettext_lazy("Experiment"): ("experiment",),
    gettext_lazy("Networks"): ("networks",),
    gettext_lazy("Run files"): ("runs",),
    gettext_lazy("Code"): ("code",),
    gettext_lazy("Versions"): ("versions",),
}
_SAID_BY_THE_TITLE = {"hardware", "machine", "phases", "data", "experiment", "code"}
_OF_NAMES = {"runs", "versions"}  # what these hold is called by its own name
_WORDS = {
    "sha256": gettext_lazy("SHA-256"),
    "data_sha256": gettext_lazy("SHA-256"),
    "sources_sha256": gettext_lazy("SHA-256 of the sources"),
    "gpus": gettext_lazy("GPUs"),
    "cpu_seconds": gettext_lazy("processor seconds"),
    "energy": gettext_lazy("energy in joules"),
    "load_before": gettext_lazy("load of the machine before"),
    "about": gettext_lazy("what it is"),
}

# A database keeps no order of keys.
_FIRST = ("device", "processor", "name", "about", "file", "python", "version", "commit", "training")

Way = tuple[str, ...]  # of keys


@dataclass(frozen=True)
class Value:
    """A value in words, perhaps of several lines."""

    text: str
    is_digest: bool = False


@dataclass(frozen=True)
class Table:
    """Things that are alike."""

    columns: list[str]
    rows: list[list[Value]]


@dataclass(frozen=True)
class Section:
    """A part of a record."""

    title: str
    facts: list[tuple[str, Value]]
    tables: list[Table]


@register.inclusion_tag("campaign/components/record.html")
def baseline_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Show a record, section by section."""
    known = {key for keys in _TITLES.values() for key in keys} | _SHOWN_BESIDE
    others = [key for key in record if key not in known]
    titles = [*_TITLES.items(), (_("More"), others)]
    sections = [_section(str(title), keys, record) for title, keys in titles]
    return {"sections": [one for one in sections if one.facts or one.tables]}


def _section(title: str, keys: Iterable[str], record: Mapping[str, Any]) -> Section:
    found = [row for key in keys if key in record for row in _part(key, record[key])]
    shown = found[:_ROWS_MAX]
    facts = [(label, _value(value)) for label, value in shown if not _is_table(value)]
    return Section(title, facts, [_table(value) for _label, value in shown if _is_table(value)])


def _part(key: str, value: object) -> Iterator[tuple[str, Any]]:
    if key in _OF_NAMES and isinstance(value, Mapping):
        yield from _in_order(value)
        return
    whole = value if key in _SAID_BY_THE_TITLE and isinstance(value, Mapping) else {key: value}
    for way, one in _leaves(whole):
        yield _label(way), one


def _leaves(part: Mapping[str, Any], before: Way = ()) -> Iterator[tuple[Way, Any]]:
    """Yield each value with the way to it; what says nothing is left out."""
    for key, value in _in_order(part):
        way = (*before, key)
        if isinstance(value, Mapping) and len(way) < _DEEPEST:
            yield from _leaves(value, way)
        elif value not in (None, "", [], {}):
            yield way, value


def _in_order(part: Mapping[str, Any]) -> list[tuple[str, Any]]:
    def place(item: tuple[str, Any]) -> int:
        return _FIRST.index(item[0]) if item[0] in _FIRST else len(_FIRST)

    return sorted(part.items(), key=place)


def _is_table(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _table(things: list[Mapping[str, Any]]) -> Table:
    """Return a row for each thing; what all of them leave empty is no column."""
    rows = [dict(_leaves(thing)) for thing in things[:_ROWS_MAX]]
    ways = list(dict.fromkeys(way for row in rows for way in row))
    cells = [[_value(row.get(way, "")) for way in ways] for row in rows]
    return Table([_label(way) for way in ways], cells)


def _label(way: Way) -> str:
    words = " · ".join(str(_WORDS.get(key, key.replace("_", " "))) for key in way)
    return words[:1].upper() + words[1:]


def _value(value: object) -> Value:
    if isinstance(value, bool):
        return Value(_("yes") if value else _("no"))
    if isinstance(value, float) and abs(value) < 1000:
        return Value(f"{value:.3g}")
    if isinstance(value, int | float):
        return Value(number(round(value)))
    if isinstance(value, list):
        texts = [_value(one).text for one in value]
        return Value(("\n" if any(" " in text for text in texts) else ", ").join(texts))
    return Value(str(value), is_digest=bool(_DIGEST.fullmatch(str(value))))
