"""The public pages in a browser: open to everybody, and whole on a phone."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from campaign.models import Task
from campaign.services.history import load_history, record_published_results
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
)
from tests.e2e.test_access_for_all import speak, violations
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
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")
    boards = ("leaderboard/", "leaderboard/history/", "leaderboard/?at=2100-01-01T00:00Z")
    tabs = [f"/tasks/plants/{tab}" for tab in ("", "data/", "rules/", *boards)]
    crossed = "subsets/?by=Organ%2BTrainImages%3D10%2C100"
    about = [
        f"/runs/{run.pk}/{tab}"
        for tab in ("", "subsets/", crossed, "positions/", "classes/", "confusions/", "comparison/")
    ]
    past = [f"/history/{place}" for place in ("", "editions/", "methods/", "boards/birdclef-2014/")]
    found = ["/search/?q=plants", "/search/?q=zzz", "/method-tags/", team.get_absolute_url()]
    places = [*tabs, *about, *past, *found]
    return ["/", task.campaign.get_absolute_url(), *places, "/nothing/"]


# Contrast does not depend on the width, nor the width on the colours; French is longer.
@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(360, "dark", "fr"), (1280, "light", "en")]
)
def test_no_page_keeps_anybody_out(page: Page, addresses: list[str], scheme, width, language):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    speak(page, language)
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


def test_the_slider_moves_through_the_states_by_keyboard_alone(
    page: Page, addresses: list[str], platform: LivePlatform, tmp_path
):
    task = Task.objects.get(slug="plants")
    run = make_run(make_registration(task), tmp_path, ranked_lines(7), at=AT)
    scored = run.evaluations.filter(is_current=True, state="scored")
    platform.wait_until(scored.exists, "the second run is scored")
    page.goto("/tasks/plants/leaderboard/history/")
    expect(page.get_by_role("button", name="Show this state")).to_have_count(0)
    slider = page.get_by_role("slider", name="Move through 2 states of the leaderboard")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("State 1 of 2")).to_be_visible()
    expect(page.locator("#rank-then tbody tr")).to_have_count(1)
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^1 of 2 · "))
    for key in ("End", "Home", "End"):  # faster than it asks
        page.keyboard.press(key)
    expect(page.locator("#rank-then tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Permanent link").click()
    expect(page.get_by_text("This is the leaderboard as it stood on")).to_be_visible()


def test_without_scripts_a_button_moves_the_slider(
    browser: Browser, platform: LivePlatform, addresses: list[str], tmp_path
):
    task = Task.objects.get(slug="plants")
    run = make_run(make_registration(task), tmp_path, ranked_lines(7), at=AT)
    scored = run.evaluations.filter(is_current=True, state="scored")
    platform.wait_until(scored.exists, "the second run is scored")
    plain = browser.new_context(base_url=platform.url, java_script_enabled=False)
    page = plain.new_page()
    page.goto("/tasks/plants/leaderboard/history/")
    page.get_by_role("slider").press("Home")
    page.get_by_role("button", name="Show this state").click()
    expect(page.get_by_text("State 1 of 2")).to_be_visible()
    plain.close()


def test_figures_of_a_run_come_by_themselves_and_classes_are_found(
    page: Page, addresses: list[str]
):
    run = next(address for address in addresses if address.startswith("/runs/"))
    page.goto(run)
    for place, name in enumerate(("positions", "by-organ", "by-trainimages10100")):
        come_near(page, place)
        figure = page.locator(f"#chart-{name}")
        expect(figure.locator(".main-svg").first).to_be_visible(timeout=SOON_MS)
        expect(figure.get_by_role("table")).to_have_count(0)
        figure.get_by_text("The numbers").click()
        expect(figure.get_by_role("table")).to_be_visible()
    crossed = "By organ and training images"
    come_near(page, 3)
    table = page.get_by_role("region", name=crossed, exact=True)
    expect(table).to_be_visible(timeout=SOON_MS)
    expect(page.get_by_role("row", name="leaf")).to_have_count(2)

    page.get_by_role("link", name="Classes").click()
    expect(page.locator("tbody tr").first).to_be_visible(timeout=SOON_MS)
    page.get_by_label("Class, species or family").fill("species0")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Genus0 species1")  # first instead


def come_near(page: Page, place: int) -> None:
    """Bring a figure into view at once: where one waits until it stands still, it has been replaced."""
    page.locator(".figures-grid > .breakdown").nth(place).evaluate("own => own.scrollIntoView()")


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
