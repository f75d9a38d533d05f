"""Write a task back into a folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.models import Task
from campaign.reads.folder_exports import folder_export, write_folder
from campaign.refusals import Refusal


class Command(BaseCommand):
    help = "Write a task, its hidden truth among it, into a folder that load_task reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the task, e.g. plantclef-2017")
        parser.add_argument("folder", type=Path, help="a new or an empty folder")

    def handle(self, *args: Any, slug: str, folder: Path, **options: Any) -> None:
        task = Task.objects.select_related("campaign", "current_truth").filter(slug=slug).first()
        if task is None:
            known = ", ".join(Task.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no task {slug}; there are: {known}.")
        try:
            export = folder_export(task)
            write_folder(export, folder)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        except (FileExistsError, NotADirectoryError):
            what = "is not empty" if folder.is_dir() else "is a file"
            raise CommandError(f"{folder} {what}: name a new or an empty folder.") from None
        for place in sorted([*export.texts, *export.members]):
            self.stdout.write(place)
        self.stdout.write(f"{slug} is written to {folder}; it holds the hidden ground truth.")
