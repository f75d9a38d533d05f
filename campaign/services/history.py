"""Figures of past editions. They are never runs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from campaign.models import PublishedResult, Task


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
    known = PublishedResult.objects.filter(task=task, **name).first()
    result = known or PublishedResult(task=task, **name)
    for key, value in (figure | {"source": source}).items():
        setattr(result, key, value)
    result.save()
    return result
