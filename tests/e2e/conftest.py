"""The live platform and a real browser. A page that breaks its own policy fails its test."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
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
    """Show what the programs said last, when a test that spoke to them failed."""
    report = yield
    running = getattr(item, "funcargs", {}).get("platform")
    if report.failed and isinstance(running, LivePlatform):
        report.sections.append(("the platform", running.logs()))
    return report


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
def context(browser: Browser, platform: LivePlatform) -> Iterator[BrowserContext]:
    """Give a browser without a history; whoever logs in, logs in here only."""
    fresh = browser.new_context(base_url=platform.url, viewport={"width": 1280, "height": 900})
    fresh.set_default_timeout(15_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, platform: LivePlatform) -> Iterator[Page]:
    """Open a page; it must ask no other host and break no policy."""
    page = context.new_page()
    wrong: list[str] = []
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
    yield page
    assert wrong == []
