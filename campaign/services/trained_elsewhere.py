"""Baselines that no worker of ours trained: their runs go the same way, with the same papers beside them."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from tomllib import loads
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaign.models import BaselineTraining, Task, User
from campaign.models.baselines import LOG_MAX
from campaign.reads.baselines import Config
from campaign.refusals import Invalid
from campaign.services.baseline_results import Made, Sent, read_made, send_made, write_task
from campaign.services.baselines import require_test
from campaign.services.roles import on_record, require_organiser


def send_trained(
    *,
    task: Task,
    config: Config,
    made: Made,
    log: str,
    by: User | None,
    reason: str,
    now: datetime,
) -> BaselineTraining:
    """Send the run of a model that was trained elsewhere, and write down how it came about.

    The same answers again are the run that is there; the same config again is what stands beside it.

    Parameters
    ----------
    log
        For organisers only.
    by
        None for the shell of the machine.
    reason
        Stands in the record.

    Raises
    ------
    Refusal
        The run would be rejected, or may not be sent; nothing was sent.
    """
    if by is not None:
        require_organiser(task=task, user=by)
    require_test(task)
    row = BaselineTraining(
        task=task,
        name=config.name,
        config=config.text,
        config_sha256=config.sha256,
        asked_by=by,
        asked_at=now,
        sent_at=now,
        reason=reason.strip(),
        elsewhere=True,
        state=BaselineTraining.State.DONE,
    )
    with on_record(by=by, reason=reason):
        return _written(row, _sent(row, made, now), log)


def _sent(row: BaselineTraining, made: Made, now: datetime) -> Sent:
    with TemporaryDirectory(prefix="clefboard-baseline-") as place:
        test_set = Path(place) / "task"
        write_task(row.task, test_set)
        return send_made(baseline=row, made=made, test_set=test_set, now=now)


@transaction.atomic
def _written(row: BaselineTraining, sent: Sent, log: str) -> BaselineTraining:
    Task.objects.select_for_update(no_key=True).get(pk=row.task_id)  # two at once write it once
    known = sent.run.trainings.filter(config_sha256=row.config_sha256).first()
    if known:
        return known
    row.run, row.record, row.card, row.price = sent.run, sent.record, sent.card, sent.price
    row.log = f"{log}{sent.said}\n"[-LOG_MAX:]
    row.save()
    return row


# ---------------------------------------------------------------- what a training left
def read_trained(folder: Path, *, config: Config, task: Task) -> Made:
    """Read what `python -m baselines official` left, which a config is said to have made.

    Raises
    ------
    Invalid
        A file is missing or wrong, or its record is of another config.
    """
    made = read_made(folder, images=task.run_rules.image_runs)
    if not _is_said_in(loads(config.text), made.record.get("config")):
        raise Invalid(
            _(
                "The record in %(folder)s is of another config than %(name)s.toml:"
                " right is the file that the training was started with."
            )
            % {"folder": folder, "name": config.name},
            code="other_config",
        )
    return made


def _is_said_in(said: Any, whole: Any) -> bool:
    """Tell whether a config is part of another one, which has all defaults, too."""
    if isinstance(said, dict):
        return isinstance(whole, dict) and all(
            _is_said_in(value, whole.get(name)) for name, value in said.items()
        )
    if isinstance(said, list):
        return (
            isinstance(whole, list)
            and len(said) == len(whole)
            and all(map(_is_said_in, said, whole))
        )
    return bool(said == whole)
