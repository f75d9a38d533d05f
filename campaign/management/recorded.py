"""Commands whose changes stand in the record under the name of who started them."""

import getpass
from typing import Any

import pghistory
from django.core.management.base import BaseCommand


class RecordedCommand(BaseCommand):
    """A command that changes what organisers answer for."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        name = type(self).__module__.rpartition(".")[2]
        with pghistory.context(user=None, command=name, shell_user=_shell_user()):
            return super().execute(*args, **options)


def _shell_user() -> str:
    """Return who is logged in at the shell; a container may know nobody's name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
