"""What a page weighs, and that figures are drawn where there are some, with their scripts nowhere else."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, Response

from campaign.services.history import load_history
from tests.campaign.factories import make_task
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

LIGHT_BYTES = 100_000
SCRIPTS = "() => [...document.scripts].map((script) => script.src).join(' ')"
OPEN = {"submission": (datetime(2017, 3, 15, tzinfo=UTC), None)}
WITHOUT_FIGURES = (
    "/tasks/plants/",
    "/tasks/plants/data/",
    "/tasks/plants/rules/",
    "/tasks/plants/leaderboard/",
    "/search/?q=plants",
    "/method-tags/",
    "/accounts/login/",
)
WITH_FIGURES = ("/", "/history/", "/history/editions/", "/history/methods/")


@pytest.fixture(autouse=True)
def world(platform: LivePlatform) -> None:
    make_task("plants", phases=OPEN)
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")


def carried(responses: list[Response]) -> int:
    """Return the bytes of all answers as they travel; the static files are packed here, as they are where collected."""
    return sum(
        len(gzip.compress(one.body()))
        if one.url.endswith((".css", ".js"))
        else one.request.sizes()["responseBodySize"]
        for one in responses
    )


@pytest.mark.parametrize("address", WITHOUT_FIGURES)
def test_a_page_without_figures_is_light_and_brings_no_script_for_them(page: Page, address):
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - Playwright wants a function
    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert "plotly" not in page.evaluate(SCRIPTS)
    assert carried(responses) < LIGHT_BYTES


@pytest.mark.parametrize("address", WITH_FIGURES)
def test_every_figure_is_drawn_in_the_place_that_was_held_for_it(page: Page, address):
    page.goto(address)
    page.wait_for_load_state("domcontentloaded")
    before = page.evaluate("document.documentElement.scrollHeight")
    page.emulate_media(media="print")  # draws those that are out of sight, too
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(
        "document.querySelectorAll('figure.chart:not([data-drawn])').length === 0"
    )
    page.emulate_media(media="screen")

    assert page.locator("figure.chart .main-svg").count() > 0
    assert page.evaluate("document.documentElement.scrollHeight") == before
