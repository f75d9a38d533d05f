"""What an installation does before its web and workers start, and again after each upgrade."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.standalone.preparations import (
    prepare_database,
    prepare_folders,
    prepare_static_files,
)
from campaign.standalone.processes import CannotStart


class Command(BaseCommand):
    help = "Make folders, the database, its tables and the static files, or bring them up to date."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for what, do in (
                ("folders", prepare_folders),
                ("database", prepare_database),
                ("static files", prepare_static_files),
            ):
                self.stdout.write(f"prepares the {what}")
                self.stdout.flush()
                do()
        except CannotStart as error:
            raise CommandError(str(error)) from None
