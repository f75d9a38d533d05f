"""Figures of past editions. They are never runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import ngettext

from campaign.models import (
    Edition,
    MethodUse,
    Participation,
    PrintedRow,
    PublishedResult,
    Task,
)
from campaign.refusals import Invalid
from campaign.services.history_files import read_history
from campaign.services.history_reading import Fact

# Hosted tasks beside whose leaderboard a printed board stands.
_BESIDE = {
    ("PlantCLEF", 2017): "plantclef-2017",
    ("BirdCLEF", 2014): "birdclef-2017-recordings",
    ("BirdCLEF", 2015): "birdclef-2017-recordings",
    ("Herbarium transfer", None): "herbarium-transfer-2017",
}

_LOCK = 20_18  # of the history; a lock of one number is never one of a task, which has two


@dataclass
class Loaded:
    """What a loading did to the rows of the history."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0


@transaction.atomic
def load_history(*, folder: Path) -> Loaded:
    """Bring the history up to date with its files; loading them again changes nothing.

    Whoever loads at the same time waits, and then finds what the other has made of it. Results that stand beside a hosted task alone were written down by hand and are left as they are.

    Raises
    ------
    Invalid
        With all that is wrong, by file and line (`invalid_history`); nothing was loaded.
    """
    read = read_history(folder)
    if read.problems:
        raise _invalid(read.problems)
    _wait_for_others()
    loaded = Loaded()
    by_model: dict[type[models.Model], list[Fact]] = defaultdict(list)
    for fact in _beside_tasks(read.facts):
        by_model[fact.model].append(fact)
    for model in (Edition, Participation, MethodUse, PrintedRow):
        _sync(model.objects.all(), by_model[model], loaded)
    _sync(PublishedResult.objects.exclude(series=""), by_model[PublishedResult], loaded)
    return loaded


def _wait_for_others() -> None:
    """Keep others from loading until this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _invalid(problems: list[str]) -> Invalid:
    said = ngettext(
        "The history has a problem; nothing was loaded.",
        "The history has %(n)s problems; nothing was loaded.",
        len(problems),
    ) % {"n": len(problems)}
    found = [{"message": problem} for problem in problems]
    return Invalid(said, code="invalid_history", problems=found)


def _beside_tasks(facts: Iterable[Fact]) -> Iterable[Fact]:
    """Yield the facts, printed results with the hosted task beside which they stand, if it is here."""
    hosted = Task.objects.in_bulk(list(_BESIDE.values()), field_name="slug")
    for fact in facts:
        if fact.model is not PublishedResult:
            yield fact
            continue
        slug = _BESIDE.get((fact.key["series"], fact.key["year"]), "")
        task = hosted.get(slug)
        yield Fact(fact.model, fact.key, {**fact.values, "task_id": task.pk if task else None})


def _sync(rows: models.QuerySet[Any], facts: list[Fact], loaded: Loaded) -> None:
    """Make the rows those of the facts: the same ones stay untouched."""
    names = tuple(facts[0].key) if facts else ("pk",)
    stale = {tuple(getattr(row, name) for name in names): row for row in rows}
    for fact in facts:
        row = stale.pop(tuple(fact.key.values()), None)
        if row is None:
            fact.model(**fact.key, **fact.values).save(force_insert=True)
            loaded.created += 1
        elif any(getattr(row, name) != value for name, value in fact.values.items()):
            _change(row, fact.values)
            loaded.changed += 1
        else:
            loaded.same += 1
    for row in stale.values():
        row.delete()
        loaded.removed += 1


def _change(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


@transaction.atomic
def record_published_results(
    *, task: Task, figures: Iterable[Mapping[str, Any]], source: str
) -> list[PublishedResult]:
    """Write down figures as printed, each with its source; writing them again brings them up to date.

    Parameters
    ----------
    figures
        Fields of `PublishedResult`: `team`, `metric`, `value`, perhaps `run`, `architectures` ...
    source
        Where they are printed.
    """
    return [_record(task, dict(figure), source) for figure in figures]


def _record(task: Task, figure: dict[str, Any], source: str) -> PublishedResult:
    name = {key: figure.pop(key, "") for key in ("team", "run", "metric")}
    known = PublishedResult.objects.filter(task=task, series="", **name).first()
    result = known or PublishedResult(task=task, **name)
    for key, value in (figure | {"source": source}).items():
        setattr(result, key, value)
    result.save()
    return result
