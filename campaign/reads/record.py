"""The record: who changed what of a task, when, from what to what, and why."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaign.models import Run, Task, User
from campaign.reads.record_kinds import BY_WORD, HIDDEN, KINDS, Kind
from campaign.reads.record_names import Names
from campaign.reads.visibility import Viewer

PAGE_SIZE = 50
_EXPORTED_AT_ONCE = 500
NOBODY = "nobody"

_Key = tuple[str, int, datetime]  # kind, event, when


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for; empty means all.

    Parameters
    ----------
    everybody
        Also what teams did with their own.
    person
        An account's id as text; `NOBODY` for commands, jobs and SQL.
    run
        Only what was done to it.
    """

    kind: str = ""
    person: str = ""
    since: date | None = None
    until: date | None = None
    everybody: bool = False
    run: Run | None = None


@dataclass(frozen=True)
class Change:
    """One field, before and after, as text."""

    field: str
    before: str
    after: str

    @property
    def title(self) -> str:
        """Return the field's name as people write it; exports have it as it is."""
        return self.field.replace("_", " ")


@dataclass(frozen=True)
class Entry:
    """One row that was made, changed or deleted.

    `way` is page, admin, API, a command or job with its name, shell, or SQL.
    """

    when: datetime
    who: str
    way: str
    kind: Kind
    what: str
    act: str
    reason: str
    changes: list[Change]


@dataclass(frozen=True)
class Record:
    """A page of the record."""

    rows: list[Entry]
    page: Page[Any]


def changes(*, task: Task, viewer: Viewer, wanted: Wanted, page: int = 1) -> Record:
    """Return a page of what was changed, the newest first; for the organisers of the task only."""
    found = Paginator(_keys(task, viewer, wanted), PAGE_SIZE).get_page(page)
    return Record(_entries(list(found)), found)


def all_changes(*, task: Task, viewer: Viewer, wanted: Wanted) -> Iterator[Entry]:
    """Return everything that was changed, the newest first, in a few rows at a time."""
    keys = list(_keys(task, viewer, wanted))
    for start in range(0, len(keys), _EXPORTED_AT_ONCE):
        yield from _entries(keys[start : start + _EXPORTED_AT_ONCE])


def people_of(*, task: Task, viewer: Viewer) -> list[tuple[str, str]]:
    """Return who stands in the record of organisers and staff: account and name."""
    seen: set[Any] = set()
    for kind in KINDS:
        events = kind.events.objects.filter(kind.within(task, viewer) & _BY_ORGANISERS)  # type: ignore[attr-defined]
        seen |= set(events.values_list("pgh_context__metadata__user", flat=True).distinct())
    users = User.objects.filter(pk__in=[one for one in seen if one is not None])
    return [(str(user.pk), user.username) for user in users.order_by("username")]


# ---------------------------------------------------------------- which events
# Whoever acts for a campaign gives a reason or comes by its pages or the admin. Commands, jobs and
# SQL name no account.
_BY_ORGANISERS = (
    Q(pgh_context=None)
    | Q(pgh_context__metadata__has_key="reason")
    | Q(pgh_context__metadata__user=None)
    | Q(pgh_context__metadata__route__startswith="admin/")
    | Q(pgh_context__metadata__route__contains="/organise/")
)
_BY_NOBODY = Q(pgh_context=None) | Q(pgh_context__metadata__user=None)


def _keys(task: Task, viewer: Viewer, wanted: Wanted) -> QuerySet[Any]:
    kinds = [BY_WORD[wanted.kind]] if wanted.kind else _kinds_of(wanted)
    first, *others = (_branch(kind, task, viewer, wanted) for kind in kinds)
    keys = first.union(*others, all=True) if others else first
    ordered: QuerySet[Any] = keys.order_by("-pgh_created_at", "of_kind", "-pgh_id")
    return ordered


def _kinds_of(wanted: Wanted) -> Sequence[Kind]:
    return [BY_WORD["run"], BY_WORD["evaluation"]] if wanted.run else KINDS


def _branch(kind: Kind, task: Task, viewer: Viewer, wanted: Wanted) -> QuerySet[Any]:
    events: QuerySet[Any] = kind.events.objects.filter(  # type: ignore[attr-defined]  # any model
        kind.within(task, viewer), _conditions(wanted)
    )
    if wanted.run:
        of_run = {"run": "pgh_obj", "evaluation": "run"}[kind.word]
        events = events.filter(**{of_run: wanted.run.pk})
    events = events.annotate(of_kind=Value(kind.word, output_field=CharField()))
    keys: QuerySet[Any] = events.values_list("of_kind", "pgh_id", "pgh_created_at")
    return keys.order_by()


def _conditions(wanted: Wanted) -> Q:
    condition = Q() if wanted.everybody or wanted.run else _BY_ORGANISERS
    if wanted.person == NOBODY:
        condition &= _BY_NOBODY
    elif wanted.person:
        condition &= Q(pgh_context__metadata__user=int(wanted.person))
    if wanted.since:
        condition &= Q(pgh_created_at__gte=_midnight(wanted.since))
    if wanted.until:
        condition &= Q(pgh_created_at__lt=_midnight(wanted.until) + timedelta(days=1))
    return condition


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


# ---------------------------------------------------------------- what they say
def _entries(keys: Iterable[_Key]) -> list[Entry]:
    """Return the entries of some keys in their order, in a few queries for each kind."""
    ids: dict[str, list[int]] = {}
    keys = list(keys)
    for word, pk, _when in keys:
        ids.setdefault(word, []).append(pk)
    pairs = {word: _with_before(BY_WORD[word], pks) for word, pks in ids.items()}
    names = Names.of(
        row for found in pairs.values() for pair in found.values() for row in pair if row
    )
    return [_entry(BY_WORD[word], *pairs[word][pk], names) for word, pk, _when in keys]


def _with_before(kind: Kind, pks: list[int]) -> dict[int, tuple[Any, Any]]:
    """Return events by their ids, each with the one before it of the same row, if there is one."""
    objects = kind.events.objects  # type: ignore[attr-defined]  # any model
    earlier = objects.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
    before = Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
    objects = objects.select_related("pgh_context")
    found = {row.pgh_id: row for row in objects.filter(pgh_id__in=pks).annotate(before=before)}
    olds = objects.in_bulk([row.before for row in found.values() if row.before])
    return {pk: (row, olds.get(row.before)) for pk, row in found.items()}


def _entry(kind: Kind, row: Any, before: Any, names: Names) -> Entry:
    metadata = row.pgh_context.metadata if row.pgh_context else {}
    return Entry(
        when=row.pgh_created_at,
        who=_who(metadata, names),
        way=_way(metadata),
        kind=kind,
        what=kind.name(names.texts(row)),
        act=row.pgh_label,
        reason=metadata.get("reason", ""),
        changes=_changes(row, before, names),
    )


def _changes(row: Any, before: Any, names: Names) -> list[Change]:
    """Return what differs; of a row that is new or gone, all that it holds."""
    after = names.texts(row)
    old = names.texts(before) if before else {}
    if row.pgh_label == "delete":
        after, old = {}, after
    return [
        Change(name, old.get(name, ""), after.get(name, ""))
        for name in (after or old)
        if name not in _NOT_SAID and old.get(name, "") != after.get(name, "")
    ]


_NOT_SAID = HIDDEN | {"id", "pgh_obj"}


def _who(metadata: dict[str, Any], names: Names) -> str:
    if metadata.get("user") is not None:
        return names.person(metadata["user"])
    if "command" in metadata:
        return metadata.get("shell_user") or _("the command line")
    return _("the platform") if "job" in metadata else _("somebody outside the platform")


def _way(metadata: dict[str, Any]) -> str:
    for key in ("command", "job"):
        if key in metadata:
            return f"{key} {metadata[key]}"
    route = metadata.get("route")
    if route is None:
        return "shell" if metadata else "SQL"
    first = route.split("/")[0]
    return {"admin": "admin", "api": "API"}.get(first, "page")


# ---------------------------------------------------------------- in other forms
EXPORTED = ("when", "who", "way", "kind", "what", "act", "field", "before", "after", "reason")


def as_lines(entry: Entry) -> list[tuple[str, ...]]:
    """Return an entry as lines of a table, one for each field that changed."""
    head = (_moment(entry), entry.who, entry.way, entry.kind.word, entry.what, entry.act)
    rows = entry.changes or [Change("", "", "")]
    return [(*head, row.field, row.before, row.after, entry.reason) for row in rows]


def as_json(entry: Entry) -> str:
    """Return an entry as one JSON object."""
    fields = {
        "when": _moment(entry),
        "who": entry.who,
        "way": entry.way,
        "kind": entry.kind.word,
        "what": entry.what,
        "act": entry.act,
        "reason": entry.reason,
        "changes": [vars(change) for change in entry.changes],
    }
    return json.dumps(fields, ensure_ascii=False)


def _moment(entry: Entry) -> str:
    return entry.when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def kind_titles() -> list[tuple[str, Promise]]:
    """Return the kinds by their words, for a filter."""
    return [(kind.word, kind.title) for kind in KINDS]
