"""Write the overview kit of a task."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError

from campaign.clock import now
from campaign.models import Task, User
from campaign.reads.visibility import Viewer
from campaign.refusals import Refusal
from campaign.services.overview_kits import pack_kit


class Command(BaseCommand):
    help = "Write what the overview of a task is written from into a zip: only what everybody may see, unless told otherwise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the task, e.g. plantclef-2017")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="what this person sees, e.g. an organiser"
        )

    def handle(self, *args: Any, slug: str, out: Path, user: str | None, **options: Any) -> None:
        task = Task.objects.filter(slug=slug).first()
        if task is None:
            known = ", ".join(Task.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no task {slug}; there are: {known}.")
        asked: dict[str, Any] = {"task": task, "viewer": _viewer(user), "now": now()}
        try:
            with out.open("xb") as target:
                pack_kit(**asked, target=target, heartbeat=lambda: None)
        except FileExistsError:
            raise CommandError(f"{out} exists: name a new file.") from None
        except Refusal as refusal:
            out.unlink()
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{out} is written.")


def _viewer(username: str | None) -> Viewer:
    if username is None:
        return AnonymousUser()
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no {username}.")
    return user
