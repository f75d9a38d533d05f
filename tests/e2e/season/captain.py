"""What a participant does on the pages of a team and a task."""

from dataclasses import dataclass

from playwright.sync_api import expect

from tests.e2e.season.people import Person


@dataclass
class Captain(Person):
    """Somebody who takes part with a team; the token is that of a laptop."""

    token: str = ""

    # ------------------------------------------------------------ the team
    def makes_team(self, name: str, affiliation: str) -> None:
        self.follows("Teams")
        self.follows("Make a team")
        self.main.get_by_label("Name").fill(name)
        self.main.get_by_label("Affiliation").fill(affiliation)
        self.presses("Make the team")
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()
        self.looks_around()

    def invites(self, address: str) -> None:
        invitation = self.opens("Invite by mail")
        invitation.get_by_label("Mail address").fill(address)
        self.presses("Mail the invitation", place=invitation)
        self.reads(address)

    def registers(self, task: str, *, new_team: str = "") -> None:
        """Register for a task, with the team that is offered or a new one."""
        self.visits(task)
        self.follows("Register", place=self.main)
        if new_team:
            self.main.get_by_label("Name of the new team").fill(new_team)
        self.main.get_by_label("I accept these rules for my team.").check()
        self.presses("Register the team")

    def makes_token(self) -> None:
        """Make a token for the programs of a laptop."""
        self.page.get_by_role("banner").get_by_text(self.name, exact=True).click()
        self.follows("Profile and tokens")
        self.main.get_by_label("Name", exact=True).fill("laptop")
        self.main.get_by_label("Expires").select_option("in a year")
        self.presses("Make the token")
        self.token = self.page.locator("#secret").inner_text()

    def describes(self, *, data: str, architecture: str) -> None:
        """Say how the run was made, as far as the task requires it."""
        self.follows("Describe the method")
        self.main.get_by_role("group", name="Training data").get_by_label(data).check()
        self.main.get_by_role("group", name="Architectures").get_by_label("entry 1").fill(
            architecture
        )
        self.main.get_by_label("Automatic").select_option("yes (true)")
        self.presses("Save the description")
        self.reads("The method description is saved.")
