"""Load the demo."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from campaign.management.recorded import RecordedCommand
from campaign.models import User
from campaign.refusals import Refusal
from campaign.standalone.demo import DemoFailed, load_demo
from campaign.standalone.demo_accounts import holds_other_people


class Command(RecordedCommand):
    help = (
        "Load the demo: two campaigns with their tasks, generated runs, accounts in var/demo.json. "
        "Needs a running worker. What was begun goes on, what is complete stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="the platform's address, for demo.json"
        )

        parser.add_argument(
            "--fixtures",
            type=Path,
            default=Path(settings.FIXTURES_DIR),
            help="the folder of campaigns, runs and history",
        )

    def handle(self, *args: Any, url: str, fixtures: Path, **options: Any) -> None:
        target = Path(settings.VAR_DIR) / "demo.json"
        if holds_other_people():
            raise CommandError("The database holds other people's accounts: no demo goes into it.")
        if target.exists() and User.objects.exists():
            return self.say(f"The demo is loaded; its accounts are in {target}.")
        try:
            load_demo(fixtures=fixtures, target=target, url=url, say=self.say)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        except DemoFailed as failed:
            raise CommandError(str(failed)) from None
        return self.say("complete")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
