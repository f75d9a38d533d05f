"""The live platform and a real browser. A page that breaks its own policy fails its test."""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from tests.live_platform import LivePlatform, live_platform

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all browser tests."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the programs said last, and keep what people saw, when a test with them failed."""
    report = yield
    at_hand = getattr(item, "funcargs", {})
    running, browser = at_hand.get("platform"), at_hand.get("browser")
    if report.failed and isinstance(running, LivePlatform):
        report.sections.append(("the platform", running.logs()))
        if isinstance(browser, Browser):
            folder = running.var_dir.parent / "failed" / re.sub(r"\W+", "-", item.name)
            report.sections.append(("what people saw", _keep_pages(browser, folder)))
    return report


def _keep_pages(browser: Browser, folder: Path) -> str:
    """Keep a picture of each open page, in a folder that pytest keeps; say which is of what."""
    pages = [page for context in browser.contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        with suppress(Error):  # what has crashed cannot be shown
            page.screenshot(path=folder / f"{number}.png", full_page=True)
    return "\n".join(f"{folder}/{n}.png: {page.url}" for n, page in enumerate(pages, start=1))


@pytest.fixture(scope="package")  # gone before other tests: its worker would take their runs
def platform(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LivePlatform]:
    """Run web, worker, sweeper and beat on the database of the tests."""
    server = django_settings.DATABASE_URL.rpartition("/")[0]
    with (
        django_db_blocker.unblock(),
        live_platform(
            database_url=f"{server}/{connection.settings_dict['NAME']}",
            redis_url=django_settings.CELERY_BROKER_URL,
            var_dir=tmp_path_factory.mktemp("platform"),
            env={"BASELINES_DIR": str(Path(__file__).with_name("configs"))},
        ) as running,
    ):
        yield running


@pytest.fixture(autouse=True)
def files_of_the_platform(settings: Settings, platform: LivePlatform) -> None:
    """Let what a test makes lie where the platform looks for it."""
    default = settings.STORAGES["default"] | {
        "OPTIONS": {"location": platform.private, "base_url": None}
    }
    settings.STORAGES = settings.STORAGES | {"default": default}
    settings.FILE_UPLOAD_TEMP_DIR = platform.private / "incoming"


@pytest.fixture(autouse=True)
def the_last_word_on_the_tables(transactional_db: None) -> None:
    """Let the platform lose a deadlock against the emptying of the tables after a test.

    Its programs still rank and look after things then. Of two that wait for each other, PostgreSQL
    refuses the one that looks first, each after its own `deadlock_timeout`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '1min'")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django would forbid the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    installed = next(filter(None, map(shutil.which, _BROWSERS)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=installed)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Browser, platform: LivePlatform) -> Iterator[Callable[..., Page]]:
    """Give pages in browsers without a history, each for one person, in a time zone.

    None may ask another host or break a policy.
    """
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def open_one(zone: str | None = None) -> Page:
        context = browser.new_context(
            base_url=platform.url, viewport={"width": 1280, "height": 900}, timezone_id=zone
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        _note_what_is_wrong(page, platform, wrong)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


def _note_what_is_wrong(page: Page, platform: LivePlatform, wrong: list[str]) -> None:
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if "Content Security" in message.text else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((platform.url, "data:", "blob:"))
            else wrong.append(f"asked {request.url}")
        ),
    )


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Open a page; it must ask no other host and break no policy."""
    return open_page()
