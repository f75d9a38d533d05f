"""Whatever is killed while all runs are scored again: it goes on by itself, and nobody sees a half of it.

The moments are seeded: one of each kind, and `make chaos` tries ten.
"""

import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from tests.chaos.platform import POINTS, ChaosPlatform, kill_moments
from tests.chaos.rescorings import N_RUNS, TaskAgain, usual_times

pytestmark = pytest.mark.chaos

N_MOMENTS = max(1, POINTS // 2)


@pytest.fixture(scope="module")
def again(platform: ChaosPlatform) -> TaskAgain:
    made = platform.make("tests.chaos.rescoring_world", "task", N_RUNS)
    platform.wait_until_scored(*map(str, made["runs"]))
    task = TaskAgain(platform, made["runs"], made["session"])
    usual_times(task)
    return task


def kill_scorer(platform: ChaosPlatform) -> None:
    """Kill the next child that reads a file, if any is read still."""
    until = time.monotonic() + 1
    while time.monotonic() < until:
        if child := platform.scorer():
            with suppress(psutil.NoSuchProcess):  # it had done its work by that moment
                child.kill()
            return


KILLS: dict[str, Callable[[ChaosPlatform], None]] = {
    "the worker": lambda platform: platform.kill("worker"),
    "its child": kill_scorer,
    "the sweeper": lambda platform: platform.kill("sweeper"),
    "the web server": ChaosPlatform.restart_web,
    "the database": ChaosPlatform.restart_postgres,
    "the broker": ChaosPlatform.restart_broker,
    "all messages": ChaosPlatform.flush_broker,
}


@pytest.mark.parametrize(
    ("what", "moment"),
    [
        (what, moment)
        for what in KILLS
        for moment in kill_moments(f"again, {what}", 0.8, n=N_MOMENTS)
    ],
)
def test_a_rescoring_goes_on_by_itself(again: TaskAgain, what: str, moment: float) -> None:
    rescoring = again.begin()
    again.platform.go_on(moment * again.usual_s)
    KILLS[what](again.platform)
    rescoring.wait_until_ready()
    rescoring.require_each_run_once()
    rescoring.end("discard")
    rescoring.require_whole()


@pytest.mark.parametrize("end", ["switch", "discard"])
@pytest.mark.parametrize(
    ("what", "moment"),
    [
        (what, moment)
        for what in ("the web server", "the database")
        for moment in kill_moments(f"end, {what}", n=N_MOMENTS)
    ],
)
def test_an_end_is_whole_or_has_not_begun(
    again: TaskAgain, end: str, what: str, moment: float
) -> None:
    rescoring = again.ready()
    ender = rescoring.ender(end)
    ender.wait_until_it_could()
    ender.go()
    time.sleep(moment * again.usual_end_s)  # the supervisor looks too rarely for this
    KILLS[what](again.platform)
    ender.wait_until_gone()
    rescoring.require_whole()
    rescoring.end(end)
    rescoring.require_whole()
    assert rescoring.state == {"switch": "switched", "discard": "discarded"}[end]
