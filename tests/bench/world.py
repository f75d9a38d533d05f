"""What is measured, made by the platform's own code in a process with its settings.

python -m tests.bench.world tables | board N | plantclef FOLDER N | timings RUN
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()  # models can be imported only now

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from campaign import storage  # noqa: E402
from campaign.clock import now  # noqa: E402
from campaign.models import Evaluation, Task  # noqa: E402
from campaign.services.accounts import issue_token  # noqa: E402
from campaign.standalone.preparations import (  # noqa: E402
    prepare_database,
    prepare_folders,
    prepare_static_files,
)
from scoring import read_ground_truth  # noqa: E402
from scoring.synthetic import Skill, write_synthetic_run  # noqa: E402
from tests.campaign.factories import make_registration, make_team  # noqa: E402
from tests.load.boards import make_board  # noqa: E402


def tables() -> None:
    """Make the database, its tables and the folders."""
    prepare_folders()
    prepare_database()
    prepare_static_files()


def board(n_runs: str) -> str:
    """Make a task with so many scored runs; return its slug."""
    return make_board(int(n_runs)).slug


def plantclef(folder: str, n_runs: str) -> dict[str, Any]:
    """Load PlantCLEF at its real size; return a team's token and runs of 1.8 million lines."""
    call_command(
        "load_task", settings.FIXTURES_DIR / "practice" / "plantclef-practice", stdout=sys.stderr
    )
    task = Task.objects.get(slug="plantclef-practice")
    assert task.current_truth
    truth = read_ground_truth(storage.local_folder(task.current_truth.folder))
    files = [Path(folder) / f"run-{seed}.csv" for seed in range(int(n_runs))]
    for seed, file in enumerate(files):
        write_synthetic_run(file, truth, Skill(level=seed / 2), seed=seed)
    team = make_registration(task, make_team("Bench"), extra_runs=len(files)).team
    _, token = issue_token(user=team.members.get(), name="bench", expires_at=None, now=now())
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
    makers: list[Callable[..., Any]] = [tables, board, plantclef, timings]
    maker = {maker.__name__: maker for maker in makers}[sys.argv[1]]
    json.dump(maker(*sys.argv[2:]), sys.stdout)
