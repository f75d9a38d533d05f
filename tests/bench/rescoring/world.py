"""The task whose runs are scored again, made by the platform's own code in a process with its settings.

python -m tests.bench.rescoring.world campaign FOLDER N N_SENT | versions FOLDER | rescored TASK
"""

import csv
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django

django.setup()  # models can be imported only now

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from campaign import storage  # noqa: E402
from campaign.clock import now  # noqa: E402
from campaign.models import CampaignRole, Evaluation, Registration, Rescoring, Run, Task  # noqa: E402
from campaign.models.results import Part  # noqa: E402
from campaign.services.accounts import issue_token  # noqa: E402
from campaign.services.results import record, take  # noqa: E402
from campaign.services.runs import Submission, Upload, submit_run  # noqa: E402
from campaign.services.scores import PartScore, Result  # noqa: E402
from clefboard.task_folder import materialise, read_task_folder, write_task_folder  # noqa: E402
from scoring import read_ground_truth  # noqa: E402
from scoring.synthetic import Skill, write_synthetic_run  # noqa: E402
from tests.bench.rescoring.run_files import (  # noqa: E402
    Traced,
    Wanted,
    is_full,
    write_and_trace,
    write_run,
)
from tests.campaign.factories import make_registration, make_team, make_user  # noqa: E402
from tests.load.boards import RUNS_PER_TEAM, make_registrations  # noqa: E402

_AT_ONCE = 2  # processes that make runs
_PLANTCLEF = settings.FIXTURES_DIR / "practice" / "plantclef-practice"


def campaign(folder: str, n_runs: str, n_sent: str) -> dict[str, Any]:
    """Make a task with so many scored runs and more to be sent, and who reads, sends and decides."""
    place = Path(folder)
    materialise(read_task_folder(_PLANTCLEF), place / "task")
    shutil.copy(_PLANTCLEF.parent / "campaign.yaml", place)
    call_command("load_task", place / "task", stdout=sys.stderr)
    task = Task.objects.select_related("current_truth").get(slug=_PLANTCLEF.name)
    base = place / "base.csv"
    truth = read_ground_truth(place / "task")
    write_synthetic_run(base, truth, Skill(level=1.0), seed=2017)
    with ProcessPoolExecutor(_AT_ONCE, get_context("spawn")) as pool:
        runs = list(_scored_runs(task, base, int(n_runs), pool))
        fresh = range(int(n_runs), int(n_runs) + int(n_sent))
        lasting = _of_lasting_queries(base, place / "task" / "ground_truth.csv")
        sent = list(pool.map(write_run, [Wanted(lasting, number, True) for number in fresh]))
    captain = make_user("sender")
    make_registration(task, make_team(captain.username, captain), extra_runs=len(sent))
    organiser = make_user("organiser")
    CampaignRole.objects.create(campaign=task.campaign, user=organiser)
    return {
        "task": task.slug,
        "run": runs[0].pk,
        "sender": token_of(captain),
        "organiser": token_of(organiser),
        "session": session_of(organiser),
        "files": list(map(str, sent)),
        "runs": len(runs),
        "bytes": sum(run.stored_bytes for run in runs),
    }


def _of_lasting_queries(base: Path, table: Path) -> Path:
    """Write a run without the queries that will be gone: a file sent after the switch has none."""
    header, *rows = _read(table)
    gone = _gone(rows, header.index("QueryId"))
    lines = base.read_text("utf-8").splitlines(keepends=True)
    lasting = base.with_name("lasting.csv")
    lasting.write_text("".join(line for line in lines if line.partition(";")[0] not in gone))
    return lasting


def _scored_runs(task: Task, base: Path, n_runs: int, pool: ProcessPoolExecutor) -> Iterator[Run]:
    """Submit and record runs by the platform's services; what they are made of is made beside."""
    assert task.current_truth
    make = partial(
        write_and_trace,
        truth_folder=storage.local_folder(task.current_truth.folder),
        rules=task.run_rules_json,
        metrics=task.current_truth.metrics,
    )
    wanted = [Wanted(base, number, is_full(number)) for number in range(n_runs)]
    registrations = make_registrations(task, n_runs)
    for number, traced in enumerate(pool.map(make, wanted)):
        yield _scored(registrations[number // RUNS_PER_TEAM], traced)


def _scored(registration: Registration, traced: Traced) -> Run:
    sent = Submission(upload=Upload(path=traced.path, name=traced.path.name))
    run = submit_run(registration=registration, submission=sent, by=None, began_at=now(), now=now())
    return record_traced(run, traced)


def record_traced(run: Run, traced: Traced) -> Run:
    """Record what scoring made of a run, as a worker does; remove the file that it was sent by."""
    lease = take(evaluation_id=run.evaluations.get().pk, now=now())
    assert lease is not None  # no worker runs yet
    scores = [PartScore(Part.ALL, score) for score in traced.scores]
    record(lease=lease, result=Result(traced.report, traced.trace, scores, {}), now=now())
    traced.path.unlink()
    return run


def token_of(user: Any) -> str:
    """Return a token that a user has for the API."""
    return issue_token(user=user, name="bench", expires_at=None, now=now())[1]


def session_of(user: Any) -> str:
    """Return the session of a user who is logged in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# ---------------------------------------------------------------- other truths
def versions(folder: str) -> list[str]:
    """Pack the task's folder with other labels and fewer queries, and that one with a metric more."""
    place = Path(folder)
    task = read_task_folder(place / "task")
    other = place / "other"
    write_task_folder(task, other)
    gone = _change_labels(other / "ground_truth.csv")
    for name in ("queries.csv", "media.csv"):
        _drop(other / name, gone)
    changed = read_task_folder(other)
    write_task_folder(replace(changed, metrics=(*changed.metrics, "top_3")), place / "with-metric")
    return [
        shutil.make_archive(str(place / name), "zip", place / name)
        for name in ("other", "with-metric")
    ]


def _change_labels(table: Path) -> set[str]:
    """Take one query in two hundred out, and give one in a hundred the class of the next; name the first."""
    header, *rows = _read(table)
    query, label = header.index("QueryId"), header.index("ClassId")
    gone = _gone(rows, query)
    for one, other in zip(rows[50::100], rows[51::100], strict=False):
        one[label] = other[label]
    _write(table, [header, *(row for row in rows if row[query] not in gone)])
    return gone


def _gone(rows: list[list[str]], query: int) -> set[str]:
    return {row[query] for row in rows[::200]}


def _drop(table: Path, queries: set[str]) -> None:
    header, *rows = _read(table)
    query = header.index("QueryId")
    _write(table, [header, *(row for row in rows if row[query] not in queries)])


def _read(table: Path) -> list[list[str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def _write(table: Path, rows: list[list[str]]) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)


# ---------------------------------------------------------------- what came of it
def rescored(task: str) -> dict[str, Any]:
    """Return how long the newest re-scoring of a task took, and how many runs it was of."""
    newest = Rescoring.objects.filter(task__slug=task).latest("pk")
    done = newest.evaluations.filter(state=Evaluation.State.SCORED)
    last = done.latest("finished_at").finished_at
    assert last
    timings = [one.timings for one in done]
    return {
        "rescoring": newest.pk,
        "seconds": (last - newest.started_at).total_seconds(),
        "runs": len(timings),
        "read": sum(one["read"] for one in timings),
        "scored": sum(one["scored"] for one in timings),
    }


if __name__ == "__main__":
    makers: list[Callable[..., Any]] = [campaign, versions, rescored]
    maker = {maker.__name__: maker for maker in makers}[sys.argv[1]]
    json.dump(maker(*sys.argv[2:]), sys.stdout)
