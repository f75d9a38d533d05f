"""A task whose baselines are trained while things are killed.

    python -m tests.chaos.baseline_world task | ask NAME CONFIG | cancel BASELINE

runs with the settings of the platform's processes and prints what it made as JSON.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()  # models can be imported only now

from campaign.clock import now  # noqa: E402
from campaign.models import BaselineTraining, Task, User  # noqa: E402
from campaign.reads.baselines import Config  # noqa: E402
from campaign.services.baselines import ask_for_baseline, cancel_baseline  # noqa: E402
from tests.campaign.factories import make_campaign, make_task, make_user  # noqa: E402

TASK = "official"
_ORGANISER = "official-organiser"


def task() -> dict[str, Any]:
    campaign = make_campaign(TASK, organiser=make_user(_ORGANISER))
    return {"task": make_task(TASK, campaign=campaign, phases={"submission": (None, None)}).pk}


def ask(name: str, config: str) -> dict[str, Any]:
    """Ask for a baseline by a config of some text."""
    baseline = ask_for_baseline(
        task=Task.objects.get(slug=TASK),
        config=Config(name, config),
        by=User.objects.get(username=_ORGANISER),
        reason="what dies is taken up again",
        now=now(),
    )
    return {"baseline": baseline.pk}


def cancel(pk: str) -> dict[str, Any]:
    by = User.objects.get(username=_ORGANISER)
    cancel_baseline(baseline=BaselineTraining.objects.get(pk=pk), by=by, now=now())
    return {}


if __name__ == "__main__":
    makers: dict[str, Callable[..., dict[str, Any]]] = {"task": task, "ask": ask, "cancel": cancel}
    json.dump(makers[sys.argv[1]](*sys.argv[2:]), sys.stdout)
