"""What is measured, each as the median of several runs."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from clefboard.client import Client
from tests.bench.clients import ask_all
from tests.bench.live import Platform, platform
from tests.campaign.standalone.running import Up, folder, up

N_FEW, N_RUNS = 100, 10_000
_REQUESTS_EACH = 12
_PAGES = {
    "first page": "",
    "by another metric": "?sort=top_1",
    "official runs": "?runs=official",
    "the best of each team": "?best=1",
}


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    values: tuple[float, ...]
    unit: str = "s"
    wanted: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)


# ---------------------------------------------------------------- manage.py up
def start(repeats: int) -> Iterator[Figure]:
    """Yield how long `manage.py up` takes to its first page: on an empty folder, and once more."""
    first: list[float] = []
    again: list[float] = []
    for _ in range(repeats):
        with folder() as var_dir:
            for times in (first, again):
                with up(var_dir) as running:
                    times.append(_until_first_page(running))
                    running.wait_until_complete()
    yield Figure("`manage.py up` to the first 200 on `/`, empty folder", tuple(first), "s", "< 15")
    yield Figure("the same, a second time", tuple(again), "s", "< 8")


def _until_first_page(running: Up) -> float:
    began = time.monotonic()
    while True:
        assert running.process.poll() is None, running.text()
        try:
            if running.get()[0] == 200:
                return time.monotonic() - began
        except OSError:  # nobody listens yet
            time.sleep(0.02)


# ---------------------------------------------------------------- the leaderboard
def leaderboard(repeats: int) -> Iterator[Figure]:
    """Yield how long a page of a board with ten thousand runs takes, and how many times one of a hundred.

    The two are asked in turn, so that both have the same machine.
    """
    with platform() as running:
        few, many = (
            f"{running.live.url}/tasks/{slug}/leaderboard/"
            for slug in running.make("boards", N_FEW, N_RUNS)
        )
        for name, question in _PAGES.items():
            for board in (few, many):
                ask_all(board + question, 5)  # each thread of the server opens its connection once
            times = [(_times(few + question), _times(many + question)) for _ in range(repeats)]
            yield from _of_boards(f"leaderboard of {N_RUNS:,} runs, {name}", times)


def _times(address: str) -> list[float]:
    return [1000 * answer.seconds for answer in ask_all(address, _REQUESTS_EACH)]


def _of_boards(what: str, times: Sequence[tuple[list[float], list[float]]]) -> Iterator[Figure]:
    """Yield the median and the 95th percentile, and how many times those of the few they are."""
    for share in (50, 95):
        few, many = (
            tuple(map(partial(percentile, share=share), one)) for one in zip(*times, strict=True)
        )
        ratios = tuple(a / b for a, b in zip(many, few, strict=True))
        yield Figure(f"{what}: p{share}", many, "ms")
        yield Figure(f"{what}: p{share}, of one of {N_FEW} runs", ratios, "×")


def percentile(values: Sequence[float], share: int) -> float:
    """Return what so many of a hundred values are not above."""
    return statistics.quantiles(values, n=100)[share - 1]


# ---------------------------------------------------------------- a large run
_TO_THE_BOARD = "**end of upload to its row on the leaderboard**"
_WANTED = {_TO_THE_BOARD: "< 2"}
_TASKS = {"plantclef": "1.8 million lines", "parted_plantclef": "with a public and a private part"}


def large_run(repeats: int) -> Iterator[Figure]:
    """Yield how long 1.8 million lines take from the end of their upload to the leaderboard.

    Then again where scores are made for three parts of the test: all, public and private.
    """
    with platform() as running, tempfile.TemporaryDirectory() as place:
        for task, name in _TASKS.items():
            made = running.make(task, place, repeats)
            travels = [_travel(running, made, Path(path)) for path in made["files"]]
            for step in travels[0]:
                times = tuple(travel[step] for travel in travels)
                yield Figure(f"{name}: {step}", times, wanted=_WANTED.get(step, ""))


def _travel(running: Platform, made: dict[str, Any], path: Path) -> dict[str, float]:
    moments: list[float] = []
    began = time.monotonic()
    with Client(running.live.url, made["token"]) as client:
        run = client.submit_run(
            made["task"], path, on_progress=lambda *_: moments.append(time.monotonic())
        )
    answered = time.monotonic()
    leaderboard = f"{running.live.url}/api/v1/tasks/{made['task']}/leaderboard/"
    running.live.wait_until(
        lambda: run.id in _runs_of(leaderboard), "it is on the leaderboard", within_s=600
    )
    whole = time.monotonic() - answered
    timings = running.make("timings", run.id)
    return {
        "packed, by who sends it": moments[0] - began,
        "sent, unpacked for its digest, stored": answered - moments[0],
        _TO_THE_BOARD: whole,
        "of it: reading and checking, in the child": timings["read"],
        "of it: scores and their intervals": timings["scored"],
        "of it: recording and ranking": timings["recorded"],
        "of it: waiting for a worker, being asked for": whole - sum(timings.values()),
    }


def _runs_of(address: str) -> set[str]:
    rows = httpx.get(address, timeout=60).raise_for_status().json()["entries"]
    return {str(row["run"]) for row in rows}
