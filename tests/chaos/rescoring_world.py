"""A task whose runs are scored again and again, for the platform that is going to be killed.

    python -m tests.chaos.rescoring_world task RUNS | begin

runs with the settings of the platform's processes and prints what it made as JSON.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

django.setup()  # models can be imported only now

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from campaign.clock import now  # noqa: E402
from campaign.models import Rescoring, Task, User  # noqa: E402
from campaign.services.rescorings import discard_rescoring, start_rescoring  # noqa: E402
from tests.campaign.factories import (  # noqa: E402
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
)
from tests.chaos.world import run_lines, tables  # noqa: E402

TASK = "again"
METRICS = ("mrr", "top_1")
_ORGANISER = "again-organiser"


def task(n_runs: str) -> dict[str, Any]:
    """Make the task and send its runs; return them, and the session of its organiser."""
    organiser = make_user(_ORGANISER)
    made = make_task(
        TASK,
        campaign=make_campaign(TASK, organiser=organiser),
        files=tables(),
        metrics=METRICS,
        phases={"submission": (None, None)},
        runs_per_team=None,
    )
    registration = make_registration(made, make_team(TASK, make_user(f"{TASK}-captain")))
    with TemporaryDirectory() as folder:
        runs = [
            make_run(registration, Path(folder), run_lines(seed), at=now())
            for seed in range(int(n_runs))
        ]
    browser = Client()
    browser.force_login(organiser)
    return {
        "runs": [run.pk for run in runs],
        "session": browser.cookies[settings.SESSION_COOKIE_NAME].value,
    }


def begin() -> dict[str, int]:
    """Load a truth in which all labels are others, and begin to score all runs by it."""
    made = Task.objects.get(slug=TASK)
    for left in Rescoring.objects.open().filter(task=made):  # by a test that failed
        discard_rescoring(rescoring=left, by=None, now=now())
    number = 1 + made.truth_versions.count()
    truth = make_truth(made, METRICS, tables(shift=number))
    by = User.objects.get(username=_ORGANISER)
    rescoring = start_rescoring(truth=truth, by=by, reason="labels were wrong", now=now())
    return {"rescoring": rescoring.pk, "truth": truth.pk}


if __name__ == "__main__":
    makers: dict[str, Callable[..., dict[str, Any]]] = {"task": task, "begin": begin}
    json.dump(makers[sys.argv[1]](*sys.argv[2:]), sys.stdout)
