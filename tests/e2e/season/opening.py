"""How a campaign begins: the folder, the people, the data."""

from playwright.sync_api import expect

from tests.clefboard.task_folder.folders import edit
from tests.e2e.season.folder import CAMPAIGN, PHOTOS, describe_the_task, pack
from tests.e2e.season.people import PASSWORD
from tests.e2e.season.world import DAY, ORGANISERS, SLUG, TASK, Season, command, laptop_of


# ---------------------------------------------------------------- winter: the task is described
def the_first_account_is_made_where_the_platform_runs(season: Season) -> None:
    olga = season.olga
    season.platform.manage(
        *("createsuperuser", "--noinput", "--username", olga.name, "--email", olga.address),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    olga.goes_to("/")
    olga.follows("Log in")
    olga.logs_in()
    olga.reads("No task takes runs now")


def the_organiser_writes_a_folder_and_checks_it(season: Season) -> None:
    season.folder.parent.mkdir()
    (season.folder.parent / "campaign.yaml").write_text(CAMPAIGN)
    assert command(season, "task", "new", season.folder, "--shape", "ranked").returncode == 0
    season.it_is(-10 * DAY, "registration", "opens")
    describe_the_task(season.folder)
    edit(season.folder, "visibility: live", "visibility: lively")
    checked = command(season, "task", "check", season.folder)
    assert checked.returncode == 1
    assert "did you mean 'live'?" in checked.stdout
    edit(season.folder, "visibility: lively", "visibility: live")
    assert command(season, "task", "check", season.folder).returncode == 0


def she_loads_it_when_she_has_seen_what_it_makes(season: Season) -> None:
    olga = season.olga
    olga.follows("Load a task with its campaign")
    olga.sends_folder(pack(season.folder, beside=True))
    olga.reads("This would be made", "campaign moth-season")
    season.visitor.goes_to("/")
    season.visitor.reads_nothing_of(TASK)  # nobody has said yes yet
    olga.agrees_to_it()
    season.visitor.goes_to("/")
    season.visitor.follows(TASK, exact=True)
    season.visitor.reads("Which moth came to the light?")


def she_invites_somebody_to_organise_with_her(season: Season) -> None:
    olga, ines = season.olga, season.ines
    olga.organises(TASK)
    olga.follows("Who organises it")
    olga.invites_to_organise(ines.address)
    ines.opens_link_of(ines.mail("The moth season"), "co-organise")
    ines.signs_up()
    ines.accepts_the_role()
    ines.reads("You are organiser of The moth season now.")


def she_sends_the_sample_run_herself(season: Season) -> None:
    olga = season.olga
    olga.organises(TASK)
    olga.deals_with("A sample run scored")
    sample = olga.saves(olga.main.get_by_role("link", name="A sample run"), season.desk)
    olga.uploads(sample, "The sample run")
    olga.waits_until("Scored")
    olga.reads(ORGANISERS, "baseline")
    olga.organises(TASK)
    olga.reads("Done: A sample run scored")


# ---------------------------------------------------------------- registration
def nobody_registers_before_it_opens(season: Season) -> None:
    for captain in (season.ada, season.carl):
        captain.goes_to("/")
        captain.signs_up()
    season.ada.visits(TASK)
    expect(season.ada.main.get_by_role("link", name="Register")).to_have_count(0)


def a_team_is_made_and_a_member_joins_by_mail(season: Season) -> None:
    ada, bo = season.ada, season.bo
    ada.makes_team("Sedges", "Uppsala")
    ada.invites(bo.address)
    bo.opens_link_of(bo.mail("into the team Sedges"), "join")
    bo.signs_up()
    bo.presses("Join the team")
    expect(bo.page.get_by_role("row", name="bo member")).to_be_visible()


def two_teams_ask_to_take_part(season: Season) -> None:
    season.ada.registers(TASK)
    season.ada.reads("Sedges waits for the organisers to approve it")
    season.carl.registers(TASK, new_team="Hawkers")
    season.carl.reads("Hawkers waits for the organisers to approve it")


def the_organiser_approves_one_and_refuses_the_other(season: Season) -> None:
    olga = season.olga
    olga.organises(TASK)
    olga.deals_with("2 teams wait for approval")
    olga.decides("Sedges", "Approve the chosen")
    olga.decides("Hawkers", "Refuse the chosen", "Tell us first who you are.")
    assert "Tell us first who you are." in season.carl.mail("refused the registration of Hawkers")
    assert "can get the data and send runs" in season.ada.mail("approved the registration")


def she_changes_her_mind_with_a_reason(season: Season) -> None:
    refused = laptop_of(season, season.carl).run("download", SLUG, "--to", season.desk / "carl")
    assert refused.returncode == 2
    assert "approved" in refused.stderr
    season.olga.decides("Hawkers", "Approve the chosen", "They wrote to us.")
    assert "They wrote to us." in season.carl.mail("approved the registration of Hawkers")


def both_download_the_data(season: Season) -> None:
    data = season.desk / "data"
    fetched = laptop_of(season, season.ada).run("download", SLUG, "--to", data)
    assert fetched.returncode == 0, fetched.stderr
    assert (data / "photos" / "1" / "photos.csv").read_bytes() == PHOTOS
    season.carl.visits(TASK, "Data")
    link = season.carl.main.get_by_role("link", name="photos.csv")
    assert season.carl.saves(link, season.desk).read_bytes() == PHOTOS
