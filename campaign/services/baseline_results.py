"""What a baseline's child is given, and what becomes of what it made: a run like everybody's."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import BaselineTraining, Registration, Run, Task
from campaign.reads.baselines import pieces_of, price_line, price_of
from campaign.refusals import AlreadyThere, Invalid, Refusal
from campaign.scorer import check_file
from campaign.services.organisers_team import register_organisers
from campaign.services.runs import Submission, submit_run
from campaign.services.uploads import Upload
from scoring import check_method_description

_PUBLIC = ("classes.csv", "queries.csv", "media.csv")
_TEXT_MAX = 200_000  # bytes of a card, a record, a description
_SHOWN = 5  # problems


@dataclass(frozen=True)
class Made:
    """A run, and what is said of it: as a child leaves it in its folder."""

    run: Path
    image_run: Path | None
    description: dict[str, Any]
    record: dict[str, Any]
    card: str


@dataclass(frozen=True)
class Sent:
    """A run that was sent, and what stands beside it."""

    run: Run
    record: dict[str, Any]
    card: str
    price: dict[str, Any]
    said: str  # in the log


# ---------------------------------------------------------------- what a child is given
def write_task(task: Task, folder: Path) -> None:
    """Write the public part of a task into a folder: its tables and its run rules, never its truth."""
    assert task.current_truth is not None  # without one no baseline is taken
    shutil.rmtree(
        folder, ignore_errors=True
    )  # an earlier attempt may have answered an earlier test
    folder.mkdir(mode=0o700, parents=True)
    storage.fetch_files(task.current_truth.folder, _PUBLIC, folder)
    rules = task.run_rules.to_json()
    described = {"shape": rules.pop("shape"), "run": rules}
    (folder / "task.yaml").write_text(json.dumps(described), "utf-8")  # JSON is YAML


# ---------------------------------------------------------------- what it made
def send_run(*, baseline: BaselineTraining, folder: Path, now: datetime) -> Sent:
    """Send what a child made through the door that everybody uses, as the organisers' team.

    A training that came to the very answers of an earlier run sends none: that run is its own, too.

    Raises
    ------
    Refusal
        Something is missing or wrong; nothing was sent.
    """
    made = read_made(folder, images=baseline.task.run_rules.image_runs)
    return send_made(baseline=baseline, made=made, test_set=folder.parent / "task", now=now)


def send_made(*, baseline: BaselineTraining, made: Made, test_set: Path, now: datetime) -> Sent:
    """Send what was made for a baseline, which need not be stored yet.

    Parameters
    ----------
    test_set
        The folder that `write_task` wrote.

    Raises
    ------
    Refusal
        The run would be rejected, or may not be sent.
    """
    task = baseline.task
    _check(made, test_set, task)
    line = price_line(task.campaign, str(made.description.get("hardware", "")))
    description = dict(made.description)
    if line and line.eur_bought is not None:
        price = float(line.eur_bought * pieces_of(description))
        description.setdefault("hardware_price_eur", int(price) if price.is_integer() else price)
    run, said = _sent(baseline, made, description, now)
    return Sent(run, made.record, made.card, price_of(line, description), said)


def _sent(
    baseline: BaselineTraining, made: Made, description: dict[str, Any], now: datetime
) -> tuple[Run, str]:
    images = made.image_run
    submission = Submission(
        upload=Upload(made.run, f"{baseline.name}.csv.gz"),
        name=baseline.name,
        description=description,
        image_upload=Upload(images, f"{baseline.name}.images.csv.gz") if images else None,
    )
    try:
        run = submit_run(
            registration=_registration(baseline.task, now),
            submission=submission,
            by=baseline.asked_by,
            began_at=now,
            now=now,
        )
    except AlreadyThere as refusal:
        run = Run.objects.get(pk=refusal.details["run_id"])
        said = _("Run %(number)s has the very same answers: nothing new was sent.")
        return run, said % {"number": run.number}
    return run, _("It was sent as Run %(number)s.") % {"number": run.number}


def _registration(task: Task, now: datetime) -> Registration:
    register_organisers(campaign=task.campaign, task=task, now=now)
    return task.registrations.get(team__organisers=True)


def read_made(folder: Path, *, images: bool) -> Made:
    """Read what a child left.

    Parameters
    ----------
    images
        Whether the task takes image runs; one that it does not take is left out.

    Raises
    ------
    Invalid
        A file is missing, or is not what it should be.
    """
    run = folder / "run.csv.gz"
    if not run.is_file():
        _refuse("run.csv.gz", _("it is not there"))
    image_run = folder / "run.images.csv.gz"
    description = read_object(folder / "description.json")
    if problems := check_method_description(description):
        _refuse("description.json", " ".join(problems[:_SHOWN]))
    return Made(
        run=run,
        image_run=image_run if images and image_run.is_file() else None,
        description=description,
        record=read_object(folder / "record.json"),
        card=read_text(folder / "card.md"),
    )


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object that a database can keep.

    Raises
    ------
    Invalid
        It is none, or too long.
    """
    text = read_text(path)
    try:
        found = json.loads(text)
        # A database keeps no number that is none, and no half of a letter.
        plain = json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        _refuse(path.name, str(error))
    if not isinstance(found, dict) or b"\\u0000" in plain:
        _refuse(path.name, _("right is a JSON object of plain texts and numbers"))
    return found


def read_text(path: Path) -> str:
    """Read a text that a database can keep.

    Raises
    ------
    Invalid
        It is none, or too long.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_TEXT_MAX + 1)
        text = data.decode("utf-8")
    except OSError:
        _refuse(path.name, _("it is not there"))
    except UnicodeDecodeError as error:
        _refuse(path.name, str(error))
    if len(data) > _TEXT_MAX or "\x00" in text:
        _refuse(path.name, _("right is text of at most %(n)s bytes") % {"n": f"{_TEXT_MAX:,}"})
    return text


def _refuse(name: str, why: str) -> NoReturn:
    raise Invalid(
        _("What the baseline made cannot be sent: %(file)s: %(why)s") % {"file": name, "why": why},
        code="bad_baseline",
    )


def _check(made: Made, test_set: Path, task: Task) -> None:
    """Refuse a run that would be rejected: an official one is right, or it is none."""
    files = [("run", made.run)] + ([("image_run", made.image_run)] if made.image_run else [])
    for kind, path in files:
        report = check_file(
            path,
            test_set,
            task.run_rules,
            kind=kind,
            max_seconds=settings.SCORING_MAX_SECONDS,
        )
        if problems := report["problems"]:
            said = " ".join(problem["message"] for problem in problems[:_SHOWN])
            raise Refusal(
                _("The baseline made a run that is not valid, and it was not sent: %(problems)s")
                % {"problems": said},
                code="bad_baseline",
            )
