"""What is measured, made by the platform's own code in a process with its settings.

python -m tests.bench.world tables | boards N ... | pages FOLDER | plantclef FOLDER N | parted_plantclef FOLDER N | timings RUN
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

django.setup()  # models can be imported only now

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client, override_settings  # noqa: E402  # after the settings are ready

from campaign import storage  # noqa: E402
from campaign.clock import now  # noqa: E402
from campaign.models import Evaluation, Task  # noqa: E402
from campaign.services.accounts import issue_token  # noqa: E402
from campaign.standalone.preparations import (  # noqa: E402
    prepare_database,
    prepare_folders,
    prepare_static_files,
)
from clefboard.task_folder import Split, read_task_folder, write_task_folder  # noqa: E402
from scoring import read_ground_truth  # noqa: E402
from scoring.synthetic import Skill, write_synthetic_run  # noqa: E402
from tests.campaign.busy_world import make_busy_world  # noqa: E402  # as above
from tests.campaign.factories import make_registration, make_team, make_user  # noqa: E402
from tests.load.boards import make_board  # noqa: E402

_PLANTCLEF = settings.FIXTURES_DIR / "practice" / "plantclef-practice"


def tables() -> None:
    """Make the database, its tables and the folders."""
    prepare_folders()
    prepare_database()
    prepare_static_files()


def boards(*sizes: str) -> list[str]:
    """Make a task each with so many scored runs; return their slugs."""
    return [make_board(int(n_runs), f"board-{n_runs}").slug for n_runs in sizes]


def pages(folder: str) -> dict[str, dict[str, str]]:
    """Make the world of the access matrix; return what its words stand for, and people's sessions."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        world = make_busy_world(Path(folder))
    sessions = {role: session_of(world.client(role)) for role in world.people}
    return {"words": world.words, "sessions": sessions}


def session_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def plantclef(folder: str, n_runs: str) -> dict[str, Any]:
    """Load PlantCLEF at its real size; return a team's token and runs of 1.8 million lines."""
    return _with_runs(_PLANTCLEF, Path(folder), int(n_runs))


def parted_plantclef(folder: str, n_runs: str) -> dict[str, Any]:
    """Load the same once more, a third of it public; its campaign is there by now."""
    task = read_task_folder(_PLANTCLEF)
    parted = Path(folder) / "parted"
    split = Split("Usage", share=1 / 3)
    write_task_folder(replace(task, slug="plantclef-parted", split=split), parted)
    return _with_runs(parted, Path(folder), int(n_runs))


def _with_runs(task_folder: Path, folder: Path, n_runs: int) -> dict[str, Any]:
    call_command("load_task", task_folder, stdout=sys.stderr)
    task = Task.objects.get(slug=read_task_folder(task_folder).slug)
    assert task.current_truth
    truth = read_ground_truth(storage.local_folder(task.current_truth.folder))
    files = [folder / f"run-{seed}.csv" for seed in range(n_runs)]
    for seed, file in enumerate(files):
        write_synthetic_run(file, truth, Skill(level=seed / 2), seed=seed)
    captain = make_user(f"bench-{task.slug}")
    make_registration(task, make_team(captain.username, captain), extra_runs=n_runs)
    _, token = issue_token(user=captain, name="bench", expires_at=None, now=now())
    return {"task": task.slug, "token": token, "files": list(map(str, files))}


def timings(run: str) -> dict[str, float]:
    """Return the seconds of each step of a run's scoring."""
    done = Evaluation.objects.get(run_id=int(run), is_current=True)
    assert done.started_at
    assert done.finished_at
    whole = (done.finished_at - done.started_at).total_seconds()
    read, scored = done.timings["read"], done.timings["scored"]
    return {"read": read, "scored": scored, "recorded": whole - read - scored}


if __name__ == "__main__":
    makers: list[Callable[..., Any]] = [tables, boards, pages, plantclef, parted_plantclef, timings]
    maker = {maker.__name__: maker for maker in makers}[sys.argv[1]]
    json.dump(maker(*sys.argv[2:]), sys.stdout)
