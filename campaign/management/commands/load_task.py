"""Load a task folder."""

import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from campaign.clock import now
from campaign.management.recorded import RecordedCommand
from campaign.refusals import Invalid, Refusal
from campaign.services.folders import Report, load_folder
from campaign.services.loadings import ANY, Loaded, Terms


class Command(RecordedCommand):
    help = (
        "Load a task from its folder, or bring it up to date. Loading again changes nothing. At a "
        "terminal the difference is shown first, and loaded when you say so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that holds task.yaml")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument(
            "--yes",
            action="store_true",
            help="ask nothing, and change back what was changed elsewhere since",
        )
        parser.add_argument("--reason", default="", help="why; it stands in the record")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        self.say(f"reads {folder}")
        terms = Terms(reason=options["reason"], seen=ANY if options["yes"] else "")
        if options["dry_run"]:
            return self.report(self.load(folder, replace(terms, dry_run=True)), would=True)
        if not options["yes"] and sys.stdin.isatty():
            seen = self.load(folder, replace(terms, dry_run=True))
            self.report(seen, would=True)
            if not seen.loaded.new and seen.loaded.changes and not self.agreed():
                raise CommandError("Nothing was loaded.")
            terms = replace(terms, seen=seen.loaded.digest)
        return self.report(self.load(folder, terms), would=False)

    def load(self, folder: Path, terms: Terms) -> Report:
        try:
            return load_folder(path=folder, now=now(), terms=terms)
        except Invalid as invalid:
            lines = "\n".join(f"  {one['message']}" for one in invalid.details["problems"])
            raise CommandError(f"{folder}: {invalid.message}\n{lines}") from None
        except Refusal as refusal:
            more = "\nTo load it all the same: --yes" if refusal.code == "edited_since" else ""
            raise CommandError(refusal.message + more) from None

    def agreed(self) -> bool:
        return input("Load this? [y/N] ").strip().lower() in {"y", "yes"}

    def report(self, report: Report, *, would: bool) -> None:
        loaded = report.loaded
        for note in report.notes:
            self.say(note)
        for change in loaded.changes:
            self.say(change)
        for edit in loaded.undone:
            self.warn(f"changes back: {edit}")
        if not loaded.changes:
            self.say(f"nothing changed: {loaded.task.slug} is as its folder says")
        self.say_what_waits(loaded)
        if would:
            self.say("nothing was loaded: this is what would change")

    def say_what_waits(self, loaded: Loaded) -> None:
        if loaded.waiting:
            self.warn(
                f"Truth version {loaded.waiting} is not in force: there are runs scored with another "
                f"one. To score them again: manage.py rescore {loaded.task.slug}"
            )

    def warn(self, line: str) -> None:
        self.stdout.write(self.style.WARNING(line))

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
