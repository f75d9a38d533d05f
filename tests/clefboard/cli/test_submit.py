"""`clefboard submit`: from a file to a run's address."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from tests.clefboard.cli.command import LEAVES_RUNS, clefboard
from tests.clefboard.platform import Answer, Platform

RUNS = "POST tasks/leaves-practice/runs/"
ACCEPTED = Answer(201, {"id": 7, "url": "/runs/7/", "state": "queued", "number": 2})
RUN = LEAVES_RUNS / "frozen_160.csv.gz"


def test_a_true_run_with_its_image_run_is_submitted(platform: Platform, tmp_path: Path):
    platform.on(RUNS, ACCEPTED)
    plain = tmp_path / "run.csv"
    plain.write_bytes(gzip.decompress(RUN.read_bytes()))
    described = tmp_path / "method.json"
    described.write_text('{"architectures": ["EfficientNet-Lite0"]}')

    ended = clefboard(
        *("submit", plain, "--task", "leaves-practice", "--name", "frozen"),
        *("--image-run", LEAVES_RUNS / "frozen_160.images.csv.gz", "--description"),
        *(f"@{described}", "--url", platform.url, "--token", "secret"),
        home=tmp_path,
    )

    assert ended.returncode == 0
    assert ended.stdout == f"{platform.url}/runs/7/\n"
    assert ended.stderr.splitlines()[0] == "sending run.csv"
    assert ended.stderr.splitlines()[-1] == ("Run 2 is queued; follow it with: clefboard watch 7")
    parts = platform.requests[0].parts
    sent = zstandard.ZstdDecompressor().decompressobj().decompress(parts["file"][1])
    assert sent == plain.read_bytes()
    assert gzip.decompress(parts["image_run"][1]).startswith(b"50000;")
    assert json.loads(parts["description"][1]) == {"architectures": ["EfficientNet-Lite0"]}


def test_the_same_content_again_is_harmless(platform: Platform, tmp_path: Path):
    platform.on(RUNS, Answer(409, {"detail": "Submitted before.", "id": 3, "url": "/runs/3/"}))

    ended = clefboard(
        *("submit", RUN, "--task", "leaves-practice", "--url", platform.url, "--token", "t"),
        home=tmp_path,
    )

    assert ended.returncode == 0
    assert ended.stdout == f"{platform.url}/runs/3/\n"
    assert "note: your team has submitted this content before" in ended.stderr


def test_a_refused_file_shows_its_problems(platform: Platform, tmp_path: Path):
    problem = {"kind": "encoding", "count": 1, "message": "not UTF-8", "lines": [3]}
    platform.on(RUNS, Answer(422, {"detail": "x", "problems": [problem]}))

    ended = clefboard(
        *("submit", RUN, "--task", "leaves-practice", "--url", platform.url, "--token", "t"),
        home=tmp_path,
    )

    assert ended.returncode == 1
    assert ended.stdout == f"{RUN}:3: error: not UTF-8\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.csv"], "there is no file nowhere.csv"),
        ([RUN, "--description", "{"], "--description is not JSON"),
        ([RUN, "--description", "[]"], "--description must be an object"),
        ([RUN, "--description", '{"architecture": []}'], "architectures"),
        ([RUN, "--description", "@nowhere.json"], "nowhere.json cannot be read"),
        ([RUN, "--image-run", "nowhere.csv"], "there is no file nowhere.csv"),
        ([RUN], "who are you? give --token"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_sent(
    platform: Platform, tmp_path: Path, words: list[str | Path], message: str
):
    ended = clefboard(
        "submit", *words, "--task", "leaves-practice", "--url", platform.url, home=tmp_path
    )

    assert ended.returncode == 2
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert platform.requests == []


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (Answer(401, {"detail": "Expired."}), 2, "the token is wrong or has expired"),
        (Answer(403, {"detail": "Your team is not registered."}), 2, "is not registered"),
        (Answer(404, {"detail": "No task 'leave'; did you mean 'leaves'?"}), 2, "mean 'leaves'?"),
        (Answer(413, {"detail": "More than 500 MB."}), 2, "More than 500 MB."),
        (Answer(500, b""), 3, "not your file's fault"),
    ],
)
def test_every_refusal_is_one_line(
    platform: Platform, tmp_path: Path, answer: Answer, code: int, message: str
):
    platform.on(RUNS, answer)

    ended = clefboard(
        *("submit", RUN, "--task", "leaves-practice", "--url", platform.url, "--token", "t"),
        home=tmp_path,
    )

    assert ended.returncode == code
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("clefboard: ")]
    assert message in line
    assert "Traceback" not in ended.stderr
