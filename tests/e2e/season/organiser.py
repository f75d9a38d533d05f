"""What an organiser does on her pages."""

from datetime import datetime
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.season.people import Person


class Organiser(Person):
    """Somebody who runs a campaign from her browser."""

    def organises(self, task: str, page: str = "Now") -> None:
        """Go to one of the organisers' pages of a task, by links alone."""
        self.visits(task, "Organise")
        if page != "Now":
            self.follows(page, place=self.page.get_by_role("navigation", name="Organise"))

    def deals_with(self, concern: str) -> None:
        """Go where something that waits is dealt with, from the organisers' first page."""
        self.follows("Go there", place=self.main.get_by_role("listitem").filter(has_text=concern))

    # ------------------------------------------------------------ the folder
    def sends_folder(self, archive: Path, reason: str = "") -> None:
        """Send a folder and see what it would change."""
        self.main.get_by_label("Folder of the task").set_input_files(archive)
        self.main.get_by_label("Reason").fill(reason)
        self.presses("See what it changes")
        expect(self.page.locator("#difference")).to_be_visible()
        self.looks_around("with a difference")

    def agrees_to_it(self) -> None:
        self.presses("Load it", exact=True)
        self.reads("is as its folder says.")

    # ------------------------------------------------------------ people
    def invites_to_organise(self, address: str) -> None:
        invitation = self.main.get_by_role("region", name="Invite by mail")
        invitation.get_by_label("Mail address").fill(address)
        self.presses("Mail the invitation", place=invitation)
        self.reads(f"The invitation is on its way to {address}.")

    def accepts_the_role(self) -> None:
        self.looks_around()
        self.presses("Accept")

    def decides(self, team: str, button: str, reason: str = "") -> None:
        """Approve or refuse a team that is ticked in the list."""
        self.main.get_by_role("checkbox", name=team).check()
        self.main.get_by_label("Reason").fill(reason)
        self.presses(button)
        self.reads("The captains are told by mail.")

    # ------------------------------------------------------------ calendar and runs
    def moves(self, phase: str, *, reason: str, **moments: datetime) -> None:
        """Move a phase from the calendar; `Opens` and `Closes` are moments."""
        self.follows(f"Move {phase}")
        for label, moment in moments.items():
            self.main.get_by_label(f"{label} (UTC)").fill(f"{moment:%Y-%m-%dT%H:%M:%S}")
        self.main.get_by_label("Reason").fill(reason)
        self.presses("Move the phase")
        self.reads("It is moved, and an announcement is on its way.")

    def judges(self, team: str, run: str, action: str, reason: str) -> None:
        """Do something about a run in the list of all runs."""
        row = self.main.get_by_role("row").filter(has_text=team)
        self.follows(run, place=row)
        form = self.opens(action)
        form.get_by_label("Reason").fill(reason)
        self.looks_around()
        self.presses(action, place=form)

    # ------------------------------------------------------------ truth versions
    def begins_rescoring(self, reason: str) -> None:
        self.main.get_by_label("Reason").fill(reason)
        self.presses("Score all runs again")
        self.reads("runs are finished.")

    def compared(self, team: str) -> Locator:
        """Return the row of a team's run in the comparison of old and new."""
        table = self.page.get_by_role("region", name="Old against new")
        return table.get_by_role("row").filter(has_text=team)

    # ------------------------------------------------------------ exports
    def waits_for_the_package(self) -> Locator:
        """Load the page again until a worker has made the package; return the link to it."""
        link = self.main.get_by_role("link", name="Package of")

        def is_there() -> bool:
            self.page.reload()
            return link.count() == 1

        self.platform.wait_until(is_there, "the package is made")
        self.looks_around("with a package")
        return link
