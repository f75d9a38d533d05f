"""Large JSON of the database, read once: of a thousand runs that takes longer than all else on a page."""

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import Any, TypeVar

from django.db.models import Case, F, QuerySet, Value, When

from campaign.models import Analysis, RunSet

R = TypeVar("R", Analysis, RunSet)
_MOST = 64  # in each process: an analysis of a thousand runs is up to 200 kB of JSON
_kept: OrderedDict[str, Any] = OrderedDict()  # by digest, what was asked for last at the end
_lock = Lock()


def with_data(rows: QuerySet[R]) -> Iterator[R]:
    """Yield rows with their `data`, which are many readers' at once: nobody changes them.

    One query, which asks for the data of no digest that is here: nothing has to be told when data change.
    """
    with _lock:
        known = dict(_kept)
    unread = Case(When(digest__in=list(known), then=Value(None)), default=F("data"))
    for row in rows.defer("data").annotate(unread=unread):
        row.data = known.get(row.digest, row.unread)
        if row.digest:
            _keep(row.digest, row.data)
        yield row


def _keep(digest: str, data: Any) -> None:
    with _lock:
        _kept[digest] = data
        _kept.move_to_end(digest)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
