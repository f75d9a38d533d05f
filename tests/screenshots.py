"""Pictures of the pages of a running platform with its demo: `make screenshots`.

python -m tests.screenshots http://127.0.0.1:8000 --to var/screenshots [--language fr] [--only home run]

Each page is taken wide and on a phone, light and dark, as `NAME-wide-light.png`. What a page says on the console is
printed: it should say nothing.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from clefboard.client import Client
from clefboard.errors import DuplicateRun

WIDTHS = {"wide": 1280, "phone": 360}
SCHEMES = ("light", "dark")
HEIGHT_PX = 900
LONGEST_PX = 6_000  # of a page of a thousand rows the first are enough
# What comes by itself: figures, and parts that ask for themselves; Swagger's page has none before it has all.
COMING = (
    "figure.chart:not([data-drawn]), main [hx-trigger^=load], main [hx-trigger=revealed], "
    "#swagger-ui:not(:has(.opblock))"
)
WITHIN_MS = 60_000
HEIGHT = "document.documentElement.scrollHeight"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Shot:
    """A page: `path` may name {run}, {other} and {baseline} of the demo; `who` is logged in, if anybody.

    `then` selects a link on it that leads on to the page.
    """

    name: str
    path: str
    who: str = ""
    then: str = ""


LEAVES = "/tasks/leaves-practice/"
MY_RUNS = "/tasks/plantclef-practice/runs/"
ORGANISE = "/tasks/plantclef-2017/organise/"
ANALYSES = (
    *("training-data", "architectures", "networks", "pre-training", "augmentation", "test-outputs"),
    *("cost", "organs", "rare-species", "domains", "authors"),
    *("significance", "correlation", "complementarity"),
    *("difficulty", "confusions", "detectable-difference", "submissions"),
)
FOR_ORGANISERS = ("suspected-errors", "description-gaps")

PAGES = (
    Shot("home", "/"),
    Shot("campaign", "/campaigns/lifeclef-2017/"),
    Shot("task", "/tasks/plantclef-2017/"),
    Shot("data", "/tasks/plantclef-2017/data/"),
    Shot("rules", "/tasks/plantclef-2017/rules/"),
    Shot("leaderboard", "/tasks/plantclef-2017/leaderboard/"),
    Shot("leaderboard-leaves", f"{LEAVES}leaderboard/"),
    Shot("leaderboard-bars", "/tasks/plantclef-2017/leaderboard/bars/"),
    Shot("leaderboard-genus", "/tasks/plantclef-2017/leaderboard/?level=genus"),
    Shot("leaderboard-dated", "/tasks/plantclef-2017/leaderboard/", then="main a[href*='?at=']"),
    Shot("rank-history", "/tasks/plantclef-2017/leaderboard/history/"),
    Shot("analyses", "/tasks/plantclef-2017/analyses/"),
    Shot("analyses-leaves", f"{LEAVES}analyses/"),
    *(Shot(f"analysis-{kind}", f"{LEAVES}analyses/{kind}/") for kind in ANALYSES),
    Shot("run", "/runs/{run}/"),
    Shot("run-subsets", "/runs/{run}/subsets/"),
    Shot("run-positions", "/runs/{run}/positions/"),
    Shot("run-comparison", "/runs/{run}/comparison/?with={other}"),
    Shot("run-classes", "/runs/{run}/classes/"),
    Shot("run-confusions", "/runs/{run}/confusions/"),
    Shot("baseline-card", "/runs/{baseline}/card/"),
    Shot("history", "/history/"),
    Shot("history-editions", "/history/editions/"),
    Shot("history-methods", "/history/methods/"),
    Shot("history-participation", "/history/participation/"),
    Shot("history-training", "/history/training/"),
    Shot("history-transfer", "/history/transfer/"),
    Shot("history-scale", "/history/scale/"),
    Shot("history-birdclef-2014", "/history/boards/birdclef-2014/"),
    Shot("history-plantclef-2017", "/history/boards/plantclef-2017/"),
    Shot("search", "/search/?q=citrus"),
    Shot("method-tags", "/method-tags/"),
    Shot("team", "/teams/quillwort-group/"),
    Shot("log-in", "/accounts/login/"),
    Shot("sign-up", "/accounts/signup/"),
    Shot("password-reset", "/accounts/password/reset/"),
    Shot("nothing-there", "/nothing/"),
    Shot("api", "/api/docs/"),
    Shot("profile", "/profile/", "captain"),
    Shot("addresses", "/accounts/email/", "captain"),
    Shot("password", "/accounts/password/change/", "captain"),
    Shot("teams", "/teams/", "captain"),
    Shot("team-new", "/teams/new/", "captain"),
    Shot("own-team", "/teams/", "captain", then="main .rows a"),
    Shot("register", f"{LEAVES}register/", "captain"),
    Shot("submit", "/tasks/plantclef-practice/submit/", "captain"),
    Shot("my-runs", MY_RUNS, "captain"),
    Shot("own-run", MY_RUNS, "captain", then="li:has(.mark.scored) .row-title a"),
    Shot("own-run-rejected", MY_RUNS, "captain", then="li:has(.mark.rejected) .row-title a"),
    Shot("describe", MY_RUNS, "captain", then=".row-actions > a"),
    Shot("organise", ORGANISE, "organiser"),
    Shot("organise-registrations", f"{ORGANISE}registrations/", "organiser"),
    Shot("organise-registration", f"{ORGANISE}registrations/", "organiser", then="tbody a"),
    Shot("organise-runs", f"{ORGANISE}runs/", "organiser"),
    Shot("organise-run", f"{ORGANISE}runs/", "organiser", then="tbody a[href*='/organise/runs/']"),
    Shot("organise-calendar", f"{ORGANISE}calendar/", "organiser"),
    Shot("organise-phase", f"{ORGANISE}calendar/submission/", "organiser"),
    Shot("organise-announcements", f"{ORGANISE}announcements/", "organiser"),
    Shot("organise-exports", f"{ORGANISE}exports/", "organiser"),
    Shot("organise-folder", f"{ORGANISE}folder/", "organiser"),
    Shot("organise-record", f"{ORGANISE}record/?everybody=on", "organiser"),
    Shot("organise-analyses", f"{LEAVES}analyses/", "organiser"),
    *(
        Shot(f"organise-analysis-{kind}", f"{LEAVES}analyses/{kind}/", "organiser")
        for kind in FOR_ORGANISERS
    ),
    Shot("organise-truths", f"{ORGANISE}truths/", "organiser"),
    Shot("organise-truth", f"{ORGANISE}truths/1/", "organiser"),
    Shot("organise-baselines", f"{LEAVES}organise/baselines/", "organiser"),
    Shot(
        "organise-baseline",
        f"{LEAVES}organise/baselines/",
        "organiser",
        then=".rows .row-title a",
    ),
    Shot("organise-prices", f"{LEAVES}organise/baselines/prices/", "organiser"),
    Shot("people", "/campaigns/lifeclef-2017/people/", "organiser"),
    Shot("campaign-load", "/campaigns/lifeclef-2017/load/", "organiser"),
    Shot("load", "/load/", "staff"),
    Shot("method-tags-to-merge", "/method-tags/", "staff"),
)


def main() -> None:
    """Take the pictures."""
    options = _options()
    options.to.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in PAGES if not options.only or shot.name in options.only]
    known = _known(options.address)
    _send_runs(options.address, _account(options.demo, "captain"))
    with _chromium() as browser:
        for width in WIDTHS:
            for scheme in SCHEMES:
                _take(browser, options, wanted, known, width, scheme)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--to", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--demo", type=Path, default=Path("var/demo.json"), help="its accounts")
    parser.add_argument("--language", default="en", help="what the browser asks for")
    parser.add_argument("--only", nargs="+", default=[], choices=[shot.name for shot in PAGES])
    return parser.parse_args()


def _known(address: str) -> dict[str, str]:
    """Return the runs of the demo that addresses name."""
    plants, leaves = (_runs(address, task) for task in ("plantclef-2017", "leaves-practice"))
    return {"run": plants[0], "other": plants[1], "baseline": leaves[0]}


def _runs(address: str, task: str) -> list[str]:
    board = _answer(f"{address}/api/v1/tasks/{task}/leaderboard/")
    return [str(entry["run"]) for entry in board["entries"]]


def _answer(address: str) -> Any:
    with urlopen(address) as answer:  # noqa: S310 - our own platform
        return json.load(answer)


def _send_runs(address: str, captain: dict[str, str]) -> None:
    """Send a run that is right and one that is not, unless they are there: in the demo only others did."""
    with urlopen(f"{address}/api/v1/tasks/plantclef-practice/sample-run/") as answer:  # noqa: S310  # our own platform
        right: bytes = answer.read()
    wrong = right.replace(b"0.7", b"7", 9).replace(b"1001;", b"nothing;", 3)
    with Client(address, captain["token"]) as platform, TemporaryDirectory() as place:
        for name, content in (("sample", right), ("wrong", wrong)):
            path = Path(place) / f"{name}.csv"
            path.write_bytes(content)
            with suppress(DuplicateRun):
                _wait_for(platform, platform.submit_run("plantclef-practice", path, name=name).id)


def _wait_for(platform: Client, run: str) -> None:
    while not platform.read_run(run).ended:
        time.sleep(1)


@contextmanager
def _chromium() -> Iterator[Browser]:
    installed = next(filter(None, map(shutil.which, _BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed)
        yield browser
        browser.close()


def _take(
    browser: Browser,
    options: argparse.Namespace,
    shots: list[Shot],
    known: dict[str, str],
    width: str,
    scheme: str,
) -> None:
    for who in sorted({shot.who for shot in shots}):
        context = browser.new_context(
            base_url=options.address,
            locale=options.language,
            viewport={"width": WIDTHS[width], "height": HEIGHT_PX},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.on("console", _say)
        if who:
            _log_in(page, who, options.demo)
        for shot in shots:
            if shot.who == who:
                page.goto(shot.path.format(**known))
                if shot.then:
                    page.goto(page.locator(shot.then).first.get_attribute("href") or "")
                _keep(page, WIDTHS[width], options.to / f"{shot.name}-{width}-{scheme}.png")
        context.close()


def _say(message: ConsoleMessage) -> None:
    sys.stderr.write(f"{message.location['url']}: {message.text}\n")


def _account(demo: Path, who: str) -> dict[str, str]:
    accounts = json.loads(demo.read_text(encoding="utf-8"))["accounts"]
    return next(account for account in accounts if account["username"] == who)


def _log_in(page: Page, who: str, demo: Path) -> None:
    account = _account(demo, who)
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(account["username"])
    page.locator("[name=password]").fill(account["password"])
    page.locator("main").get_by_role("button").click()
    page.wait_for_url(lambda url: "login" not in url)


def _keep(page: Page, width: int, path: Path) -> None:
    """Wait until what comes by itself is there, and take the whole page."""
    seen, height = 0, page.evaluate(HEIGHT)
    while height != seen:  # what comes makes the page longer
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_load_state("networkidle")
        # By no script of ours: the policy forbids eval.
        expect(page.locator(COMING)).to_have_count(0, timeout=WITHIN_MS)
        seen, height = height, page.evaluate(HEIGHT)
    shown = min(height, LONGEST_PX)
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": width, "height": shown})
    page.set_viewport_size({"width": width, "height": HEIGHT_PX})
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
