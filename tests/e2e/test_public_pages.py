"""The public pages in a browser: what moves on them, with scripts and without."""

import csv
import io
import re
import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from campaign.models import Run
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    ranked_lines,
)
from tests.e2e.barriers import run_out
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOON_MS = 30_000  # a table is made when it is first asked for


@pytest.fixture
def scored_run(tmp_path, platform: LivePlatform) -> Run:
    """Make a task whose results are open, and a run of it."""
    opening = datetime(2017, 3, 15, tzinfo=UTC)
    task = make_task(
        "plants",
        phases={"submission": (opening, None), "results": (opening, None)},
        subsets=["Organ", {"column": "TrainImages", "bands": [10, 100]}],
    )
    run = make_run(make_registration(task), tmp_path, ranked_lines(6), at=AT)
    scored = run.evaluations.filter(is_current=True, state="scored")
    platform.wait_until(scored.exists, "the run is scored")
    return run


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


def test_a_column_sorts_by_its_head(page: Page, scored_run: Run):
    page.goto("/tasks/plants/leaderboard/")
    page.get_by_role("link", name="Top 1").click()
    expect(page.locator("[aria-sort]")).to_have_count(1)
    expect(page.locator("[aria-sort=descending]")).to_contain_text("Top 1")


def test_the_slider_moves_through_the_states_by_keyboard_alone(
    page: Page, scored_run: Run, platform: LivePlatform, tmp_path
):
    task = scored_run.registration.task
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
    browser: Browser, platform: LivePlatform, scored_run: Run, tmp_path
):
    task = scored_run.registration.task
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


def test_figures_of_a_run_come_by_themselves_and_classes_are_found(page: Page, scored_run: Run):
    page.goto(scored_run.get_absolute_url())
    title = page.title()
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
    expect(page).to_have_title(title)  # not that of a part

    page.get_by_role("link", name="Classes").click()
    expect(page.locator("tbody tr").first).to_be_visible(timeout=SOON_MS)
    page.get_by_label("Class, species or family").fill("species0")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Genus0 species1")  # first instead


def test_the_title_of_an_axis_fits_into_a_narrow_figure(page: Page, scored_run: Run):
    page.set_viewport_size({"width": 200, "height": 800})
    page.goto("/tasks/plants/leaderboard/bars/")
    expect(page.locator("figure.chart[data-drawn]")).to_have_count(1)
    expect(page.locator(".chart-drawing").get_by_text("MRR (higher is better)")).to_be_visible()
    assert run_out(page) == []


def taken(page: Page, form: str) -> Path:
    """Take the first figure of a page along."""
    expect(page.locator("figure.chart[data-drawn]").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=form).first.click()
    target = Path(download.value.path())
    return target.rename(target.with_name(download.value.suggested_filename))


def table_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")), delimiter=";"))


def test_a_figure_is_taken_along_as_it_was_drawn(page: Page, scored_run: Run):
    page.goto("/tasks/plants/leaderboard/bars/")
    assert "1 run by MRR and what it learned from" in taken(page, "SVG").read_text()
    picture = taken(page, "SVG").read_text()
    assert "MRR (higher is better)" in picture
    width, height = page.locator(".chart-drawing .main-svg").first.evaluate(
        "own => [own.clientWidth, own.clientHeight]"
    )
    head = taken(page, "PNG").read_bytes()[:24]
    assert struct.unpack(">II", head[16:])[0] == 2 * width
    assert struct.unpack(">II", head[16:])[1] > 2 * height  # with what it shows above it
    [row] = table_of(taken(page, "CSV"))
    assert row["MRR"] == "0.750"


def test_programs_read_the_numbers_of_a_figure_in_every_language(
    browser: Browser, platform: LivePlatform
):
    call_command("load_history", verbosity=0)
    french = browser.new_context(base_url=platform.url, locale="fr-FR")
    page = french.new_page()
    page.goto("/history/methods/")
    rows = table_of(taken(page, "CSV"))
    assert (rows[0]["Édition"], rows[0]["Part (%)"]) == ("BirdCLEF 2014", "10.0")
    page.goto("/history/editions/")
    rows = table_of(taken(page, "CSV"))
    assert all("Goëau" in row["source"] for row in rows)
    assert "Goëau" in taken(page, "SVG").read_text()
    french.close()


def test_each_table_of_a_figure_is_taken_along_as_a_file_of_its_own(
    page: Page, platform: LivePlatform
):
    call_command("load_history", verbosity=0)
    page.goto("/history/methods/")
    figure = page.locator("#chart-training-data")
    for name, column, label in (
        ("training-data.csv", "Difference", "^CSV ·"),
        ("training-data-2.csv", "Run", "^CSV 2"),
    ):
        with page.expect_download() as download:
            figure.get_by_role("button", name=re.compile(label)).click()
        assert download.value.suggested_filename == name
        assert column in table_of(Path(download.value.path()))[0]


def come_near(page: Page, place: int) -> None:
    """Bring a figure into view at once: where one waits until it stands still, it has been replaced."""
    page.locator(".figures-grid > .breakdown").nth(place).evaluate("own => own.scrollIntoView()")


def test_the_search_finds_as_one_types_from_anywhere_by_the_keyboard(page: Page, scored_run):
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


def test_the_search_works_without_scripts(browser: Browser, platform: LivePlatform, scored_run):
    plain = browser.new_context(base_url=platform.url, java_script_enabled=False)
    page = plain.new_page()
    page.goto("/search/")
    page.get_by_role("searchbox").fill("plants")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Task plants")).to_be_visible()
    plain.close()
