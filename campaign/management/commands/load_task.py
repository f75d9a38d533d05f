"""Load a task folder."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.clock import now
from campaign.models import Task
from campaign.refusals import Refusal
from campaign.services.tasks import load_task
from clefboard.task_folder import (
    CampaignFile,
    InvalidTaskFolder,
    Problem,
    TaskFolder,
    check_task_folder,
    read_campaign,
)


class Command(BaseCommand):
    help = "Load a task from its folder, or bring it up to date. Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that holds task.yaml")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        self.say(f"reads {folder}")
        task_folder = self.read(folder)
        campaign = read_campaign_beside(folder)
        self.say("makes its tables and loads it" if task_folder.generate else "loads it")
        try:
            loaded = load_task(folder=task_folder, campaign=campaign, now=now())
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.report(loaded.task, loaded.changes)

    def read(self, folder: Path) -> TaskFolder:
        check = check_task_folder(folder)
        if check.task is None:
            raise CommandError(listed(folder, check.problems))
        for note in check.notes:
            self.say(str(note))
        return check.task

    def report(self, task: Task, changes: list[str]) -> None:
        for change in changes:
            self.say(change)
        if not changes:
            self.say(f"nothing changed: {task.slug} is as its folder says")
        newest = task.truth_versions.first()
        if newest and newest != task.current_truth:
            self.stdout.write(
                self.style.WARNING(
                    f"Truth version {newest.number} is not in force: there are runs scored with "
                    f"another one, and scoring them again is not possible yet."
                )
            )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def read_campaign_beside(folder: Path) -> CampaignFile | None:
    place = folder.resolve().parent
    if not (place / "campaign.yaml").is_file():
        return None  # a folder may travel alone: the platform knows its campaigns
    try:
        return read_campaign(place)
    except InvalidTaskFolder as invalid:
        raise CommandError(listed(place, invalid.problems)) from None


def listed(folder: Path, problems: Iterable[Problem]) -> str:
    """Return all problems, a line each, and say that they cost nothing."""
    lines = "\n".join(f"  {problem}" for problem in problems)
    return f"{folder} has problems; nothing was loaded.\n{lines}"
