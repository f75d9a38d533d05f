"""The upload page in a browser: a first look, progress, cancelling, refusals in their place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.models import Registration, Run
from tests.campaign.factories import (
    make_registration,
    make_task,
    make_team,
    make_user,
    ranked_lines,
)
from tests.e2e.test_people import log_in
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {"submission": (datetime(2017, 3, 15, tzinfo=UTC), None)}


@pytest.fixture
def registration() -> Registration:
    return make_registration(make_task("plants", phases=OPEN), make_team("Flora", make_user("ada")))


@pytest.fixture
def upload_page(page: Page, registration: Registration) -> Page:
    log_in(page, registration.team.members.get())
    page.goto("/tasks/plants/submit/")
    return page


def choose(page: Page, folder: Path, content: str | bytes, name: str = "run.csv") -> None:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    page.get_by_label("Run file").set_input_files(file)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ranked_lines(), "At first look this is right."),
        ("q0;c0\nq1;c1\n", "Line 1 has 2 columns; this task takes 3 or 4."),
        ("q0;c0;1\nq1;c1\n", "Line 2 has 2 columns"),
        ("q0 c0 1\n", "The first line has no semicolon, comma or tab"),
        (b"q0;caf\xe9;1\n", "This is not UTF-8 text."),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n", "This does not look like a text file."),
        (b"", "The file is empty."),
        (b"\x1f\x8b\x08\x00 and more", "gzip: the server unpacks it"),
        (b"\x28\xb5\x2f\xfd and more", "zstd: the server unpacks it"),
        (b"PK\x03\x04 and more", "it must hold exactly one file"),
        ("QueryId,ClassId,Probability\n" + ranked_lines().replace(";", ","), "comma"),
        ("\ufeff" + ranked_lines(), "UTF-8 with a byte order mark"),
    ],
)
def test_a_first_look_tells_what_a_file_is_before_it_is_sent(
    upload_page: Page, tmp_path, content, words
):
    sent: list[str] = []
    upload_page.on("request", lambda request: sent.append(request.method))
    choose(upload_page, tmp_path, content)
    expect(upload_page.locator("[data-file=file] [data-look]")).to_contain_text(words)
    assert "POST" not in sent


def test_a_file_that_is_no_run_is_refused_in_its_place(upload_page: Page, tmp_path, platform):
    choose(upload_page, tmp_path, b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n")
    upload_page.get_by_role("button", name="Upload the run").click()
    refusal = upload_page.get_by_role("alert")
    expect(refusal).to_contain_text("the file is a PDF")
    assert upload_page.url.endswith("/tasks/plants/submit/")
    expect(upload_page.get_by_role("button", name="Upload the run")).to_be_enabled()
    assert not Run.objects.exists()


def test_the_same_file_again_leads_to_its_run(upload_page: Page, tmp_path):
    choose(upload_page, tmp_path, ranked_lines())
    upload_page.get_by_role("button", name="Upload the run").click()
    upload_page.wait_for_url("**/runs/*/")
    run = upload_page.url
    upload_page.goto("/tasks/plants/submit/")
    choose(upload_page, tmp_path, ranked_lines())
    upload_page.get_by_role("button", name="Upload the run").click()
    expect(upload_page.get_by_role("alert")).to_contain_text("already sent this file, as Run 1")
    upload_page.get_by_role("link", name="To that run").click()
    expect(upload_page).to_have_url(run)


def test_what_is_too_large_is_refused_before_it_arrives(page: Page, tmp_path):
    task = make_task("small", phases=OPEN, rules={"max_upload_bytes": 1_000_000})
    log_in(page, make_registration(task).team.members.get())
    page.goto("/tasks/small/submit/")
    choose(page, tmp_path, ranked_lines() * 40_000)
    expect(page.get_by_text("The file is larger than the")).to_be_visible()
    page.get_by_role("button", name="Upload the run").click()
    expect(page.get_by_role("alert")).to_contain_text("this task takes files of 1 MB")


def test_a_slow_upload_shows_its_progress_and_can_be_cancelled(
    upload_page: Page, tmp_path, platform: LivePlatform
):
    network = upload_page.context.new_cdp_session(upload_page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2_000_000},
    )
    choose(upload_page, tmp_path, ranked_lines() * 150_000)  # 24 MB
    upload_page.get_by_role("button", name="Upload the run").click()
    figures = upload_page.locator("[data-figures]")
    expect(figures).to_contain_text("MB a second")
    expect(figures).to_contain_text("left")
    assert 0 < float(upload_page.get_by_role("progressbar").get_attribute("value") or 0) < 100
    upload_page.get_by_role("button", name="Cancel").click()
    expect(upload_page.get_by_role("alert")).to_contain_text("Cancelled. Nothing was kept.")
    incoming = platform.private / "incoming"
    platform.wait_until(lambda: not list(incoming.iterdir()), "the incoming folder is empty")
    assert not Run.objects.exists()


def test_without_scripts_the_form_works_all_the_same(
    browser: Browser, platform: LivePlatform, registration: Registration, tmp_path
):
    plain = browser.new_context(base_url=platform.url, java_script_enabled=False)
    page = plain.new_page()
    log_in(page, registration.team.members.get())
    page.goto("/tasks/plants/submit/")
    choose(page, tmp_path, b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n")
    page.get_by_role("button", name="Upload the run").click()
    expect(page.get_by_role("alert")).to_contain_text("the file is a PDF")
    choose(page, tmp_path, ranked_lines())
    page.get_by_role("button", name="Upload the run").click()
    page.wait_for_url("**/runs/*/")
    plain.close()


def test_the_form_is_used_by_keyboard_alone(upload_page: Page, tmp_path):
    upload_page.get_by_label("Run file").focus()
    choose(upload_page, tmp_path, ranked_lines())
    for _ in range(20):
        upload_page.keyboard.press("Tab")
        if upload_page.evaluate("document.activeElement.textContent.includes('Upload the run')"):
            break
    upload_page.keyboard.press("Enter")
    upload_page.wait_for_url("**/runs/*/")
