"""The demo: two campaigns, all their tasks, and runs that come through the door of everybody.

Each step finds out what is there already, so a loading that was killed goes on at the next start.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from redis.exceptions import RedisError

from campaign import storage
from campaign.clock import now
from campaign.models import Evaluation, Registration, Run, Task, User
from campaign.reads.baselines import config_in
from campaign.reads.demo import DEMO_KEY, DEMO_LASTS_S, DemoState
from campaign.services.baseline_results import Made, read_object, read_text
from campaign.services.history import load_history
from campaign.services.loadings import ANY, Terms
from campaign.services.runs import Submission, Upload, submit_run
from campaign.services.tasks import load_task
from campaign.services.teams import register_generated_team
from campaign.services.trained_elsewhere import send_trained
from campaign.standalone.console import write_accounts
from campaign.standalone.demo_accounts import (
    Account,
    give_roles,
    make_accounts,
    register_captains,
)
from clefboard.task_folder import find_task_folders, read_campaign, read_task_folder
from scoring import GroundTruth, Skill, read_ground_truth, write_synthetic_run

_PAST, _PRACTICE = "lifeclef-2017", "practice"
_OPEN, _CLOSED = "plantclef-practice", "plantclef-2017"
_SAID_EVERY_S = 3.0
_LOOKS_EVERY_S = 0.3

Line = Callable[[str], None]


class DemoFailed(Exception):
    """A run of the demo could not be scored; the text says which and why."""


def load_demo(*, fixtures: Path, target: Path, url: str, say: Line) -> None:
    """Load what is missing of the demo, wait until it is scored, then write its accounts.

    Parameters
    ----------
    fixtures
        The folder of the campaigns, of the demo's runs, and of the history.
    target
        Where the accounts go, last of all.
    url
        The platform's address, for that file.
    say
        Takes a line for the person who waits.

    Raises
    ------
    DemoFailed
        A run was not scored.
    """
    target.unlink(missing_ok=True)
    accounts = make_accounts()
    folders = _folders(fixtures)
    for done, folder in enumerate(folders):
        say_on = partial(_say_on, say, DemoState("tasks", done, len(folders)))
        say_on(f"task {done + 1} of {len(folders)}: {folder.name}")
        _load_task(folder, fixtures, say_on)
    for task in Task.objects.filter(campaign__slug=_PRACTICE):
        register_captains(task)
    load_history(folder=fixtures / "history")
    _wait_until_scored(say)
    _write(target, url, accounts)
    _tell(None)


def _folders(fixtures: Path) -> list[Path]:
    """Return all tasks' folders, the one with the largest run first: it is scored meanwhile."""
    found = [one for name in (_PAST, _PRACTICE) for one in find_task_folders(fixtures / name)]
    return sorted(found, key=lambda folder: folder.name != _CLOSED)


def _say_on(say: Line, state: DemoState, line: str) -> None:
    """Say a line, and that the loading goes on: a state that nobody repeats fades."""
    _tell(state)
    say(line)


def _tell(state: DemoState | None) -> None:
    """Let the pages know how far it is; without a broker they do without."""
    try:
        if state:
            cache.set(DEMO_KEY, (state.step, state.done, state.of), DEMO_LASTS_S)
        else:
            cache.delete(DEMO_KEY)
    except RedisError:
        return


def _load_task(folder: Path, fixtures: Path, say: Line) -> None:
    campaign = read_campaign(folder.parent)
    read = read_task_folder(folder)
    task = load_task(folder=read, campaign=campaign, now=now(), terms=Terms(seen=ANY)).task
    give_roles()
    _submit_baselines(task, folder.with_name(f"{folder.name}.baselines"))
    _submit_generated(task, fixtures / "demo" / "runs.json", say)


def _write(target: Path, url: str, accounts: list[Account]) -> None:
    document = {
        "url": url,
        "tasks": {"open": _OPEN, "closed": _CLOSED},
        "accounts": [asdict(account) for account in accounts],
    }
    write_accounts(target, document)


# ---------------------------------------------------------------- true runs
def _submit_baselines(task: Task, folder: Path) -> None:
    """Send the runs of real networks that lie beside a task, with the papers of each, as baselines."""
    if not folder.is_dir():
        return
    for name, description in json.loads((folder / "runs.json").read_text()).items():
        if task.trainings.filter(name=name).exists():
            continue
        send_trained(
            task=task,
            config=config_in(folder / f"{name}.toml"),
            made=_made(folder, name, description),
            log=(folder / f"{name}.log").read_text("utf-8"),
            by=User.objects.get(username="organiser"),
            reason="Comes with Clefboard.",
            now=now(),
        )


def _made(folder: Path, name: str, description: dict[str, Any]) -> Made:
    return Made(
        run=folder / f"{name}.csv.gz",
        image_run=folder / f"{name}.images.csv.gz",
        description=description,
        record=read_object(folder / f"{name}.record.json"),
        card=read_text(folder / f"{name}.card.md"),
    )


def _upload(path: Path) -> Upload:
    return Upload(path=path, name=path.name)


# ---------------------------------------------------------------- generated runs
def _submit_generated(task: Task, runs: Path, say: Line) -> None:
    truth: GroundTruth | None = None
    for entry in json.loads(runs.read_text()).get(task.slug, []):
        submitted = datetime.fromisoformat(entry["submitted"])
        registration = register_generated_team(name=entry["team"], task=task, now=submitted)
        if registration.runs.filter(name=entry["name"]).exists():
            continue
        say(f"  generates a run of {entry['team']}: {entry['name']}")
        truth = truth or _truth(task)
        with TemporaryDirectory(prefix="clefboard-demo-") as place:
            _submit(registration, entry, submitted, _generate(truth, task, entry, Path(place)))


def _truth(task: Task) -> GroundTruth:
    assert task.current_truth is not None  # it was loaded just now
    return read_ground_truth(storage.local_folder(task.current_truth.folder))


def _generate(
    truth: GroundTruth, task: Task, entry: dict[str, Any], place: Path
) -> tuple[Path, Path | None]:
    run, images = place / "run.csv", place / "images.csv" if entry.get("images") else None
    skill = {name: entry[name] for name in ("level", "rare", "shifts", "coverage") if name in entry}
    write_synthetic_run(
        run,
        truth,
        Skill(**skill),
        seed=entry["seed"],
        shape=task.shape,
        predictions=entry["predictions"],
        image_path=images,
    )
    return run, images


def _submit(
    registration: Registration,
    entry: dict[str, Any],
    submitted: datetime,
    files: tuple[Path, Path | None],
) -> None:
    run, images = files
    submit_run(
        registration=registration,
        submission=Submission(
            upload=_upload(run),
            name=entry["name"],
            description=entry["description"],
            image_upload=_upload(images) if images else None,
            generated=True,
        ),
        by=None,
        began_at=submitted,
        now=submitted,
        queued_at=now(),
    )


# ---------------------------------------------------------------- scoring
def _wait_until_scored(say: Line) -> None:
    """Return when the worker has scored every run of the demo."""
    said_at = 0.0
    while (state := _scored()).done < state.of:
        if time.monotonic() - said_at > _SAID_EVERY_S:
            said_at = time.monotonic()
            _tell(state)
            say(f"{state.done} of {state.of} runs are scored")
        time.sleep(_LOOKS_EVERY_S)
    if failed := list(_unscored()):
        raise DemoFailed("; ".join(failed))


def _scored() -> DemoState:
    ended = Q(finished_at__isnull=False)
    counts = _evaluations().aggregate(done=Count("pk", filter=ended), of=Count("pk"))
    return DemoState("runs", counts["done"], counts["of"])


def _evaluations() -> QuerySet[Evaluation]:
    of_demo = Q(run__generated=True) | Q(run__registration__team__organisers=True)
    return Evaluation.objects.filter(of_demo, is_current=True)


def _unscored() -> Iterator[str]:
    ended = _evaluations().exclude(state=Evaluation.State.SCORED)
    for evaluation in ended.select_related("run__registration__team"):
        run: Run = evaluation.run
        why = evaluation.failure or "; ".join(one["message"] for one in evaluation.problems)
        yield f"{run.registration.team.name}, {run.name}, is {evaluation.state}: {why}"
