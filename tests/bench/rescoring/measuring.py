"""A thousand runs scored again: how long it takes, and what readers and teams notice of it."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.bench.live import Servers, servers
from tests.bench.rescoring.cost import Cost, cost_of
from tests.bench.rescoring.readers import Readers, Sender, Times
from tests.bench.rescoring.run_files import n_sent
from tests.live_platform import LivePlatform

N_RUNS = 1_000
KINDS = ("other labels, fewer queries", "a metric more")
UPLOAD = "end of an upload of 1.8 million lines to its row"
_WORLD = "tests.bench.rescoring.world"
_MANAGE = str(Path(__file__).parents[3] / "manage.py")
_ROUNDS = 15  # before, and as many afterwards; fewer with few runs
_UPLOADS = 2
_LOOKS = 5
_TOKEN = "c" * 32  # whatever it is: form and cookie must hold the same one

_SHARES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Forecast:
    """How long it was said to take still, and how long it then took."""

    share: float
    said_s: float
    took_s: float


@dataclass
class Rescored:
    """One re-scoring of all runs.

    Attributes
    ----------
    loaded_s
        The new version sent, checked and stored.
    quiet, meanwhile
        Seconds of each answer: before and after it, and while it ran.
    """

    kind: str
    loaded_s: float = 0.0
    n_runs: int = 0
    seconds: float = 0.0
    read_s: float = 0.0
    scored_s: float = 0.0
    worker: Cost = field(default_factory=Cost)
    forecasts: list[Forecast] = field(default_factory=list)
    compared: Times = field(default_factory=list)
    switch_s: float = 0.0
    slowest_s: float = 0.0  # of the pages asked for during the switch
    quiet: dict[str, Times] = field(default_factory=dict)
    meanwhile: dict[str, Times] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """Both re-scorings, and of what world."""

    n_runs: int
    stored_bytes: int
    rescored: list[Rescored]


def measure(n_runs: int) -> Measured:
    """Build the world, and score its runs again twice: every file read, and none."""
    with TemporaryDirectory(prefix="clefboard-bench-") as folder, servers() as place:
        began = time.monotonic()
        sent = len(KINDS) * (2 * _UPLOADS + n_sent(n_runs))
        world = place.make("campaign", folder, n_runs, sent, by=_WORLD)
        archives = place.make("versions", folder, by=_WORLD)
        print(f"{n_runs} runs made in {time.monotonic() - began:.0f} s", file=sys.stderr)
        with place.platform() as live:
            bench = Bench(place, live, world)
            found = [
                bench.rescored(kind, Path(archive))
                for kind, archive in zip(KINDS, archives, strict=True)
            ]
        return Measured(n_runs, world["bytes"], found)


class Bench:
    """The platform with its runs, and all who deal with it."""

    def __init__(self, place: Servers, live: LivePlatform, world: dict[str, Any]) -> None:
        self._place = place
        self._live = live
        self._task = world["task"]
        self._n_runs = world["runs"]
        self._http = httpx.Client(
            base_url=live.url,
            cookies={"sessionid": world["session"], "csrftoken": _TOKEN},
            timeout=600,
        )
        self._organiser = world["organiser"]
        self._sender = Sender(
            live.url, world["sender"], self._task, world["files"], pause=5 + world["runs"] / 40
        )
        of_task = f"/tasks/{self._task}"
        pages = {
            "leaderboard": f"{of_task}/leaderboard/",
            "task": f"{of_task}/",
            "run": f"/runs/{world['run']}/",
            "organisers' page of the task": f"{of_task}/organise/",
        }
        self._readers = partial(Readers, live.url, pages, {"sessionid": world["session"]})

    def rescored(self, kind: str, archive: Path) -> Rescored:
        """Load a version, score all runs by it, look at what it changes, and put it in force."""
        found = Rescored(kind)
        self._quiet(found)
        found.loaded_s = self._load(archive)
        self._meanwhile(found)
        self._quiet(found)
        self._end(found)
        print(f"{kind}: {found.n_runs} runs in {found.seconds:.0f} s", file=sys.stderr)
        return found

    def _quiet(self, found: Rescored) -> None:
        readers = self._readers()
        readers.rounds(min(_ROUNDS, 2 + self._n_runs // 8))
        self._sender.times = []
        self._sender.send(_UPLOADS)
        for name, times in {**readers.times, UPLOAD: self._sender.times}.items():
            found.quiet.setdefault(name, []).extend(times)

    def _load(self, archive: Path) -> float:
        began = time.monotonic()
        with archive.open("rb") as body:
            answer = self._http.put(
                f"/api/v1/tasks/{self._task}/",
                content=body,
                params={"reason": "labels were wrong", "seen": "*"},
                headers={
                    "Authorization": f"Bearer {self._organiser}",
                    "Content-Type": "application/zip",
                    "Content-Length": str(archive.stat().st_size),
                },
            )
        assert answer.is_success, answer.text
        return time.monotonic() - began

    def _meanwhile(self, found: Rescored) -> None:
        readers = self._readers()
        self._sender.times = []
        worker = self._live.process("worker").pid
        with cost_of(worker) as found.worker, ExitStack() as others:
            others.enter_context(readers.reading())
            others.enter_context(self._sender.sending(n_sent(self._n_runs)))
            said = list(self._said("--reason", "labels were wrong"))
        found.meanwhile = {**readers.times, UPLOAD: self._sender.times}
        done = self._place.make("rescored", self._task, by=_WORLD)
        found.n_runs, found.seconds = done["runs"], done["seconds"]
        found.read_s, found.scored_s = done["read"], done["scored"]
        found.forecasts = list(_forecasts(said))
        self._address = f"/tasks/{self._task}/organise/rescorings/{done['rescoring']}/"

    def _said(self, *more: str) -> Iterator[tuple[float, str]]:
        """Wait in the shell until all runs are scored, and yield when it says what."""
        command = [_MANAGE, "rescore", self._task, "--wait", *more]
        with subprocess.Popen(
            [sys.executable, *command],
            env=self._place.surroundings,
            stdout=subprocess.PIPE,
            text=True,
        ) as rescore:
            assert rescore.stdout
            for line in rescore.stdout:
                yield time.monotonic(), line
        assert rescore.returncode == 0

    def _end(self, found: Rescored) -> None:
        """Look at old against new, and switch while everybody reads."""
        for number in range(1 + _LOOKS):
            began = time.monotonic()
            self._http.get(self._address).raise_for_status()
            if number:  # a thread of the server opens its connection once
                found.compared.append(time.monotonic() - began)
        readers = self._readers()
        list(self._said())  # what was sent since the end was scored by both versions, too
        with readers.reading(pause=0):
            while not all(readers.times.values()):
                time.sleep(0.01)
            began = time.monotonic()
            answer = self._http.post(
                f"{self._address}switch/", data={"csrfmiddlewaretoken": _TOKEN}
            )
            found.switch_s = time.monotonic() - began
        assert answer.status_code == httpx.codes.FOUND, answer.text
        assert self._http.get(self._address).text.count("is in force"), "it was not switched"
        found.slowest_s = max(time for times in readers.times.values() for time in times)


_PROGRESS = re.compile(r"running: (\d+) of (\d+) runs, .*about (\d+) s left")


def _forecasts(said: list[tuple[float, str]]) -> Iterator[Forecast]:
    """Hold what was said when a share of the runs was finished against what came then."""
    end = said[-1][0]
    found = [
        (at, *map(int, match.groups())) for at, line in said if (match := _PROGRESS.match(line))
    ]
    for share in _SHARES:
        later = ((at, left) for at, n, of, left in found if n >= share * of)
        for at, left in [*later][:1]:
            yield Forecast(share, left, end - at)
