"""Large JSON of the database, read once: of a thousand runs that takes longer than all else on a page."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast

M = TypeVar("M", bound=Model)
_KEPT = 64  # in each process; an analysis of a thousand runs is up to 200 kB of JSON


def with_data(rows: QuerySet[M]) -> Iterable[M]:
    """Yield rows with their column `data`, which is many readers' at once: nobody changes it.

    Nothing has to be told when it changes in the database: what is kept is kept under its text.
    """
    for row in rows.defer("data").annotate(written=Cast("data", TextField())):
        row.data = _parsed(row.written) if row.written else None  # type: ignore[attr-defined]
        yield row


@lru_cache(maxsize=_KEPT)
def _parsed(written: str) -> Any:
    return json.loads(written)
