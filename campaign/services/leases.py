"""The right to make something, until another worker may take it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic

from campaign.clock import now
from campaign.models.work import AnyWork, WorkQuerySet
from campaign.services.patience import patiently

NO_LEASE: Mapping[str, None] = {"lease_token": None, "lease_until": None}


class Overtaken(Exception):
    """Another worker makes this now, or nobody has to any more."""


@dataclass(frozen=True)
class Lease(Generic[AnyWork]):
    """The right to make one thing.

    Attributes
    ----------
    rows
        Among which it is.
    """

    rows: WorkQuerySet[AnyWork]
    pk: int
    token: uuid.UUID
    length: timedelta

    @property
    def held(self) -> WorkQuerySet[AnyWork]:
        """Return the row as long as the lease holds; none afterwards."""
        return self.rows.filter(pk=self.pk, lease_token=self.token, made_at=None)

    def renew(self) -> None:
        """Prolong it.

        Raises
        ------
        Overtaken
            It is lost.
        """
        if not patiently(lambda: self.held.update(lease_until=now() + self.length)):
            raise Overtaken

    def give_back(self) -> None:
        """End an attempt that went wrong: whoever sweeps has it made again."""
        patiently(lambda: self.held.update(**NO_LEASE))


def take(
    row: AnyWork | None, rows: WorkQuerySet[AnyWork], *, now: datetime, length: timedelta
) -> Lease[AnyWork] | None:
    """Take what is to be made, of a row that is locked; None if it is not to be had."""
    if row is None or row.made_at or (row.lease_until and row.lease_until >= now):
        return None
    token = uuid.uuid4()
    row.attempts += 1
    row.lease_token, row.lease_until = token, now + length
    row.save(update_fields=["attempts", "lease_token", "lease_until"])
    return Lease(rows, row.pk, token, length)
