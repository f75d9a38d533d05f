"""Send an official run that was trained elsewhere, e.g. on a cluster, from the shell."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from campaign.clock import now
from campaign.management.recorded import RecordedCommand
from campaign.models import BaselineTraining, Task
from campaign.reads.baselines import config_in
from campaign.refusals import Refusal
from campaign.services.trained_elsewhere import read_trained, send_trained


class Command(RecordedCommand):
    help = (
        "Send what `python -m baselines official` left in a folder on any machine, as the organisers' "
        "own run. Config, model card and record are published with it, paths in them, too: whoever "
        "sees the run reads them. Sent again, it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="what `official` was told as --to")
        parser.add_argument(
            "--config", type=Path, required=True, help="the file that it was started with"
        )
        parser.add_argument("--task", required=True, metavar="SLUG")
        parser.add_argument(
            "--reason",
            default="An official run, trained elsewhere.",
            help="what it is for; it stands in the record",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tasks = Task.objects.select_related("campaign", "current_truth")
        task = tasks.filter(slug=options["task"]).first()
        if task is None:
            raise CommandError(f"There is no task {options['task']}.")
        try:
            sent = send(task, options["folder"], options["config"], options["reason"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        assert sent.run is not None  # it is done
        self.stdout.write(
            f"baseline {sent.pk}: {sent.name} for {task.slug} is Run {sent.run.number},"
            f" {sent.run.get_absolute_url()}"
        )


def send(task: Task, folder: Path, path: Path, reason: str) -> BaselineTraining:
    """Send what lies in a folder, by the config of a file."""
    config = config_in(path)
    made = read_trained(folder, config=config, task=task)
    return send_trained(
        task=task, config=config, made=made, log="", by=None, reason=reason, now=now()
    )
