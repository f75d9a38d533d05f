"""The platform's own processes: web, workers, beat, and the demo that loads beside them."""

import os
import sys
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec

from campaign.standalone.processes import Program

_PYTHON = sys.executable
_RESTARTS = 5
# Scoring jobs have no business with the account of the machine; that root runs them is no news.
_CELERY = [
    *(_PYTHON, "-W", "ignore:You're running the worker with superuser privileges"),
    *("-m", "celery", "-q", "-A", "campaign"),
]


def web(host: str, port: int) -> Program:
    """Return the web server; threads, so that a slow upload holds up nobody else."""
    return Program(
        name="web",
        argv=[
            *(_PYTHON, "-m", "gunicorn", "campaign.wsgi", "--bind", f"{host}:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"),
            *("--graceful-timeout", "4", "--log-level", "warning", "--no-control-socket"),
        ],
        patience_s=8,
        ready=lambda: _web_answers(host, port),
        ready_within_s=60,
    )


def worker() -> Program:
    """Return the worker that scores."""
    return _celery_worker("worker", "scoring", "scoring,default", "--concurrency", "2")


def sweeper() -> Program:
    """Return the worker that takes care of lost runs: it never waits behind a long scoring."""
    return _celery_worker("sweeper", "sweep", "sweep", "--pool", "solo", level="WARNING")


def gpu() -> Program:
    """Return the worker that trains baselines, one at a time; with a GPU or without one."""
    return _celery_worker("gpu", "gpu", "gpu", "--concurrency", "1")


def trains_baselines() -> bool:
    """Tell whether this machine can train: it has torch, or another Python that the operator named."""
    return "BASELINES_COMMAND" in os.environ or find_spec("torch") is not None


def beat() -> Program:
    return Program(
        name="beat",
        argv=[*_CELERY, "beat", "--loglevel", "WARNING"],
        env={"LOG_LEVEL": "WARNING"},
        restarts=_RESTARTS,
    )


def demo(url: str, on_exit: Callable[[int], None]) -> Program:
    return Program(
        name="demo", argv=[_PYTHON, "manage.py", "load_demo", "--url", url], on_exit=on_exit
    )


def _celery_worker(name: str, node: str, queues: str, *pool: str, level: str = "INFO") -> Program:
    return Program(
        name=name,
        argv=[
            *(*_CELERY, "worker", "-n", f"{node}@%h", "-Q", queues, *pool, "--loglevel", level),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        # A job may take minutes: on SIGTERM it gets the soft limit of the settings, then its
        # message goes back, which Celery does on SIGQUIT only.
        env={"REMAP_SIGTERM": "SIGQUIT", "LOG_LEVEL": level},
        patience_s=10,
        restarts=_RESTARTS,  # kombu ends the worker when the broker restarts under a job
    )


def _web_answers(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
