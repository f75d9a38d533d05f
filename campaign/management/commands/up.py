"""Run the whole platform on this machine: servers, web, workers, beat, demo."""

import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaign.standalone import preparations, programs
from campaign.standalone.console import Console, refresh_accounts
from campaign.standalone.places import prepare_places
from campaign.standalone.processes import CannotStart, ProgramEnded, Supervisor, how_it_ended
from campaign.standalone.servers import locked, postgres, valkey

_HOST = "127.0.0.1"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = "Run the whole platform on this machine until Ctrl-C: servers, web, workers, beat, demo."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo",
            action=BooleanOptionalAction,
            help="load the demo campaigns; done by default, except where DATABASE_URL is set: "
            "there only if asked for, and into an empty database",
        )

    def handle(self, *args: Any, demo: bool | None, **options: Any) -> None:
        for one in _ENDING:
            signal.signal(one, end)
        os.chdir(settings.BASE_DIR)
        try:
            Platform(Console(sys.stdout), demo=demo).run()
        except CannotStart as error:
            raise CommandError(str(error)) from None


def end(signum: int, frame: FrameType | None) -> None:
    """Leave by the ordinary way out, which stops everything; being told twice changes nothing."""
    for one in _ENDING:
        signal.signal(one, signal.SIG_IGN)
    raise SystemExit(0)


class Platform:
    """One start of the platform, from the lock to the last line."""

    def __init__(self, console: Console, *, demo: bool | None) -> None:
        self.console = console
        self.own_database = "DATABASE_URL" not in os.environ
        self.wants_demo = self.own_database if demo is None else demo
        self.port = chosen_port()
        self.url = f"http://{_HOST}:{self.port}"
        self.accounts = Path(settings.VAR_DIR) / "demo.json"

    def run(self) -> None:
        with locked(Path(settings.VAR_DIR), f"Clefboard at {self.url}") as lock:
            require_free(self.port)
            try:
                self.run_programs(lock)
            finally:
                self.say("ended")

    def run_programs(self, lock: int) -> None:
        with Supervisor(self.console.say) as supervisor:
            try:
                self.start(supervisor, lock)
                supervisor.watch(until=make_was_interrupted)
            except ProgramEnded as error:
                self.say(f"{error}: the rest is ended")
                raise SystemExit(1) from None
            finally:
                self.say("ends all programs")

    def say(self, line: str) -> None:
        self.console.say("up", line)

    def start(self, supervisor: Supervisor, lock: int) -> None:
        began = time.monotonic()
        self.start_servers(supervisor, lock)
        self.say("prepares the database")
        preparations.prepare_folders()
        preparations.prepare_database()
        self.say("prepares static files")
        preparations.prepare_static_files()
        self.say("starts the web server")
        supervisor.start(programs.web(_HOST, self.port))
        self.say(f"{self.url} answers after {time.monotonic() - began:.1f} s; Ctrl-C ends it")
        supervisor.start(programs.worker(), programs.sweeper(), programs.beat())
        if programs.trains_baselines():
            supervisor.start(programs.gpu())
        self.start_demo(supervisor)

    def start_servers(self, supervisor: Supervisor, lock: int) -> None:
        """Start those of the two servers that the environment does not name."""
        wanted = [
            server
            for variable, server in (("DATABASE_URL", postgres), ("REDIS_URL", valkey))
            if variable not in os.environ
        ]
        if wanted:
            self.say(f"starts {' and '.join(server.__name__ for server in wanted)}")
            places = prepare_places(Path(settings.VAR_DIR), self.console.say)
            supervisor.start(*(server(places, lock=lock) for server in wanted))

    # ------------------------------------------------------------ demo
    def start_demo(self, supervisor: Supervisor) -> None:
        """Load what is missing of the demo, into a database that holds nothing but the demo."""
        if not self.wants_demo:
            return
        if self.accounts.exists() and not preparations.is_empty():
            self.show_accounts()
        elif preparations.takes_demo():
            self.say("loads the demo; its accounts are shown when it is complete")
            supervisor.start(programs.demo(self.url, self.demo_ended))
        else:
            self.say("the database holds other people's accounts: no demo is loaded into it")

    def demo_ended(self, code: int) -> None:
        if code == 0:
            self.show_accounts()
        else:
            self.console.say("demo", f"{how_it_ended(code)}: it is not complete; all else works")

    def show_accounts(self) -> None:
        self.console.show(
            f"\n  Clefboard runs at {self.url}\n\n"
            f"{refresh_accounts(self.accounts, self.url)}\n\n"
            f"  The same in {self.accounts}. Mails are files in {settings.EMAIL_FILE_PATH}.\n"
        )


# ---------------------------------------------------------------- the surroundings
def chosen_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is {text!r}; it should be a number from 1 to 65535.")
    return int(text)


def require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server will
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} of {_HOST} cannot be used ({error.strerror}). "
                f"Stop what runs there, or choose another: PORT={port + 1} make up"
            ) from None


def make_was_interrupted() -> bool:
    """Return whether `make`, our parent, got a Ctrl-C that did not reach us.

    It passes a SIGTERM on, but not a SIGINT sent to it alone: it then waits for us inside its
    handler, where the signal is blocked.
    """
    try:
        lines = Path(f"/proc/{os.getppid()}/status").read_text().splitlines()
    except FileNotFoundError:
        return False
    status = dict(line.split(":\t", 1) for line in lines)
    return status["Name"] == "make" and bool(int(status["SigBlk"], 16) >> signal.SIGINT - 1 & 1)
