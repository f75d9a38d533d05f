"""The public pages in a browser: open to everybody, and whole on a phone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.services.history import record_published_results
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
)
from tests.e2e.test_access_for_all import violations
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOON_MS = 30_000  # a table is made when it is first asked for
TABLE = "\n\n| set | images | species | what it is |\n|---|---|---|---|\n| noisy | 1,100,000 | 10,000 | web search |"


@pytest.fixture
def addresses(tmp_path, platform: LivePlatform) -> list[str]:
    """Make a world with something on every public page; return the pages."""
    opening = datetime(2017, 3, 15, tzinfo=UTC)
    task = make_task(
        "plants",
        phases={"submission": (opening, None), "results": (opening, None)},
        generated=True,
        subsets=["Organ", {"column": "TrainImages", "bands": [10, 100]}],
    )
    task.overview += TABLE
    task.save()
    description = {"training_data": ["trusted", "noisy"], "architectures": ["ResNet-50"]}
    team = make_team("<b>🌿 Ünï of the very long names that a person may give to a team, really")
    answers = ranked_lines(6)
    run = make_run(make_registration(task, team), tmp_path, answers, at=AT, description=description)
    scored = run.evaluations.filter(is_current=True, state="scored")
    platform.wait_until(scored.exists, "the run is scored")
    figure = {"team": "KDE TUT", "metric": "mrr", "value": 0.853}
    record_published_results(task=task, figures=[figure], source="A talk")
    tabs = [f"/tasks/plants/{tab}" for tab in ("", "data/", "rules/", "leaderboard/")]
    crossed = "subsets/?by=Organ%2BTrainImages%3D10%2C100"
    about = [
        f"/runs/{run.pk}/{tab}" for tab in ("", "subsets/", crossed, "classes/", "confusions/")
    ]
    found = ["/search/?q=plants", "/search/?q=zzz", "/method-tags/", team.get_absolute_url()]
    return ["/", task.campaign.get_absolute_url(), *tabs, *about, *found, "/nothing/"]


# Contrast does not depend on the width, nor the width on the colours.
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_no_page_keeps_anybody_out(page: Page, addresses: list[str], scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = violations(page)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_on_a_phone_one_menu_leads_everywhere_without_scripts(
    browser: Browser, platform: LivePlatform
):
    phone = browser.new_context(
        base_url=platform.url, viewport={"width": 360, "height": 800}, java_script_enabled=False
    )
    page = phone.new_page()
    page.goto("/")
    header = page.locator(".site-header")
    expect(header.get_by_role("link", name="Log in")).to_have_count(0)
    header.get_by_text("Menu").click()
    expect(header.get_by_role("link", name="Sign up")).to_be_visible()
    header.get_by_role("link", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    phone.close()


def test_a_column_sorts_by_its_head(page: Page, addresses: list[str]):
    page.goto("/tasks/plants/leaderboard/")
    page.get_by_role("link", name="Top 1").click()
    expect(page.locator("[aria-sort]")).to_have_count(1)
    expect(page.locator("[aria-sort=descending]")).to_contain_text("Top 1")


def test_tables_of_a_run_come_by_themselves_and_classes_are_found(page: Page, addresses: list[str]):
    run = next(address for address in addresses if address.startswith("/runs/"))
    page.goto(run)
    for title in ("By organ", "By training images", "By organ and training images"):
        # At once: where one waits until a heading stands still, its table has come and replaced it.
        page.get_by_role("heading", name=title, exact=True).evaluate("own => own.scrollIntoView()")
        table = page.get_by_role("region", name=title, exact=True)
        expect(table).to_be_visible(timeout=SOON_MS)
    expect(page.get_by_role("row", name="leaf")).to_have_count(2)

    page.get_by_role("link", name="Classes").click()
    expect(page.locator("tbody tr").first).to_be_visible(timeout=SOON_MS)
    page.get_by_label("Class, species or family").fill("species0")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Genus0 species1")  # first instead


def test_the_search_finds_as_one_types_from_anywhere_by_the_keyboard(page: Page, addresses):
    page.goto("/")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("task pla")
    expect(page.get_by_role("link", name="Task plants")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("1 hit")
    expect(page).to_have_url(re.compile(r"q=task\+pla$|q=task%20pla$"))
    page.keyboard.type("/")  # is a letter here
    expect(field).to_have_value("task pla/")
    field.fill("zzz")
    expect(page.get_by_text("Nothing is found for “zzz”")).to_be_visible()
    field.press("Enter")
    expect(page.get_by_text("Nothing is found for “zzz”")).to_be_visible()


def test_the_search_works_without_scripts(browser: Browser, platform: LivePlatform, addresses):
    plain = browser.new_context(base_url=platform.url, java_script_enabled=False)
    page = plain.new_page()
    page.goto("/search/")
    page.get_by_role("searchbox").fill("plants")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Task plants")).to_be_visible()
    plain.close()
