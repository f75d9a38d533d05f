"""The values of the record as text: accounts, teams and versions by their names, not their ids."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from django.db.models import Model
from django.utils.translation import gettext as _

from campaign.models import (
    Campaign,
    DataSet,
    Registration,
    RulesVersion,
    Run,
    Task,
    Team,
    TruthVersion,
    User,
)

# What a row is called, by the fields that say it; whatever else is pointed at keeps its number.
_CALLED: dict[type[Model], tuple[str, ...]] = {
    Campaign: ("slug",),
    DataSet: ("slug",),
    Registration: ("team__name",),
    RulesVersion: ("number",),
    Run: ("registration__team__name", "number"),
    Task: ("slug",),
    Team: ("name",),
    TruthVersion: ("number",),
    User: ("username",),
}


@dataclass(frozen=True)
class Names:
    """The names of all that some rows of the history point at."""

    by_model: dict[type[Model], dict[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Self:
        """Ask for them in one query for each model."""
        ids: dict[type[Model], set[int]] = {}
        for row in rows:
            for one in _fields(row):
                model = one.related_model
                if model in _CALLED and (pk := getattr(row, one.attname)) is not None:
                    ids.setdefault(model, set()).add(pk)
            metadata = row.pgh_context.metadata if row.pgh_context else {}
            ids.setdefault(User, set()).update(filter(None, [metadata.get("user")]))
        return cls({model: _called(model, pks) for model, pks in ids.items()})

    def person(self, pk: int) -> str:
        """Return the name of an account, which may be gone."""
        return self.by_model.get(User, {}).get(pk) or _("account %(pk)s") % {"pk": pk}

    def texts(self, row: Any) -> dict[str, str]:
        """Return the fields of a row of the history, in their order, as text."""
        return {one.name: self._text(one, getattr(row, one.attname)) for one in _fields(row)}

    def _text(self, one: Any, value: Any) -> str:
        if value is None:
            return ""
        if one.related_model in _CALLED:
            return self.by_model.get(one.related_model, {}).get(value) or f"#{value}"
        return _plain(value)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
    return str(value)


def _called(model: Any, pks: set[int]) -> dict[int, str]:
    rows = model.objects.filter(pk__in=pks).values_list("pk", *_CALLED[model])
    return {pk: _joined(model, words) for pk, *words in rows}


def _joined(model: type[Model], words: list[Any]) -> str:
    if model is Run:
        return _("Run %(number)s of %(team)s") % {"team": words[0], "number": words[1]}
    return " ".join(map(str, words))


def _fields(row: Any) -> list[Any]:
    """Return the fields that are of the tracked row; `pgh_obj` is what it was."""
    fields = row._meta.fields  # noqa: SLF001 - Django's own, public in all but its name
    return [one for one in fields if one.name == "pgh_obj" or not one.name.startswith("pgh_")]
