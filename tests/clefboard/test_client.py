"""The client over real HTTP: what it sends, and what it makes of each answer."""

import json
import socket
from pathlib import Path

import pytest
import zstandard

from clefboard.client import Client, RunStatus, SubmittedRun
from clefboard.errors import (
    ApiError,
    DuplicateRun,
    InvalidRunFile,
    Refused,
    ServerFailed,
    Unreachable,
)
from clefboard.findings import Finding
from tests.clefboard.platform import Answer, Platform

RUNS = "POST tasks/leaves/runs/"
ACCEPTED = Answer(201, {"id": 7, "url": "/runs/7/", "state": "queued", "number": 2})
CONTENT = "".join(f"{query};c{k:02};0.{k:02}\n" for query in range(2000) for k in range(10))


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    path = tmp_path / "run.csv"
    path.write_text(CONTENT)
    return path


def test_a_run_travels_compressed_and_arrives_whole(platform: Platform, run_file: Path):
    platform.on(RUNS, ACCEPTED)
    steps: list[tuple[int, int]] = []

    with Client(platform.url, "secret") as client:
        submitted = client.submit_run(
            "leaves",
            run_file,
            name="first",
            description={"frozen": True},
            image_run=run_file,
            on_progress=lambda sent, total: steps.append((sent, total)),
        )

    assert submitted == SubmittedRun("7", f"{platform.url}/runs/7/", "queued", 2)
    (request,) = platform.requests
    assert request.headers["Authorization"] == "Bearer secret"
    assert "Transfer-Encoding" not in request.headers
    parts = request.parts
    for name in ("file", "image_run"):
        file_name, packed = parts[name]
        assert file_name == "run.csv.zst"
        assert zstandard.ZstdDecompressor().decompressobj().decompress(packed).decode() == CONTENT
    assert parts["name"] == (None, b"first")
    assert json.loads(parts["description"][1]) == {"frozen": True}
    assert len(request.body) < len(CONTENT) / 2
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] == len(parts["file"][1]) + len(parts["image_run"][1])


@pytest.mark.parametrize("magic", [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"])
def test_what_is_compressed_already_is_sent_as_it_is(
    platform: Platform, tmp_path: Path, magic: bytes
):
    platform.on(RUNS, ACCEPTED)
    path = tmp_path / "run.txt"  # the content decides, not the name
    path.write_bytes(magic + b"rest")

    with Client(platform.url, "secret") as client:
        client.submit_run("leaves", path)

    assert platform.requests[0].parts["file"] == ("run.txt", magic + b"rest")


def test_the_same_content_again_names_the_first_run(platform: Platform, run_file: Path):
    detail = "Your team has submitted this content as Run 2."
    platform.on(RUNS, Answer(409, {"detail": detail, "id": 7, "url": "/runs/7/"}))

    with Client(platform.url, "secret") as client, pytest.raises(DuplicateRun) as raised:
        client.submit_run("leaves", run_file)

    assert str(raised.value) == detail
    assert raised.value.run_id == "7"
    assert raised.value.url == f"{platform.url}/runs/7/"


def test_a_refused_file_comes_with_its_problems(platform: Platform, run_file: Path):
    problem = {"kind": "empty", "count": 1, "message": "the file is empty", "lines": []}
    platform.on(RUNS, Answer(422, {"detail": "Not a run file.", "problems": [problem]}))

    with Client(platform.url, "secret") as client, pytest.raises(InvalidRunFile) as raised:
        client.submit_run("leaves", run_file)

    assert raised.value.problems == (Finding("empty", "the file is empty"),)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(400, {"name": ["Too long."]}), Refused, "name: Too long."),
        (
            Answer(
                400, {"detail": "x: no such field.", "code": "invalid", "errors": {"x": ["no"]}}
            ),
            Refused,
            "x: no such field.",
        ),
        (Answer(401, {"detail": "Expired."}), Refused, "the token is wrong or has expired"),
        (Answer(403, {"detail": "Register first."}), Refused, "Register first."),
        (Answer(404, {"detail": "Did you mean 'leaves-practice'?"}), Refused, "leaves-practice"),
        (Answer(413, b"<html>nginx</html>"), Refused, "too large"),
        (Answer(429, {"detail": "Four runs are used up."}), Refused, "used up"),
        (Answer(418, b"<html>"), ServerFailed, "does not answer as this API does"),
        (Answer(302, b"", {"Location": "https://x.example/"}), Refused, "moved to https://x"),
        (Answer(500, b"oops"), ServerFailed, "not your file's fault"),
        (Answer(503, {"detail": "x"}), ServerFailed, "(503)"),
        (Answer(200, b"<html>Welcome</html>"), ServerFailed, "does not answer as this API does"),
        (Answer(200, [1]), ServerFailed, "does not answer as this API does"),
    ],
)
def test_every_no_is_one_clear_line(
    platform: Platform, answer: Answer, kind: type[ApiError], words: str
):
    platform.on("GET runs/1/", answer)

    with Client(platform.url) as client, pytest.raises(kind) as raised:
        client.read_run("1")

    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_platform_that_is_away_is_unreachable():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

    with Client(url) as client, pytest.raises(Unreachable, match=f"cannot reach {url}"):
        client.read_run("1")


@pytest.mark.parametrize("url", ["ftp://x.example", "clef.example", "http://"])
def test_an_address_that_is_none_is_one_clear_line(url: str):
    with pytest.raises(ApiError), Client(url) as client:
        client.read_run("1")


def test_a_run_is_read_with_what_this_token_may_see(platform: Platform):
    warning = {"kind": "coverage", "message": "12 % of queries unanswered"}
    answer = {
        "id": 7,
        "task": "leaves",
        "team": "Elm",
        "number": 2,
        "state": "scored",
        "scores": {"mrr": 0.5, "map": None},
        "rank": 1,
        "problems": [],
        "warnings": [warning],
        "something_new": 1,
    }
    platform.on("GET runs/7/", Answer(200, answer))

    with Client(platform.url) as client:
        status = client.read_run("7")

    assert status == RunStatus(
        id="7",
        task="leaves",
        state="scored",
        team="Elm",
        number=2,
        rank=1,
        warnings=(Finding("coverage", "12 % of queries unanswered"),),
        scores={"mrr": 0.5, "map": None},
    )
    assert status.ended
    assert "Authorization" not in platform.requests[0].headers


def test_a_table_is_fetched_again_only_when_it_has_changed(platform: Platform, tmp_path: Path):
    first = Answer(200, b"QueryId\n1\n", {"ETag": '"a"'})
    second = Answer(200, b"QueryId\n2\n", {"ETag": '"b"'})
    platform.on("GET tasks/leaves/queries/", first, Answer(304), second, Answer(304))
    target = tmp_path / "queries.csv"

    texts = []
    with Client(platform.url) as client:
        for _ in range(4):
            assert client.download_table("leaves", "queries", target)
            texts.append(target.read_text())

    assert texts == ["QueryId\n1\n", "QueryId\n1\n", "QueryId\n2\n", "QueryId\n2\n"]
    asked = [request.headers["If-None-Match"] for request in platform.requests]
    assert asked == [None, '"a"', '"a"', '"b"']


def test_a_table_the_task_does_not_have_leaves_nothing_old(platform: Platform, tmp_path: Path):
    target = tmp_path / "media.csv"
    target.write_text("of yesterday")

    with Client(platform.url) as client:
        assert not client.download_table("leaves", "media", target)

    assert not target.exists()


def test_a_check_brings_problems_and_warnings(platform: Platform, run_file: Path):
    problem = {"kind": "unknown_query", "count": 12, "message": "m", "lines": [2, 3]}
    answer = {
        "valid": False,
        "problems": [problem],
        "warnings": [],
        "n_lines": 20,
        "n_queries": 2,
        "coverage": 0.5,
    }
    platform.on("POST tasks/leaves/checks/", Answer(200, answer))

    with Client(platform.url, "secret") as client:
        result = client.check_run("leaves", run_file)

    assert not result.valid
    assert result.problems == (Finding("unknown_query", "m", (2, 3), 12),)
    assert (result.n_lines, result.n_queries, result.coverage) == (20, 2, 0.5)
