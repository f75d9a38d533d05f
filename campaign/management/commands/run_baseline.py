"""Have an official run made, from the shell."""

from argparse import ArgumentParser
from pathlib import Path
from time import sleep
from typing import Any

from django.core.management.base import CommandError

from campaign.clock import now
from campaign.management.recorded import RecordedCommand
from campaign.models import BaselineTraining, Task
from campaign.reads.baselines import Config, config_in, config_named, progress_of
from campaign.reads.health import trainer_answers
from campaign.refusals import Refusal
from campaign.services.baselines import ask_for_baseline

_LOOK_EVERY_S = 2.0


class Command(RecordedCommand):
    help = (
        "Train a reference model by a config, and send its run as the organisers' own. A worker on the "
        "queue gpu does it; Ctrl-C ends only the waiting. Config, model card and record are published "
        "with the run, paths in them, too: whoever sees the run reads them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("config", help="a file, or the name of one that organisers may choose")
        parser.add_argument("--task", required=True, metavar="SLUG")
        parser.add_argument(
            "--reason", default="An official run.", help="what it is for; it stands in the record"
        )
        parser.add_argument("--wait", action="store_true", help="until it has ended")

    def handle(self, *args: Any, **options: Any) -> None:
        task = Task.objects.select_related("campaign").filter(slug=options["task"]).first()
        if task is None:
            raise CommandError(f"There is no task {options['task']}.")
        try:
            config = find_config(options["config"])
            baseline = ask_for_baseline(
                task=task, config=config, by=None, reason=options["reason"], now=now()
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.say(
            f"baseline {baseline.pk}: {baseline.name} for {task.slug}, SHA-256 {config.sha256}"
        )
        if not trainer_answers():
            self.say("no worker that trains answers: it waits until one is started")
        if options["wait"]:
            self.wait(baseline)

    def wait(self, baseline: BaselineTraining) -> None:
        said = ""
        while baseline.is_on_its_way:
            line = in_words(baseline)
            if line != said:
                self.say(said := line)
            sleep(_LOOK_EVERY_S)
            baseline.refresh_from_db()
        if baseline.run is None:
            raise CommandError(f"{baseline.state}: {baseline.failure or 'no run was sent'}")
        self.say(f"done: Run {baseline.run.number}, {baseline.run.get_absolute_url()}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def find_config(name: str) -> Config:
    """Return the config of a file, or the one of that name: the shell may read any file."""
    return config_in(Path(name)) if Path(name).is_file() else config_named(name)


def in_words(baseline: BaselineTraining) -> str:
    """Return where a baseline stands, in a line."""
    found = progress_of(baseline)
    if found is None or baseline.state != BaselineTraining.State.RUNNING:
        return str(baseline.state)
    share = f", {found.share} %" if found.share is not None else ""
    left = f", about {found.left.total_seconds():.0f} s left" if found.left else ""
    return f"{baseline.state}: {found.phase}{share}{left}"
