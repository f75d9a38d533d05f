"""From nobody to a run on the leaderboard, as a person goes through the pages."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.models import Run, User
from tests.campaign.factories import (
    make_task,
    make_team,
    make_user,
    ranked_lines,
)
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {"submission": (datetime(2017, 3, 15, tzinfo=UTC), None)}


def log_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name or mail address").fill(user.username)
    page.get_by_label("Password").fill("secret")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def test_signing_up_confirming_the_address_and_logging_in(
    page: Page, browser: Browser, platform: LivePlatform
):
    page.goto("/")
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("User name").fill("carl")
    page.get_by_label("Mail address").fill("carl@uppsala.example")
    page.get_by_label("Password", exact=True).fill("systema-naturae-1735")
    page.get_by_label("The same password again").fill("systema-naturae-1735")
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    expect(page.get_by_text(str(platform.var_dir / "mail"))).to_be_visible()
    mail = platform.mails()[-1]
    assert mail["To"] == "carl@uppsala.example"
    link = re.search(r"http://\S+confirm-email\S+", mail.get_content())
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Confirm the address").click()
    expect(page.get_by_text("carl", exact=True)).to_be_visible()  # nobody else has this browser

    elsewhere = browser.new_context(base_url=platform.url)
    other = elsewhere.new_page()
    other.goto("/accounts/login/")
    other.get_by_label("User name or mail address").fill("carl@uppsala.example")
    other.get_by_label("Password").fill("systema-naturae-1735")
    other.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(other.get_by_text("carl", exact=True)).to_be_visible()
    elsewhere.close()


def test_a_team_is_made_and_somebody_joins_by_its_link(
    page: Page, browser: Browser, platform: LivePlatform
):
    log_in(page, make_user("ada"))
    page.get_by_role("link", name="Teams").click()
    page.get_by_role("link", name="Make a team").click()
    page.get_by_label("Name").fill("Flora")
    page.get_by_role("button", name="Make the team").click()
    page.get_by_role("button", name="Invite by a link").click()
    link = page.locator("#link").inner_text()

    other = browser.new_context(base_url=platform.url)
    guest = other.new_page()
    log_in(guest, make_user("bo"))
    guest.goto(link)
    expect(guest.get_by_role("heading", name="Join Flora")).to_be_visible()
    guest.get_by_role("button", name="Join the team").click()
    expect(guest.get_by_role("row", name="bo member")).to_be_visible()
    other.close()


def test_registering_uploading_and_the_score_without_a_reload(
    page: Page, platform: LivePlatform, tmp_path
):
    task = make_task("plants", phases=OPEN)
    log_in(page, make_team("Flora").members.get())
    page.goto(task.get_absolute_url())
    page.get_by_role("link", name="Register").click()
    page.get_by_label("I accept these rules for my team.").check()
    page.get_by_role("button", name="Register the team").click()
    expect(page.get_by_text("Flora takes part in this task")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Upload a run").last.click()

    run_file = tmp_path / "run.csv"
    run_file.write_text(ranked_lines())
    page.get_by_label("Run file").set_input_files(run_file)
    expect(page.get_by_text("At first look this is right.")).to_be_visible()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("run.csv is right.")).to_be_visible()
    assert not Run.objects.exists()

    page.get_by_label("Run name").fill("First")
    page.get_by_role("button", name="Upload the run").click()
    page.wait_for_url("**/runs/*/")
    address = page.url
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    expect(page.get_by_text("1.000").first).to_be_visible(timeout=30_000)
    assert (page.url, loads) == (address, [])

    page.get_by_role("link", name="Describe the method").first.click()
    page.get_by_label("Number of networks").fill("12")
    page.get_by_role("button", name="Save the description").click()
    expect(page.get_by_text("The method description is saved.")).to_be_visible()
    assert Run.objects.get().description == {"n_networks": 12}
