"""Baselines in a browser: started by a button, watched, cancelled, and read beside their run."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from campaign.models import BaselineTraining, Task, User
from campaign.services.organisers_team import register_organisers
from campaign.standalone import programs
from tests.campaign.baselines.model import CARD
from tests.campaign.factories import NOW, make_campaign, make_run, make_task, make_user
from tests.e2e.barriers import violations
from tests.e2e.test_people import log_in
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

TRAINING_MS = 40_000


@pytest.fixture(scope="module")
def trainer(platform: LivePlatform) -> Iterator[None]:
    """Run a worker that trains the small model, beside the programs of the platform."""
    gpu = programs.gpu()
    env = {
        **gpu.env,
        **platform.env,
        "BASELINES_COMMAND": f"{sys.executable} -m tests.campaign.baselines.model",
        "BASELINE_STOP_SECONDS": "2",
    }
    log = platform.var_dir / "log" / "gpu.log"
    platform.supervisor.start(replace(gpu, env=env, log=log))
    yield
    child = next(one for one in platform.supervisor._children if one.program.name == "gpu")
    platform.supervisor._children.remove(child)
    child.kill()


@pytest.fixture
def place() -> str:
    """Make a task with its organiser, Ada; return where its baselines are."""
    campaign = make_campaign("lab", organiser=make_user("ada"))
    make_task("plants", campaign=campaign)
    return "/tasks/plants/organise/baselines/"


def start(page: Page, place: str, config: str) -> Locator:
    """Start a baseline, and return what its page shows of it."""
    page.goto(place)
    page.get_by_role("radio", name=re.compile(f"^{config}")).check()
    page.get_by_label("Reason").fill("to compare with")
    page.get_by_role("button", name="Start the baseline").click()
    expect(page.get_by_role("heading", name=config)).to_be_visible()
    return page.locator("#baseline-now")


def cancel(shown: Locator) -> None:
    shown.get_by_role("button", name="Cancel the baseline").click()
    expect(shown.locator(".mark")).to_have_text("cancelled", timeout=TRAINING_MS)


@pytest.mark.usefixtures("trainer")
def test_a_button_starts_one_that_is_watched_until_its_run_has_a_card(
    page: Page, open_page: Callable[..., Page], place: str
) -> None:
    ada = User.objects.get(username="ada")
    log_in(page, ada)
    shown = start(page, place, "watched")
    expect(shown).to_contain_text(re.compile(r"running\s+training, \d+\s%"), timeout=TRAINING_MS)
    expect(shown).to_contain_text("12.5 images a second")
    expect(shown.locator("pre")).to_contain_text("begins with ['classes.csv'")
    bar = shown.get_by_role("progressbar")
    first = bar.get_attribute("value")
    expect(bar).not_to_have_attribute("value", first or "")  # it moves by itself

    other = open_page()
    log_in(other, ada)
    second = start(other, place, "endless")
    expect(second).to_contain_text("It waits for a worker that trains: one is trained at a time.")
    cancel(second)

    expect(shown).to_contain_text("It was sent as Run 1.", timeout=TRAINING_MS)
    shown.get_by_role("link", name="Run 1 of Organisers of Lab").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("watched")
    expect(
        page.get_by_text("a baseline takes no rank number", exact=True)
    ).to_be_visible()  # scored meanwhile
    page.get_by_role("link", name="Model card, record and config").click()
    expect(page.get_by_role("heading", name="First classes")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="5 400")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="card.md").click()
    assert download.value.path().read_text() == CARD


@pytest.mark.usefixtures("trainer")
def test_a_button_ends_one_that_runs_with_its_process(
    page: Page, platform: LivePlatform, place: str
) -> None:
    log_in(page, User.objects.get(username="ada"))
    shown = start(page, place, "endless")
    expect(shown).to_contain_text("training, 100 %", timeout=TRAINING_MS)
    folder = str(platform.var_dir / "baselines" / str(BaselineTraining.objects.get().pk))
    assert processes_of(folder)
    cancel(shown)
    platform.wait_until(lambda: not processes_of(folder), "its process is gone")


def processes_of(folder: str) -> list[int]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(word.startswith(folder) for word in process.cmdline()):
                found.append(process.pid)
    return found


# Contrast does not depend on the width, nor the width on the colours.
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_no_page_keeps_anybody_out(
    page: Page, place: str, tmp_path: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    addresses = make_baselines(Task.objects.get(), tmp_path, place)
    log_in(page, User.objects.get(username="ada"))
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = violations(page)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def make_baselines(task: Task, tmp_path: Path, place: str) -> list[str]:
    """Make one that failed and one that became a run, with long names; return all pages of them."""
    register_organisers(campaign=task.campaign, task=task, now=NOW)
    run = make_run(task.registrations.get(team__organisers=True), tmp_path, name="first")
    long = "a_path_without_a_space/" * 9
    shared = {"task": task, "asked_at": NOW, "sent_at": NOW, "reason": "a first", "config": long}
    failed = BaselineTraining.objects.create(
        **shared, name="x" * 80, state="failed", ended_at=NOW, failure=long, log=long
    )
    record = {
        "machine": {"processor": long},
        "networks": [{"file": long, "sha256": "0" * 64}, {"file": "b", "sha256": "1" * 64}],
        "runs": {"run.csv.gz": "0" * 64},
        "findings": ["two words", long],
    }
    done = BaselineTraining.objects.create(
        **shared, name="y", state="done", run=run, elsewhere=True, record=record, card=f"# {long}"
    )
    pages = (place, f"{place}{failed.pk}/", f"{place}{done.pk}/", f"{place}prices/")
    return [*pages, f"/runs/{run.pk}/card/"]
