"""What opens, sorts and is chosen, by the keyboard alone; test_access_for_all.py walks through every page."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect

from tests.campaign.factories import make_registration, make_run, make_task, ranked_lines
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

OPENED = datetime(2017, 3, 15, tzinfo=UTC)


@pytest.fixture
def board(page: Page, platform: LivePlatform, tmp_path) -> Page:
    """Open the leaderboard of a task with a run."""
    phases = {"submission": (OPENED, None), "results": (OPENED, None)}
    task = make_task("plants", phases=phases, subsets=["Organ"])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    run = make_run(make_registration(task), tmp_path, ranked_lines(6), at=at)
    scored = run.evaluations.filter(is_current=True, state="scored")
    platform.wait_until(scored.exists, "the run is scored")
    page.goto("/tasks/plants/leaderboard/")
    return page


def test_the_first_key_leads_past_the_head(board: Page):
    board.keyboard.press("Tab")
    expect(board.get_by_role("link", name="Skip to the content")).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.locator("main")).to_be_focused()


def test_columns_are_chosen_in_a_menu(board: Page):
    menu = board.locator("details.menu", has_text="Columns")
    menu.locator("summary").focus()
    board.keyboard.press("Enter")
    board.keyboard.press("Tab")
    box = menu.get_by_role("checkbox", name="MRR")
    expect(box).to_be_focused()
    board.keyboard.press("Space")
    expect(box).not_to_be_checked()
    board.keyboard.press("Enter")
    expect(board.get_by_role("columnheader", name="MRR")).to_have_count(0)


def test_a_menu_closes_on_escape_and_when_the_focus_leaves(board: Page):
    menu = board.locator("details.menu", has_text="Columns")
    summary = menu.locator("summary")
    summary.focus()
    board.keyboard.press("Enter")
    board.keyboard.press("Tab")
    board.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(menu).not_to_have_attribute("open", "")
    board.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    board.keyboard.press("Shift+Tab")
    expect(menu).not_to_have_attribute("open", "")


def test_a_head_sorts_and_a_row_opens(board: Page):
    board.get_by_role("link", name="Top 1").focus()
    board.keyboard.press("Enter")
    expect(board.locator("[aria-sort=descending]")).to_contain_text("Top 1")
    opener = board.locator("a.opens").first
    opener.focus()
    board.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(opener).to_be_focused()


def test_who_stands_on_what_is_still_made_goes_on_from_there(board: Page):
    """The answer waits until the link for it has the focus."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    board.route("**/positions/?brief", hold)
    board.goto(board.locator("tbody a[href^='/runs/']").first.get_attribute("href") or "")
    placeholder = board.locator("[hx-get*='/positions/']")
    placeholder.scroll_into_view_if_needed()
    placeholder.get_by_role("link").focus()
    while not held:
        board.wait_for_timeout(20)
    held[0].continue_()
    expect(placeholder).to_have_count(0)
    made = board.locator(".breakdown", has_text="Coverage")
    expect(made).to_be_focused()
    board.keyboard.press("Tab")
    expect(made.locator(":focus")).to_have_count(1)
