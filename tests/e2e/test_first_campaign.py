"""docs/first-campaign.md, followed word for word: its commands in their order, the labels it names between them.

Whoever mends a page of the platform and breaks a step of this page sees it here.
"""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from campaign.models import Evaluation, FinalPackage, Phase
from tests.docs.first_campaign import ROOT, Command, Section, sections, without_numbers
from tests.live_platform import LivePlatform

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

PASSWORD = "a long pass phrase"
_PROGRESS = re.compile(r"^(sending|sent) .*\n", re.MULTILINE)  # on a terminal a bar, which goes


class Terminal:
    """The second terminal of the page, beside a running platform."""

    def __init__(self, folder: Path, platform: LivePlatform) -> None:
        self.folder = folder
        (folder / "manage.py").symlink_to(ROOT / "manage.py")
        (folder / "var").symlink_to(platform.var_dir)
        server = settings.DATABASE_URL.rpartition("/")[0]
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.live_settings",
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "REDIS_URL": settings.CELERY_BROKER_URL,
            "VAR_DIR": str(platform.var_dir),
            "CLEFBOARD_URL": platform.url,
        }

    def answer(self, command: Command) -> str:
        """Run a command and return all it prints; one that asks for a password gets it."""
        asks = "Password" in command.answer
        ours, theirs = pty.openpty() if asks else (-1, subprocess.DEVNULL)
        running = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", command.typed],
            cwd=self.folder,
            env=self.environment,
            stdin=theirs,
            stdout=theirs if asks else subprocess.PIPE,
            stderr=theirs if asks else subprocess.STDOUT,
            start_new_session=True,  # or a password would be asked of who runs the tests
        )
        if not asks:
            return running.communicate(timeout=120)[0].decode()
        os.close(theirs)
        written = _typing_passwords(ours)
        running.wait(60)
        return written


def _typing_passwords(terminal: int) -> str:
    written, typed = b"", 0
    with suppress(OSError), os.fdopen(terminal, "r+b", buffering=0) as screen:  # EIO is the end
        while piece := screen.read(65536):
            written += piece
            while typed < written.count(b": "):  # not before it is asked: that would be dropped
                screen.write(f"{PASSWORD}\n".encode())
                typed += 1
    return written.decode().replace("\r\n", "\n")


class Reader:
    """Somebody who follows the page and does nothing that the open section does not say."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._sections = iter(sections())
        self._commands: Iterator[Command] = iter(())
        self.section: Section

    def opens(self, title: str) -> None:
        """Go to the next section, when nothing of the last is left to type."""
        assert [one.typed for one in self._commands] == []
        self.section = next(self._sections)
        assert self.section.title == title
        self._commands = iter(self.section.commands)

    def types(self, n: int = 0) -> None:
        """Type the next commands, or all that are left, and read the answers."""
        for done, command in enumerate(self._commands, start=1):
            answer = _PROGRESS.sub("", self.terminal.answer(command))
            assert without_numbers(answer) == without_numbers(command.answer), command.typed
            if done == n:
                return

    def named(self, label: str) -> str:
        assert label in self.section.labels, f"“{self.section.title}” does not name “{label}”"
        return label

    def presses(self, page: Page, label: str, *, within: str = "") -> None:
        # What only screen readers hear may follow it.
        name = re.compile(rf"^\s*{re.escape(self.named(label))}(?!\w)")
        place = page.get_by_role("row").filter(has_text=within) if within else page
        shown = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        shown.or_(place.get_by_text(label, exact=True)).first.click()

    def fills(self, page: Page, label: str, value: str, *, within: str = "body") -> None:
        named = re.compile(rf"^\s*{re.escape(self.named(label))}\s*(\(optional\)\s*)?$")
        page.locator(within).get_by_label(named).first.fill(value)

    def reads(self, page: Page, label: str) -> None:
        shown = page.get_by_text(self.named(label)).filter(visible=True)
        expect(shown.first).to_be_visible()


@pytest.fixture
def reader(platform: LivePlatform, tmp_path: Path) -> Reader:
    return Reader(Terminal(tmp_path, platform))


@pytest.fixture
def ada(page: Page) -> Page:
    """Open the organiser's window."""
    page.set_default_timeout(30_000)
    return page


@pytest.fixture
def linus(browser: Browser, platform: LivePlatform) -> Iterator[Page]:
    """Open the private window."""
    private = browser.new_context(base_url=platform.url)
    private.set_default_timeout(30_000)
    yield private.new_page()
    private.close()


def test_whoever_follows_it_gets_to_the_end(
    reader: Reader, ada: Page, linus: Page, platform: LivePlatform, tmp_path: Path
):
    write_and_load(reader, ada, tmp_path)
    give_roles_and_try(reader, ada, tmp_path)
    take_a_team_in(reader, ada, linus, platform, tmp_path)
    look_after_it(reader, ada, linus)
    pass_the_deadline(reader, ada, linus, platform)
    mend_the_truth(reader, ada, platform)
    take_it_along(reader, ada, platform)


# ---------------------------------------------------------------- the steps of the page
def log_in(reader: Reader, page: Page, name: str) -> None:
    reader.presses(page, "Log in")
    page.get_by_label("User name or mail address").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_text(name, exact=True)).to_be_visible()


def write_and_load(reader: Reader, ada: Page, folder: Path) -> None:
    reader.opens("Start an empty platform")
    reader.opens("The first account")
    reader.types()
    ada.goto("/")
    log_in(reader, ada, "ada")
    reader.opens("Write the task")
    reader.types()
    reader.opens("Check it")
    reader.types()
    reader.opens("Load and publish it")
    reader.types(1)
    reader.presses(ada, "Load a task with its campaign")
    ada.get_by_label(reader.named("Folder of the task")).set_input_files(folder / "my-lab.zip")
    reader.presses(ada, "See what it changes")
    reader.reads(ada, "This would be made")
    reader.presses(ada, "Load it")
    reader.reads(ada, "My task is as its folder says.")
    reader.types()


def give_roles_and_try(reader: Reader, ada: Page, folder: Path) -> None:
    reader.opens("Say who organises it")
    ada.goto("/")
    ada.get_by_role("link", name="My campaign").first.click()
    reader.presses(ada, "Who organises it")
    for heading, field, value, role, button in (
        ("Give somebody a role", "User name", "ada", "owner", "Give the role"),
        ("Invite by mail", "Mail address", "grace@lab.example", "viewer", "Mail the invitation"),
    ):
        part = ada.locator("section").filter(has=ada.get_by_role("heading", name=heading))
        part.last.get_by_label(reader.named(field)).fill(value)
        part.last.get_by_label(reader.named("Role")).select_option(label=reader.named(role))
        part.last.get_by_role("button", name=reader.named(button)).click()
    expect(ada.get_by_text("grace@lab.example").last).to_be_visible()
    reader.types()
    reader.opens("Try it before others do")
    ada.get_by_role("link", name="Tasks", exact=True).first.click()
    ada.get_by_role("link", name="My task").first.click()
    reader.presses(ada, "Organise")
    for label in ("What needs attention now", "Your campaign", "A sample run scored"):
        reader.reads(ada, label)
    reader.presses(ada, "Upload a run")
    with ada.expect_download() as started:
        reader.presses(ada, "A sample run")
    assert started.value.suggested_filename == "my-task-sample-run.csv"
    started.value.save_as(folder / "my-task-sample-run.csv")
    ada.get_by_label(reader.named("Run file")).set_input_files(folder / "my-task-sample-run.csv")
    reader.fills(ada, "Run name", "sample")
    reader.presses(ada, "Upload the run")
    expect(ada.locator(".figures")).to_contain_text("MRR", timeout=60_000)
    reader.presses(ada, "Leaderboard")
    reader.reads(ada, "baseline")


def take_a_team_in(
    reader: Reader, ada: Page, linus: Page, platform: LivePlatform, folder: Path
) -> None:
    reader.opens("A team comes")
    linus.goto("/")
    reader.presses(linus, "Sign up")
    reader.fills(linus, "User name", "linus")
    reader.fills(linus, "Mail address", "linus@team.example")
    reader.fills(linus, "Password", PASSWORD)
    reader.fills(linus, "The same password again", PASSWORD)
    linus.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(linus.get_by_role("heading", name="Check your mail")).to_be_visible()
    # The command shows another key each time; the mail has the address that tests run at.
    link = re.search(r"http://\S+confirm-email\S+", platform.mails()[-1].get_content())
    assert link
    assert next(reader._commands).typed.startswith("grep -ho 'http.*confirm-email")
    linus.goto(link[0])
    reader.presses(linus, "Confirm the address")
    expect(linus.get_by_text("linus", exact=True)).to_be_visible()  # it logs in
    linus.goto("/tasks/my-task/")
    reader.presses(linus, "Register")
    reader.fills(linus, "Name of the new team", "Ferns")
    linus.get_by_label(reader.named("I accept these rules for my team.")).check()
    reader.presses(linus, "Register the team")
    ada.goto("/tasks/my-task/")
    reader.presses(ada, "Organise")
    reader.reads(ada, "1 team waits for approval")
    reader.presses(ada, "Go there")
    ada.get_by_label("Ferns").check()
    reader.presses(ada, "Approve the chosen")
    reader.types()
    linus.goto("/tasks/my-task/")
    reader.presses(linus, "Upload a run")
    linus.get_by_label(reader.named("Run file")).set_input_files(folder / "run.csv")
    reader.presses(linus, "Check the file")
    expect(linus.get_by_text("run.csv is right.")).to_be_visible(timeout=60_000)
    reader.presses(linus, "Upload the run")
    reader.presses(linus, "Describe the method")
    described = linus.get_by_role("group", name=reader.named("Training data"))
    described.get_by_label(reader.named("trusted"), exact=True).check()
    linus.get_by_role("group", name=reader.named("Architectures")).get_by_role(
        "combobox"
    ).first.fill("ResNet")
    linus.get_by_label(reader.named("Automatic")).select_option(label=reader.named("yes (true)"))
    reader.presses(linus, "Save the description")


def look_after_it(reader: Reader, ada: Page, linus: Page) -> None:
    reader.opens("While it runs")
    ada.goto("/tasks/my-task/")
    reader.presses(ada, "Organise")
    reader.presses(ada, "Announcements")
    reader.fills(ada, "Subject", "Welcome")
    reader.fills(ada, "Text", "The test data is out.")
    reader.presses(ada, "Preview")
    reader.presses(ada, "Announce, and mail it to 1 person")
    reader.types()
    reader.presses(ada, "Registrations")
    reader.reads(ada, "older version")
    linus.goto("/tasks/my-task/")
    reader.presses(linus, "My runs")
    reader.presses(linus, "Read and accept")
    linus.get_by_label(reader.named("I accept these rules for my team.")).check()
    reader.presses(linus, "Accept version 2")
    closes = Phase.objects.get(task__slug="my-task", kind="submission").closes_at
    assert closes
    move(
        reader,
        ada,
        "Submission",
        "Closes (UTC)",
        closes + timedelta(days=2),
        "The server was away for two days.",
    )


def move(reader: Reader, ada: Page, line: str, field: str, to: datetime, reason: str) -> None:
    reader.presses(ada, "Calendar")
    reader.presses(ada, "Move", within=line)
    reader.fills(ada, field, f"{to:%Y-%m-%dT%H:%M:%S}")
    reader.fills(ada, "Reason", reason)
    reader.presses(ada, "Move the phase")
    expect(ada.get_by_text(reason).first).to_be_visible()


def pass_the_deadline(reader: Reader, ada: Page, linus: Page, platform: LivePlatform) -> None:
    reader.opens("The deadline passes")
    soon = datetime.now(UTC) + timedelta(seconds=10)
    move(reader, ada, "Submission", "Closes (UTC)", soon, "This is a rehearsal.")
    linus.get_by_text("linus", exact=True).first.click()
    reader.presses(linus, "Profile and tokens")
    reader.fills(linus, "Name", "laptop")
    reader.presses(linus, "Make the token")
    reader.terminal.environment["CLEFBOARD_TOKEN"] = linus.locator("#secret").inner_text()
    platform.wait_until(lambda: datetime.now(UTC) > soon, "the deadline has passed")
    reader.types()
    scored = Evaluation.objects.filter(run__late=True, state=Evaluation.State.SCORED)
    platform.wait_until(scored.exists, "the late run is scored")
    linus.goto("/tasks/my-task/")
    reader.presses(linus, "Leaderboard")
    expect(linus.locator(f".mark.{reader.named('late')}")).to_be_visible()
    reader.presses(ada, "Organise")
    reader.presses(ada, "Runs")
    ada.get_by_role("link", name="Run 2 · again").click()
    reader.presses(ada, "Accept as in time")
    form = "form:has(input[value=accept])"
    reader.fills(ada, "Reason", "The platform was away in the last hour.", within=form)
    ada.locator(form).get_by_role("button", name="Accept as in time").click()
    reader.reads(ada, "Disqualify")
    reader.opens("Release the results")
    move(reader, ada, "Results", "Opens (UTC)", datetime.now(UTC), "All runs are judged.")


def mend_the_truth(reader: Reader, ada: Page, platform: LivePlatform) -> None:
    reader.opens("The truth was wrong")
    reader.types()
    reader.presses(ada, "Organise")
    reader.reads(ada, "1 version of the ground truth waits")
    reader.presses(ada, "Go there")
    reader.presses(ada, "What it would change")
    reader.fills(ada, "Reason", "obs-2 is a birch.")
    reader.presses(ada, "Score all runs again")
    expect(ada.get_by_text(reader.named("Old against new")).first).to_be_visible(timeout=60_000)
    reader.presses(ada, "Put version 2 in force")
    expect(ada.get_by_text("Truth version 2 is in force")).to_be_visible()


def take_it_along(reader: Reader, ada: Page, platform: LivePlatform) -> None:
    reader.opens("Take it along")
    reader.presses(ada, "Exports")
    reader.presses(ada, "Make the package")
    made = FinalPackage.objects.filter(state=FinalPackage.State.MADE)
    platform.wait_until(made.exists, "the package is made")
    ada.reload()
    reader.reads(ada, "The final package")
    expect(ada.get_by_role("link", name="Package of")).to_be_visible()
    reader.types()
    ada.goto("/tasks/my-task/organise/")
    reader.reads(ada, "Your campaign")
    expect(ada.locator(".checklist .done")).to_have_count(12)
    reader.opens("What to keep")
    reader.presses(ada, "Record")
    expect(ada.get_by_role("link", name=reader.named("as CSV"))).to_be_visible()
    assert list(reader._sections) == []
