"""Somebody at a browser of their own, who reads mails and goes where links lead."""

import json
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.e2e.barriers import violations
from tests.live_platform import LivePlatform

PASSWORD = "light-trap-at-midnight"
SOON_MS = 30_000  # a worker does it
_VIEWS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (360, "dark"))


@dataclass
class Looks:
    """What axe finds on the pages that people come by, each looked at once."""

    seen: set[str] = field(default_factory=set)
    found: dict[str, list[str]] = field(default_factory=dict)

    def found_nothing(self) -> None:
        """Fail with all that was found."""
        assert not self.found, json.dumps(self.found, indent=2)

    def at(self, page: Page, state: str) -> None:
        """Look at a page, wide and on a phone, light here and dark there; leave it as it was."""
        name = re.sub(r"/(\d+|[^/]{40,})(?=/)", "/*", urlsplit(page.url).path) + state
        if name in self.seen:
            return
        self.seen.add(name)
        page.evaluate("window.opened = [...document.querySelectorAll('main details[open]')]")
        for width, scheme in _VIEWS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # at rest at once
            if wrong := violations(page):
                self.found[f"{name} ({width}, {scheme})"] = wrong
        page.evaluate(
            "document.querySelectorAll('main details')"
            ".forEach(one => one.open = window.opened.includes(one))"
        )
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")


@dataclass
class Person:
    """Somebody with a name, a mail address and a browser."""

    name: str
    page: Page
    platform: LivePlatform
    looks: Looks

    @property
    def address(self) -> str:
        return f"{self.name}@moths.example"

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    # ------------------------------------------------------------ pages
    def goes_to(self, address: str) -> None:
        """Open an address that somebody wrote down: of the platform, or out of a mail."""
        self.page.goto(address)
        self.looks_around()

    def follows(self, name: str, *, place: Locator | None = None, exact: bool = False) -> None:
        """Follow a link to another page."""
        with self.page.expect_navigation():
            (place or self.page).get_by_role("link", name=name, exact=exact).first.click()
        self.looks_around()

    def opens(self, summary: str) -> Locator:
        """Unfold what a page keeps folded, and return it."""
        folded = self.main.locator("details").filter(has=self.page.get_by_text(summary, exact=True))
        folded.locator("summary").first.click()
        return folded

    def presses(self, button: str, *, place: Locator | None = None, exact: bool = False) -> None:
        """Send a form, and come to the page that answers."""
        with self.page.expect_navigation():
            self.presses_here(button, place=place, exact=exact)

    def presses_here(
        self, button: str, *, place: Locator | None = None, exact: bool = False
    ) -> None:
        """Press a button whose answer a script puts into the page."""
        (place or self.main).get_by_role("button", name=button, exact=exact).click()

    def reads(self, *texts: str | re.Pattern[str]) -> None:
        """Find all of these texts on the page, or wait for them."""
        for text in texts:
            expect(self.main).to_contain_text(text, timeout=SOON_MS)

    def reads_nothing_of(self, text: str) -> None:
        expect(self.main).not_to_contain_text(text)

    def looks_around(self, state: str = "") -> None:
        """Hold the page against axe, if nobody was here before; `state` tells it from its others."""
        self.looks.at(self.page, f" {state}" if state else "")

    def saves(self, link: Locator, folder: Path) -> Path:
        """Download what a link leads to."""
        with self.page.expect_download() as started:
            link.click()
        target = folder / started.value.suggested_filename
        started.value.save_as(target)
        return target

    # ------------------------------------------------------------ mails
    def mail(self, about: str) -> str:
        """Wait for a mail to this person whose subject or text says something; return its text."""
        self.platform.wait_until(
            lambda: bool(self._mails(about)), f"a mail to {self.address}: {about}"
        )
        return _text(self._mails(about)[-1])

    def _mails(self, about: str) -> list[EmailMessage]:
        mine = (mail for mail in self.platform.mails() if mail["To"] == self.address)
        return [mail for mail in mine if about in f"{mail['Subject']}\n{_text(mail)}"]

    def opens_link_of(self, mail: str, part: str) -> None:
        """Open the link of a mail that has this part in it."""
        link = re.search(rf"http\S+{part}\S+", mail)
        assert link, mail
        self.goes_to(link[0])

    # ------------------------------------------------------------ coming in
    def signs_up(self) -> None:
        """Make an account from the page one is on, and come to where one was going."""
        self.follows("Sign up")
        self.main.get_by_label("User name").fill(self.name)
        self.main.get_by_label("Mail address").fill(self.address)
        self.main.get_by_label("Password", exact=True).fill(PASSWORD)
        self.main.get_by_label("The same password again").fill(PASSWORD)
        self.presses("Sign up")
        self.confirms_address()

    def confirms_address(self) -> None:
        expect(self.page.get_by_role("heading", name="Check your mail")).to_be_visible()
        self.looks_around()
        self.opens_link_of(self.mail("confirm that this is your mail address"), "confirm-email")
        self.presses("Confirm the address")
        expect(self.page.get_by_role("banner").get_by_text(self.name, exact=True)).to_be_visible()

    def logs_in(self) -> None:
        """Give name and password on the page that asks for them."""
        self.main.get_by_label("User name or mail address").fill(self.name)
        self.main.get_by_label("Password").fill(PASSWORD)
        self.presses("Log in")

    # ------------------------------------------------------------ the task
    def visits(self, task: str, tab: str = "Overview") -> None:
        """Go to a task from the first page, and to one of its tabs, by links alone."""
        self.follows("Clefboard")
        self.follows(task, place=self.main, exact=True)
        if tab != "Overview":
            self.follows(tab, place=self.page.get_by_role("navigation", name=task))

    # ------------------------------------------------------------ runs
    def chooses(self, file: Path) -> None:
        """Choose a run file on the page that takes them, which looks at it at once."""
        self.main.get_by_label("Run file").set_input_files(file)
        expect(self.page.get_by_text("At first look this is right.")).to_be_visible()

    def uploads(self, file: Path, name: str) -> str:
        """Upload a run from the page that takes them, and return its address."""
        self.chooses(file)
        self.main.get_by_label("Run name").fill(name)
        self.presses_here("Upload the run")
        self.page.wait_for_url("**/runs/*/")
        return self.page.url

    def waits_until(self, state: str) -> None:
        """Wait on a run's page, which moves by itself, until the run has come to a state."""
        past = self.page.locator(".steps > .done, .steps > .wrong").filter(has_text=state)
        expect(past).to_be_visible(timeout=SOON_MS)
        self.looks_around(state)


def _text(mail: EmailMessage) -> str:
    text: str = mail.get_content()
    return text
