"""Load the history of the field."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from campaign.management.recorded import RecordedCommand
from campaign.refusals import Invalid
from campaign.services.history import load_history


class Command(RecordedCommand):
    help = (
        "Load what was printed about past editions, or bring it up to date: every line with its "
        "source, none of them a run. Loading again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            type=Path,
            nargs="?",
            default=Path(settings.FIXTURES_DIR) / "history",
            help="the folder of the files; by itself the one that comes with Clefboard",
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            loaded = load_history(folder=folder)
        except Invalid as invalid:
            lines = "\n".join(f"  {one['message']}" for one in invalid.details["problems"])
            raise CommandError(f"{folder}: {invalid.message}\n{lines}") from None
        self.stdout.write(
            f"created {loaded.created}, changed {loaded.changed}, removed {loaded.removed}, "
            f"left {loaded.same} as they were"
        )
