"""The Celery app and the one `job` decorator.

A job is an entry point of the worker: it takes ids, calls one service and returns nothing.
The row is the truth and the message a hint, so a lost or repeated message is harmless.
"""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

import pghistory
from celery import Celery, Task
from celery.signals import celeryd_init, worker_ready
from django.db import transaction

from scoring import slow_reading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings.local")

app = Celery("clefboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["campaign.jobs"], related_name="runs")
app.autodiscover_tasks(["campaign.jobs"], related_name="announcements")
app.autodiscover_tasks(["campaign.jobs"], related_name="mails")
app.autodiscover_tasks(["campaign.jobs"], related_name="packages")
app.autodiscover_tasks(["campaign.jobs"], related_name="baselines")
app.autodiscover_tasks(["campaign.jobs"], related_name="comparisons")
app.autodiscover_tasks(["campaign.jobs"], related_name="analyses")


_GIVES_WAY = 5  # of 19: a quarter of a processor that pages want too, all of one that nobody wants


@celeryd_init.connect
def give_way(sender: Any, **_: Any) -> None:
    """Have pages come first where they share a machine with scoring or training: that takes what they leave."""
    if str(sender).startswith(("scoring@", "gpu@")):
        os.nice(_GIVES_WAY)
        # Where Linux shares its processors among sessions, a process gives way only within its own.
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(_GIVES_WAY), "ascii")


@worker_ready.connect
def say_how_runs_are_read(sender: Any, **_: Any) -> None:
    """Tell whoever reads the log of a scoring worker that it is slow: it may be on any machine."""
    if str(sender.hostname).startswith("scoring@") and (slow := slow_reading()):
        logging.getLogger(__name__).warning("runs are read %s", slow)


def job(function: Callable[..., None]) -> "Task[..., None]":
    """Make a function a Celery job named after itself, with the settings every job needs.

    What it changes stands in the record under its name. Whoever sends its message names the queue:
    `scoring`, `default`, `sweep` or `gpu`.
    """

    @wraps(function)
    def recorded(*args: Any) -> None:
        with pghistory.context(user=None, job=function.__name__):
            function(*args)

    return app.task(
        name=function.__name__,
        acks_late=True,
        # Without this a killed child's message counts as done (celery#5106).
        reject_on_worker_lost=True,
        ignore_result=True,
    )(recorded)


FIRST = 0
AFTER = 6  # the broker keeps a list of its own for it, so it is not counted among the others
BEHIND = 9  # of a queue: taken only while no other message waits in it


def send_on_commit(name: str, queue: str, *args: Any, priority: int = FIRST) -> None:
    """Send a job's message when the transaction commits.

    A broker that is down costs nothing but time: the failure is logged and the sweeper, which
    reads the rows, sends the message again.
    """
    transaction.on_commit(
        lambda: app.send_task(name, args=args, queue=queue, priority=priority), robust=True
    )


def n_messages(queue: str, *, priority: int = FIRST) -> int:
    """Return how many messages of a priority wait in a queue."""
    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel  # of kombu's Redis transport
        # It keeps a list for each priority, and takes from the first that is not empty.
        key = f"{queue}{channel.sep}{priority}" if priority else queue
        return int(channel.client.llen(key))
