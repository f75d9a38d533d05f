"""Whether everything works, and why a run would wait."""

from dataclasses import dataclass
from datetime import datetime

from celery.exceptions import CeleryError
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from campaign.celery import app
from campaign.models import Evaluation

_PATIENCE_S = 0.5


@dataclass(frozen=True)
class Health:
    """The state of the platform's parts; `waiting_s` is the age of the oldest queued run."""

    database: bool
    broker: bool
    workers: int
    queued: int
    scoring: int
    waiting_s: float

    @property
    def ok(self) -> bool:
        return self.database and self.broker and self.workers > 0


def health(now: datetime) -> Health:
    """Ask the database, the broker and the workers."""
    database = _database_answers()
    workers = _workers()
    queued, scoring, waiting_s = _queue(now) if database else (0, 0, 0.0)
    return Health(
        database=database,
        broker=workers is not None,
        workers=workers or 0,
        queued=queued,
        scoring=scoring,
        waiting_s=waiting_s,
    )


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True


def _workers() -> int | None:
    """Return how many workers answer; None when the broker does not."""
    try:
        answers = app.control.ping(timeout=_PATIENCE_S)
    except (OperationalError, RedisError, OSError, CeleryError):
        return None
    return sum(1 for answer in answers for name in answer if name.startswith("scoring@"))


def _queue(now: datetime) -> tuple[int, int, float]:
    queued = Evaluation.objects.filter(state=Evaluation.State.QUEUED)
    oldest = queued.order_by("queued_at").values_list("queued_at", flat=True).first()
    scoring = Evaluation.objects.filter(state=Evaluation.State.SCORING).count()
    return queued.count(), scoring, (now - oldest).total_seconds() if oldest else 0.0
