"""Whether everything works, and why a run would wait."""

from dataclasses import dataclass
from datetime import datetime

from celery.exceptions import CeleryError
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _, ngettext
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from campaign.celery import app
from campaign.models import Evaluation

_PATIENCE_S = 0.5
_TRAINER_KEY = "trainer-answers"
_TRAINER_LASTS_S = 5


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

    @property
    def message(self) -> str:
        """Say what is wrong and what it does to runs, or what a run waits for."""
        if not self.database:
            return _("The database does not answer: nothing works until it does.")
        if not self.broker:
            return _("The broker does not answer: runs are accepted and wait until it does.")
        if not self.workers:
            return _("No worker answers: runs are accepted and wait until one is started.")
        return self._queue_in_words()

    def _queue_in_words(self) -> str:
        if not self.queued:
            return _("Everything works; a run would be scored at once.")
        return ngettext(
            "Everything works; %(queued)s run is waiting, the oldest for %(seconds)s s.",
            "Everything works; %(queued)s runs are waiting, the oldest for %(seconds)s s.",
            self.queued,
        ) % {"queued": self.queued, "seconds": round(self.waiting_s)}


def health(now: datetime) -> Health:
    """Ask the database, the broker and the workers."""
    queue = _queue(now)
    queued, scoring, waiting_s = queue or (0, 0, 0.0)
    workers = _workers()
    return Health(
        database=queue is not None,
        broker=workers is not None,
        workers=workers or 0,
        queued=queued,
        scoring=scoring,
        waiting_s=waiting_s,
    )


def worker_answers() -> bool:
    """Tell whether any worker that scores answers, as soon as one does."""
    return bool(_workers(at_most=1))


def trainer_answers() -> bool:
    """Tell whether any worker that trains baselines answers, or did a moment ago.

    Most platforms have none: a page, and each look at its progress, would wait for nobody.
    """
    try:
        answers = cache.get_or_set(_TRAINER_KEY, _ask_trainers, timeout=_TRAINER_LASTS_S)
    except RedisError:
        return False
    return bool(answers)


def _ask_trainers() -> bool:
    return bool(_workers(at_most=1, names="gpu@*"))


def _workers(at_most: int | None = None, names: str = "scoring@*") -> int | None:
    """Return how many workers of some names answer; None when the broker does not.

    Whoever asks for at most so many need not wait for those that would still answer.
    """
    try:
        with app.connection_for_write() as connection:
            # By itself Celery tries for six seconds: whoever watches over us would not wait.
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            answers = app.control.ping(
                timeout=_PATIENCE_S,
                connection=connection,
                pattern=names,
                matcher="glob",
                limit=at_most,
            )
    except (OperationalError, RedisError, OSError, CeleryError):
        return None
    return len([name for answer in answers or () for name in answer])


def _queue(now: datetime) -> tuple[int, int, float] | None:
    """Return how many runs wait and are being scored, and the oldest one's age in seconds.

    None when the database does not answer, which only a question shows.
    """
    # A re-scoring stands behind every run that is sent: nobody waits for it.
    queued = Evaluation.objects.filter(state=Evaluation.State.QUEUED, is_current=True)
    try:
        oldest = queued.order_by("queued_at").values_list("queued_at", flat=True).first()
        n_queued = queued.count()
        n_scoring = Evaluation.objects.filter(
            state=Evaluation.State.SCORING, is_current=True
        ).count()
    except (DatabaseError, InterfaceError):
        return None
    return n_queued, n_scoring, (now - oldest).total_seconds() if oldest else 0.0
