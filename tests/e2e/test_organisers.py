"""The organisers' side in a browser: what they do, and moments in the reader's own zone."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.models import Mail, Task, User
from tests.campaign.factories import (
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
)
from tests.e2e.test_people import log_in
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 1, 1, tzinfo=UTC)
OPENED = datetime(2017, 3, 15, tzinfo=UTC)
DEADLINE = datetime(2040, 7, 8, 22, tzinfo=UTC)


@pytest.fixture
def place(tmp_path) -> str:
    """Make a task with a run and its organiser, Ada; return where she works."""
    campaign = make_campaign("lab", organiser=make_user("ada"))
    task = make_task("plants", campaign=campaign, phases={"submission": (OPENED, DEADLINE)})
    team = make_team("<b>🌿 Ünï of the very long names that a person may give to a team, really")
    make_run(make_registration(task, team), tmp_path, at=AT, name="First")
    return "/tasks/plants/organise/"


def test_a_run_is_disqualified_with_a_reason_and_the_record_says_so(page: Page, place):
    log_in(page, User.objects.get(username="ada"))
    page.goto(f"{place}runs/")
    page.get_by_role("link", name="Run 1").click()
    page.get_by_text("Disqualify").first.click()
    page.locator("#disqualify-reason").fill("Two accounts sent the same answers.")
    page.get_by_role("button", name="Disqualify").click()
    expect(page.get_by_text("The run is disqualified; its team is told.")).to_be_visible()
    page.get_by_role("link", name="Record").click()
    entry = page.locator(".record > li").first
    expect(entry).to_contain_text("ada (page)")
    expect(entry).to_contain_text("Reason: Two accounts sent the same answers.")


def test_a_decision_is_told_by_the_worker_and_not_by_the_page(
    page: Page, platform: LivePlatform, place
):
    task = Task.objects.get()
    captain = make_user("cara")
    make_registration(task, make_team("Fern", captain), state="pending")
    log_in(page, User.objects.get(username="ada"))
    page.goto(f"{place}registrations/")
    page.get_by_role("checkbox", name="Fern").check()
    page.get_by_role("button", name="Approve the chosen").click()
    expect(page.get_by_text("The captains are told by mail.")).to_be_visible()

    def arrived() -> bool:
        return any(mail["To"] == captain.email for mail in platform.mails())

    platform.wait_until(arrived, "the captain has a mail")
    platform.wait_until(lambda: not Mail.objects.exists(), "no mail waits any more")
    (mail,) = [mail for mail in platform.mails() if mail["To"] == captain.email]
    assert mail["Subject"] == "Fern takes part in Task plants"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Europe/Paris", "9 Jul 2040, 00:00 CEST"), ("UTC", None)],
)
def test_the_deadline_shows_in_the_reader_s_zone_and_in_utc(
    browser: Browser, platform: LivePlatform, place, zone, shown
):
    context = browser.new_context(base_url=platform.url, timezone_id=zone)
    page = context.new_page()
    page.goto("/tasks/plants/")
    facts = page.get_by_role("complementary")
    expect(facts).to_contain_text("8 July 2040, 22:00 UTC")
    beside = facts.locator(".local-time")
    if shown:
        expect(beside).to_have_text(shown)
    else:
        expect(beside).to_have_count(0)
    context.close()
