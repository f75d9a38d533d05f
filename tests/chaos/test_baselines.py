"""Whatever is killed while a baseline is trained: it goes on from its checkpoint, and one run comes of it.

The model is small and needs no torch; worker, queue, database and child are those of an installation.
"""

import itertools
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import psutil
import pytest

from campaign.standalone import programs
from tests.chaos.platform import HASTE, ChaosPlatform

pytestmark = pytest.mark.chaos

ENDS_WITHIN_S = 90
_names = itertools.count(1)


@dataclass
class Trainer:
    """A platform with a worker that trains."""

    platform: ChaosPlatform

    def ask(self, *, steps: int = 25, seconds: float = 0.2, end: str = "well") -> "Trained":
        name = f"model-{next(_names)}"
        config = f"# {name}\nsteps = {steps}\nseconds = {seconds}\nend = '{end}'\n"
        made = self.platform.make("tests.chaos.baseline_world", "ask", name, config)
        return Trained(self.platform, made["baseline"])


@dataclass
class Trained:
    """A baseline on its way."""

    platform: ChaosPlatform
    pk: int

    @property
    def made(self) -> Path:
        return self.platform.live.var_dir / "baselines" / str(self.pk) / "made"

    def row(self) -> tuple[str, str, str, int | None]:
        """Return its state, why it failed, its name and its run."""
        [found] = self.platform.rows(
            "SELECT state, failure, name, run_id FROM campaign_baselinetraining WHERE id = %s",
            [self.pk],
        )
        return cast("tuple[str, str, str, int | None]", found)

    @property
    def state(self) -> str:
        return self.row()[0]

    def step(self) -> int:
        with suppress(FileNotFoundError):
            return int((self.made / "checkpoint").read_text())
        return 0

    def wait_for_step(self, step: int) -> None:
        self.platform.live.wait_until(lambda: self.step() >= step, f"step {step}")

    def wait_until_done(self) -> None:
        def ended() -> bool:
            return self.state in ("done", "failed", "cancelled")

        self.platform.live.wait_until(ended, "ended", within_s=ENDS_WITHIN_S)
        state, failure, *_ = self.row()
        assert state == "done", failure

    def processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if str(self.made) in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def beginnings(self) -> list[int]:
        """Return the steps that its processes began at."""
        return list(map(int, (self.made / "begun").read_text().split()[1::2]))

    def require_one_scored_run(self) -> None:
        *_, name, run = self.row()
        self.platform.wait_until_scored(str(run))
        [(n,)] = self.platform.rows(
            "SELECT count(*) FROM campaign_run WHERE image_run_of_id IS NULL AND name = %s",
            [name],
        )
        assert n <= 1  # none where an earlier one had the same answers


@pytest.fixture(scope="module")
def trainer(platform: ChaosPlatform) -> Iterator[Trainer]:
    platform.make("tests.chaos.baseline_world", "task")
    gpu = programs.gpu()
    env = {
        **gpu.env,
        **platform.live.env,
        **HASTE,
        "BASELINES_COMMAND": f"{sys.executable} -m tests.campaign.baselines.model",
        "BASELINE_LEASE_SECONDS": "6",
        "BASELINE_STOP_SECONDS": "2",
    }
    log = platform.live.var_dir / "log" / "gpu.log"
    platform.live.supervisor.start(replace(gpu, env=env, log=log))
    platform.bear_much()
    yield Trainer(platform)
    child = platform.child("gpu")
    platform.live.supervisor._children.remove(child)
    child.kill()


def kill_worker(trained: Trained) -> None:
    trained.platform.kill("gpu")


def kill_pool(trained: Trained) -> None:
    """Kill the process of the worker that does the work."""
    worker = psutil.Process(trained.platform.child("gpu").process.pid)
    for process in worker.children():
        process.kill()


def kill_child(trained: Trained) -> None:
    for process in trained.processes():
        process.kill()


def stop_worker(trained: Trained) -> None:
    """Stop it as an operator does who installs a new version."""
    child = trained.platform.child("gpu")
    child.process.send_signal(signal.SIGTERM)
    child.process.wait(30)


KILLS: dict[str, Callable[[Trained], None]] = {
    "the worker": kill_worker,
    "its pool": kill_pool,
    "the child": kill_child,
    "the worker, orderly": stop_worker,
    "the broker": lambda trained: trained.platform.restart_broker(),
    "all messages": lambda trained: trained.platform.flush_broker(),
    "the database": lambda trained: trained.platform.restart_postgres(),
    "the sweeper": lambda trained: trained.platform.kill("sweeper"),
}

TAKEN_UP = ("its pool", "the child", "the worker, orderly")  # by another process


@pytest.mark.parametrize("what", KILLS)
def test_it_goes_on_from_its_checkpoint(trainer: Trainer, what: str) -> None:
    # A worker that is stopped waits for its job for as long as the settings say: this one takes longer.
    trained = trainer.ask(steps=60 if KILLS[what] is stop_worker else 25)
    trained.wait_for_step(5)
    KILLS[what](trained)
    trained.wait_until_done()
    trained.require_one_scored_run()
    first, *later = trained.beginnings()
    assert first == 0
    assert later or what not in TAKEN_UP
    assert all(begun >= 5 for begun in later)
    assert not trained.processes()


def test_one_is_trained_at_a_time(trainer: Trainer) -> None:
    first, second = trainer.ask(steps=10), trainer.ask(steps=10)
    first.wait_for_step(3)
    assert second.state == "waiting"
    second.wait_until_done()
    assert first.state == "done"


@pytest.mark.parametrize("end", ["hang", "stubborn", "children"])
def test_a_cancelled_one_ends_within_seconds_with_all_its_processes(
    trainer: Trainer, end: str
) -> None:
    trained = trainer.ask(steps=2, end=end)
    trained.wait_for_step(2)
    trainer.platform.make("tests.chaos.baseline_world", "cancel", trained.pk)
    trainer.platform.live.wait_until(lambda: trained.state == "cancelled", "cancelled", within_s=20)
    assert not trained.processes()
    next_one = trainer.ask(steps=1)
    next_one.wait_until_done()
