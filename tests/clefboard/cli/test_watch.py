"""`clefboard watch`: until the end, whatever the end is."""

from pathlib import Path

import pytest

from tests.clefboard.cli.command import clefboard
from tests.clefboard.platform import Answer, Platform


def state(name: str, **more: object) -> Answer:
    return Answer(200, {"id": 7, "number": 2, "team": "Elm", "state": name, **more})


def test_it_waits_until_the_run_is_scored(platform: Platform, tmp_path: Path):
    scores = {"mrr": 0.96002, "top_1@Domain=x": None}
    platform.on(
        "GET runs/7/", state("queued"), state("scoring"), state("scored", scores=scores, rank=3)
    )

    ended = clefboard("watch", "7", "--url", platform.url, home=tmp_path)

    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        "  mrr             0.9600",
        "  top_1@Domain=x  undefined",
        "  rank 3",
    ]
    assert ended.stderr.splitlines() == [
        "Run 2 of Elm is queued",
        "Run 2 of Elm is scoring",
        "Run 2 of Elm is scored",
    ]


def test_a_rejected_run_prints_its_problems_like_a_compiler(platform: Platform, tmp_path: Path):
    problem = {
        "kind": "unknown_query",
        "count": 311,
        "message": "unknown query '1000x'; the nearest id is '1000'",
        "lines": list(range(12, 22)),
    }
    platform.on("GET runs/7/", state("rejected", problems=[problem]))

    ended = clefboard("watch", f"{platform.url}/runs/7/", home=tmp_path)

    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "Run 2 of Elm:12: error: unknown query '1000x'; the nearest id is '1000'",
        "    also on lines 13, 14, 15, 16, 17, 18, 19, 20, 21 and 301 more",
    ]


@pytest.mark.parametrize(
    ("end", "code"), [("failed", 3), ("withdrawn", 4), ("disqualified", 4), ("scored", 0)]
)
def test_the_exit_code_tells_the_end(platform: Platform, tmp_path: Path, end: str, code: int):
    platform.on("GET runs/7/", state(end))

    assert clefboard("watch", "7", "--url", platform.url, home=tmp_path).returncode == code


def test_scores_that_are_hidden_are_said_to_be(platform: Platform, tmp_path: Path):
    platform.on("GET runs/7/", state("scored", scores={}))

    ended = clefboard("watch", "7", "--url", platform.url, home=tmp_path)

    assert ended.stdout == "Scored; the task does not show scores yet.\n"


def test_a_platform_that_restarts_is_waited_for(platform: Platform, tmp_path: Path):
    platform.on("GET runs/7/", state("queued"), Answer(502, b"bad gateway"), state("scored"))

    assert clefboard("watch", "7", "--url", platform.url, home=tmp_path).returncode == 0


def test_a_run_nobody_knows_is_one_line(platform: Platform, tmp_path: Path):
    ended = clefboard("watch", "7", "--url", platform.url, home=tmp_path)

    assert (ended.returncode, ended.stderr) == (2, "clefboard: Not found.\n")


def test_a_token_is_not_sent_to_another_platform(platform: Platform, tmp_path: Path):
    platform.on("GET runs/7/", state("scored"))

    ended = clefboard(
        "watch",
        f"{platform.url}/runs/7/",
        home=tmp_path,
        CLEFBOARD_URL="https://home.example",
        CLEFBOARD_TOKEN="secret",
    )

    assert "is not sent" in ended.stderr
    assert platform.requests[0].headers["Authorization"] is None
