"""Every page for everybody: by axe, by the keyboard alone, without motion; on a phone and wide, dark and light.

`make test` looks at each page in one of the two looks, one after the other; `make looks` at each in both. With
a folder in PICTURES all that is looked at is kept, so that people may look, too.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, TypeVar

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import Page

from campaign.models import User
from tests.e2e.barriers import barriers
from tests.e2e.every_page import EveryPage, make_every_page, routes_of_pages
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

# Nobody can ask for them: they show where a request is none, and where our own code breaks.
BARE = ("400.html", "500.html")
SEND_EMPTY = """form => {
    for (const field of form.querySelectorAll("textarea, input:not([type=hidden], [type=radio], [type=checkbox])"))
        field.value = "";
    form.submit();
}"""
SAYS_NO = ".notice.error, .errorlist, [aria-invalid=true]"


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    width: int
    scheme: Literal["dark", "light"]
    language: str


# Contrast does not depend on the width, nor the width on the colours; French is longer.
LOOKS = (Look(360, "dark", "fr"), Look(1280, "light", "en"))
T = TypeVar("T")


def in_look(n: int, things: Sequence[T]) -> Sequence[T]:
    """Return what is looked at in the look of a number."""
    return things if "EVERY_LOOK" in os.environ else things[n :: len(LOOKS)]


@pytest.fixture
def every_page(tmp_path, platform: LivePlatform) -> EveryPage:
    return make_every_page(platform, tmp_path)


def look_as(page: Page, who: str, look: Look, address: str) -> None:
    """Be somebody from now on, and look so."""
    page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": 800})
    cookies = {"django_language": look.language}
    if who:
        client = Client()
        client.force_login(User.objects.get(username=who))
        cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )


def looked_at(page: Page, addresses: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for address in addresses:
        answer = page.goto(address)
        assert answer
        broken = ["broken"] if answer.status >= 500 else []
        keep_picture(page, address)
        yield address, [*broken, *barriers(page)]


def sent_empty(page: Page, forms: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Send forms empty, whatever the browser thinks of that, and look at the answers."""
    for address, action in forms:
        page.goto(address)
        form = f'main form[action="{action}"]' if action else "main form.stacked:not([action])"
        with page.expect_navigation():
            page.locator(form).first.evaluate(SEND_EMPTY)
        keep_picture(page, f"{address} {action} empty")
        silent = [] if page.locator(SAYS_NO).count() else ["says nothing of what is wrong"]
        yield f"{address} to {action}", [*silent, *barriers(page)]


def keep_picture(page: Page, of: str) -> None:
    if folder := os.environ.get("PICTURES"):
        name = re.sub(r"[^\w=]+", "-", of).strip("-")[:100] + f"-{page.evaluate('innerWidth')}"
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def rendered(page: Page, templates: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    for template in templates:
        page.goto("/")
        page.set_content(render_to_string(template))
        yield template, barriers(page)


@pytest.mark.timeout(900)  # some hundred pages, twice
def test_no_page_keeps_anybody_out(
    open_page: Callable[[], Page], every_page: EveryPage, platform: LivePlatform
):
    assert every_page.routes() == routes_of_pages()
    found: list[str] = []
    for (n, look), (who, addresses) in product(enumerate(LOOKS), every_page.pages.items()):
        page = open_page()
        look_as(page, who, look, platform.url)
        for answers in (
            looked_at(page, in_look(n, addresses)),
            sent_empty(page, in_look(n, every_page.forms[who])),
            rendered(page, () if who else in_look(n, BARE)),
        ):
            found += [f"{look} {who} {place}: {one}" for place, wrong in answers for one in wrong]
        page.context.close()
    assert not found, "\n".join(found)
