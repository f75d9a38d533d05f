"""The API's page in a browser: it works under the platform's own policy, and sends real requests."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaign.models import Evaluation, Run
from campaign.services.accounts import issue_token
from tests.campaign.factories import make_registration, make_task, ranked_lines
from tests.e2e.barriers import barriers
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

# What Swagger UI does as it will: its buttons hold links, it has a main part and classes of its own.
SWAGGERS = ("nested-interactive", "landmark-", "unstyled")
OPEN = {"submission": (datetime(2017, 3, 15, tzinfo=UTC), None)}


def operation(page: Page, method: str, path: str):
    return page.locator(f".opblock-{method}", has=page.locator(f"[data-path='{path}']"))


def test_a_run_is_submitted_from_the_docs(page: Page, platform: LivePlatform, tmp_path: Path):
    registration = make_registration(make_task("plants", phases=OPEN))
    user = registration.team.members.get()
    _token, secret = issue_token(
        user=user, name="docs", expires_at=None, now=datetime(2026, 1, 1, tzinfo=UTC)
    )
    run_file = tmp_path / "run.csv"
    run_file.write_text(ranked_lines())

    page.goto("/api/docs/")
    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_label("auth-bearer-value").fill(secret)
    page.get_by_label("Apply credentials").click()
    page.get_by_role("button", name="Close").click()
    submit = operation(page, "post", "/api/v1/tasks/{slug}/runs/")
    submit.locator(".opblock-summary-control").click()
    submit.get_by_role("button", name="Try it out").click()
    submit.get_by_placeholder("slug").fill("plants")
    submit.locator("input[type=file]").first.set_input_files(run_file)
    submit.get_by_role("button", name="Execute").click()

    answer = submit.locator(".live-responses-table")
    expect(answer.locator(".response-col_status").last).to_contain_text("201")
    assert Run.objects.get().registration == registration
    scored = Evaluation.objects.filter(state="scored")
    platform.wait_until(scored.exists, "the run is scored")


def test_what_everybody_may_read_needs_no_token(page: Page):
    make_task("plants", phases=OPEN)
    page.goto("/api/docs/")
    tasks = operation(page, "get", "/api/v1/tasks/")
    tasks.locator(".opblock-summary-control").click()
    tasks.get_by_role("button", name="Try it out").click()
    tasks.get_by_role("button", name="Execute").click()
    expect(tasks.locator(".live-responses-table")).to_contain_text('"slug": "plants"')


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_of_ours_keeps_anybody_out(page: Page, width: int):
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/api/docs/")
    expect(page.locator(".opblock").first).to_be_visible()
    assert [one for one in barriers(page) if not one.startswith(SWAGGERS)] == []
