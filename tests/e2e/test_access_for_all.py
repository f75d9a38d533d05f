"""People's pages for everybody: no violation that axe finds, light and dark, wide and on a phone."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from campaign.clock import now
from campaign.models import CampaignRole, RulesVersion, User
from campaign.services.accounts import issue_token
from campaign.services.mergers import propose_merge
from campaign.services.teams import invite
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
)
from tests.e2e.test_people import log_in
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {"submission": (datetime(2017, 3, 15, tzinfo=UTC), None)}
OF_VISITORS = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
)


def speak(page: Page, language: str) -> None:
    """Choose the language of the pages from now on."""
    page.goto("/")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])


def violations(page: Page) -> list[str]:
    """Return what axe finds with all open that opens, and whether the page is too wide."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    found = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*found, *(["wider than the window"] if wide else [])]


@pytest.fixture
def addresses(tmp_path, platform: LivePlatform) -> list[str]:
    """Make a world with something on every page; return the pages of Ada."""
    ada = make_user("ada", first_name="Ada", last_name="Lovelace")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    team = make_team(
        "<b>🌿 Ünï of the very long names that a person may give to a team, really", ada
    )
    issue_token(user=ada, name="cluster", expires_at=None, now=at)
    task = make_task(
        "plants",
        phases=OPEN,
        required_description=["training_data", "automatic"],
        required_runs=[{"at_least": 1, "training_data": ["trusted"]}],
    )
    registration = make_registration(task, team)
    run = make_run(registration, tmp_path, at=at, name="First")
    RulesVersion.objects.create(task=task, number=2, text="Play fairer.", created_at=at)
    make_task("birds", phases=OPEN, approval=True)
    invite(team=team, by=ada, now=now(), email="a.long.address.of.somebody@mail.example.org")
    moss = make_team("Moss", captain=make_user("mo", orcid="0000-0002-1825-0097"))
    propose_merge(ending=moss, staying=team, by=moss.members.get(), now=now())
    CampaignRole.objects.create(campaign=task.campaign, user=ada)
    return [
        "/teams/",
        "/teams/new/",
        team.get_absolute_url(),
        "/profile/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/tasks/plants/register/",
        "/tasks/birds/register/",
        "/tasks/plants/submit/",
        "/tasks/plants/runs/",
        f"/runs/{run.pk}/description/",
        "/tasks/plants/organise/registrations/",
        f"/tasks/plants/organise/registrations/{registration.pk}/",
    ]


# Contrast does not depend on the width, nor the width on the colours; French is longer.
@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(360, "dark", "fr"), (1280, "light", "en")]
)
def test_no_page_keeps_anybody_out(page: Page, addresses: list[str], scheme, width, language):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for address in OF_VISITORS:
        page.goto(address)
        found[address] = violations(page)
    log_in(page, User.objects.get(username="ada"))
    speak(page, language)
    for address in addresses:
        page.goto(address)
        found[address] = violations(page)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
