"""A platform with servers of its own, whose every process may be killed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

from campaign.standalone.places import Places, prepare_places
from campaign.standalone.processes import Child, Supervisor, be_silent
from campaign.standalone.servers import local_urls, locked, postgres, valkey
from clefboard.client import Client
from tests.chaos.sender import send
from tests.chaos.world import run_lines
from tests.live_platform import LivePlatform, live_platform

POINTS = int(os.environ.get("CHAOS_POINTS", "2"))
N_TEAMS = 10 + 10 * POINTS
RECOVERS_WITHIN_S = 60
# Shorter than usual, that the tests may be; an installation may set them as well.
HASTE = {
    "SCORING_LEASE_SECONDS": "6",
    "SCORING_RESEND_AFTER_SECONDS": "6",
    "SWEEP_EVERY_SECONDS": "2",
}


@dataclass
class ChaosPlatform:
    """The running platform, its servers, and its teams."""

    live: LivePlatform
    servers: Supervisor
    places: Places
    env: dict[str, str]  # of a process with the platform's settings
    tokens: Iterator[str]
    seeds: Iterator[int] = field(default_factory=lambda: count(1))
    usual_s: float = 0.0  # from a run's acceptance to its scores

    # ------------------------------------------------------------ what a team does
    def team(self) -> "TeamAtWork":
        """Return a team that has not submitted yet."""
        self.bear_much()
        return TeamAtWork(next(self.tokens), self)

    def bear_much(self) -> None:
        """Have programs started again however often: tests kill more often than a day does."""
        for child in self.live.supervisor._children:
            child.restarts_left = 100

    def make(self, module: str, *arguments: object) -> Any:
        """Make something by a module of this package, in a process with the platform's settings."""
        return _made(self.env, module, *arguments)

    # ------------------------------------------------------------ what may be killed
    def child(self, name: str) -> Child:
        return next(
            child
            for supervisor in (self.live.supervisor, self.servers)
            for child in supervisor._children
            if child.program.name == name
        )

    def kill(self, name: str) -> None:
        """Kill a program as the kernel does when memory is short; its own children are not asked."""
        child = self.child(name)
        child.process.kill()
        child.process.wait()

    def start_again(self, name: str) -> None:
        """Start a program that ended, and wait until it answers."""
        child = self.child(name)
        child.launch()
        deadline = time.monotonic() + 30
        while child.program.ready and not child.program.ready():
            assert time.monotonic() < deadline, f"{name} does not answer\n{self.live.logs()}"
            time.sleep(0.05)

    def scorer(self) -> psutil.Process | None:
        """Return the process that reads a run file just now."""
        with suppress(psutil.NoSuchProcess):  # the worker is being started again
            worker = psutil.Process(self.child("worker").process.pid)
            for process in worker.children(recursive=True):
                with suppress(psutil.NoSuchProcess):  # it ended meanwhile
                    if any(word.endswith("scorer_child.py") for word in process.cmdline()):
                        return process
        return None

    def restart_postgres(self) -> None:
        child = self.child("postgres")
        child.process.send_signal(signal.SIGINT)
        child.process.wait()
        self.start_again("postgres")

    def restart_broker(self) -> None:
        self.kill("valkey")
        self.start_again("valkey")

    def restart_web(self) -> None:
        """Kill the web server with all its processes at once, and start it again."""
        web = self.child("web").process
        web.poll()
        os.killpg(web.pid, signal.SIGKILL)
        web.wait()
        self.start_again("web")

    def flush_broker(self) -> None:
        with redis.Redis(unix_socket_path=str(self.places.sockets / "valkey.sock")) as broker:
            broker.flushall()

    # ------------------------------------------------------------ what came of it
    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        with psycopg.connect(
            host=str(self.places.sockets), user="postgres", dbname="clefboard"
        ) as database:
            return database.execute(query, values).fetchall()

    def state(self, run_id: str) -> str:
        [(state,)] = self.rows("SELECT state FROM campaign_evaluation WHERE run_id = %s", [run_id])
        return str(state)

    def pause(self, share: float) -> None:
        """Let the platform go on until the moment that the seed chose, in shares of a run's usual time."""
        self.go_on(share * self.usual_s)

    def go_on(self, seconds: float) -> None:
        """Look after the programs for so long."""
        deadline = time.monotonic() + seconds
        self.live.supervisor.watch(until=lambda: time.monotonic() >= deadline)

    def wait_until_scored(self, *run_ids: str) -> None:
        self.live.wait_until(
            lambda: all(self.state(run_id) == "scored" for run_id in run_ids),
            "every accepted run is scored",
            within_s=RECOVERS_WITHIN_S,
        )


@dataclass
class TeamAtWork:
    """One team with its token."""

    token: str
    platform: ChaosPlatform

    def submit(self, folder: Path) -> str:
        """Submit a new run, as often as it takes to get an answer, and return its id."""
        return self.send(self.write_run(folder))

    def send(self, file: Path) -> str:
        with Client(self.platform.live.url, self.token) as client:
            return send(client, file)

    def write_run(self, folder: Path) -> Path:
        seed = next(self.platform.seeds)
        file = folder / f"run-{seed}.csv"
        file.write_text(run_lines(seed))
        return file

    def sender(self, file: Path) -> "Sender":
        """Send a file beside the test, which has no thread to spare."""
        command = [sys.executable, "-m", "tests.chaos.sender", self.platform.live.url]
        return Sender(
            subprocess.Popen([*command, self.token, str(file)], stdout=subprocess.PIPE, text=True)
        )


@dataclass
class Sender:
    """A process that sends a file until there is an answer."""

    process: subprocess.Popen[str]

    def run_id(self) -> str:
        output, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return output


def kill_moments(scenario: str, longest: float = 1, *, n: int = POINTS) -> list[float]:
    """Return the seeded moments at which to kill, in shares of the time that it usually takes.

    They are two, or as many as `CHAOS_POINTS` asks for, where nothing else is said.
    """
    random_ = random.Random(scenario)
    return [round(random_.uniform(0, longest), 6) for _ in range(n)]


@contextmanager
def chaos_platform(var_dir: Path, env: dict[str, str]) -> Iterator[ChaosPlatform]:
    """Run a platform with servers of its own while the context lasts."""
    with locked(var_dir, "chaos") as lock, Supervisor() as servers:
        places = prepare_places(var_dir, be_silent)
        servers.start(postgres(places, lock=lock), valkey(places, lock=lock))
        database_url, redis_url = local_urls(var_dir)
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.live_settings",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "VAR_DIR": str(var_dir),
        }
        (var_dir / "private" / "incoming").mkdir(parents=True)
        tokens = _made(own, "tests.chaos.world", N_TEAMS)
        with live_platform(
            database_url=database_url, redis_url=redis_url, var_dir=var_dir, env=env
        ) as live:
            running = ChaosPlatform(live, servers, places, own, iter(tokens))
            running.usual_s = _usual_s(running, var_dir)
            yield running


def _usual_s(platform: ChaosPlatform, folder: Path) -> float:
    """Return how long a run takes on this machine when nothing is killed."""
    run = platform.team().submit(folder)
    began = time.monotonic()
    platform.wait_until_scored(run)
    return time.monotonic() - began


def _made(env: dict[str, str], module: str, *arguments: object) -> Any:
    made = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env={**os.environ, **env},
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(made.stdout)
