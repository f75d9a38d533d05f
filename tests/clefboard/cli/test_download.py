"""`clefboard download`: whole files, checked, from wherever a broken download stopped."""

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.clefboard.cli.command import clefboard

CONTENT = bytes(range(256)) * 4000


class Files:
    """A platform and a server elsewhere in one: files with ranges, and connections that break.

    `breaks` are the numbers of bytes after which the next answers end; `ranges` tells whether the
    server honours them, `changed` is what a file holds by now.
    """

    def __init__(self) -> None:
        self.url = ""
        self.data_sets: list[dict[str, Any]] = []
        self.contents: dict[str, bytes] = {}
        self.breaks: list[int] = []
        self.ranges = True
        self.asked: list[tuple[str, dict[str, str]]] = []

    def add(self, slug: str, version: str = "1", *, why_not: str = "", **files: bytes) -> None:
        """Offer a data set; a file called `far` is kept elsewhere."""
        entries = []
        for name, content in files.items():
            place = f"/api/v1/tasks/plants/data-sets/{slug}/{version}/{name}.bin/"
            self.contents[place] = content
            entries.append(
                {
                    "name": f"{name}.bin",
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "elsewhere": name == "far",
                    "url": place,
                }
            )
        self.data_sets.append(
            {
                "slug": slug,
                "version": version,
                "title": slug.title(),
                "obstacle": "not_registered" if why_not else "",
                "why_not": why_not,
                "opens_at": None,
                "files": entries,
            }
        )


class Handler(BaseHTTPRequestHandler):
    """Says what `files` has to say."""

    files: Files

    def do_GET(self) -> None:
        self.files.asked.append((self.path, dict(self.headers)))
        if self.path == "/api/v1/tasks/plants/data-sets/":
            self._send(200, json.dumps(self.files.data_sets).encode())
        elif "/far.bin/" in self.path and not self.path.startswith("/elsewhere"):
            elsewhere = f"{self.files.url.replace('127.0.0.1', 'localhost')}/elsewhere{self.path}"
            self._send(302, b"", Location=elsewhere)
        else:
            self._send_file(self.files.contents[self.path.removeprefix("/elsewhere")])

    def _send_file(self, content: bytes) -> None:
        etag = f'"{hashlib.sha256(content).hexdigest()}"'
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        if not self.files.ranges or self.headers.get("If-Range", etag) != etag:
            start = 0
        if start >= len(content) > 0:
            self._send(416, b"")
            return
        end = self.files.breaks.pop(0) if self.files.breaks else None
        self._send(206 if start else 200, content[start:], end)

    def _send(self, status: int, body: bytes, end: int | None = None, **heads: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in heads.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:end])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def files() -> Iterator[Files]:
    files = Files()
    handler = type("Own", (Handler,), {"files": files})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        files.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield files
        server.shutdown()
        thread.join()


def download(files: Files, tmp_path: Path, *words: str | Path) -> Any:
    return clefboard(
        *("download", "plants", "--url", files.url, "--token", "secret", *words),
        home=tmp_path,
        folder=tmp_path,
    )


def test_all_that_may_be_had_and_why_the_rest_may_not(files, tmp_path):
    files.add("noisy", near=CONTENT, far=b"kept elsewhere")
    files.add("trusted", why_not="Files of this data set are for registered teams.", near=b"x")

    ended = download(files, tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["plants/noisy/1/near.bin", "plants/noisy/1/far.bin"]
    assert (tmp_path / "plants/noisy/1/near.bin").read_bytes() == CONTENT
    assert (tmp_path / "plants/noisy/1/far.bin").read_bytes() == b"kept elsewhere"
    assert "trusted@1: Files of this data set are for registered teams." in ended.stderr
    assert not list(tmp_path.rglob("*.part"))


def test_the_token_stays_at_the_platform(files, tmp_path):
    files.add("noisy", far=b"kept elsewhere")
    assert download(files, tmp_path).returncode == 0
    tokens = {path: "Authorization" in heads for path, heads in files.asked}
    assert [sent for path, sent in tokens.items() if path.startswith("/elsewhere")] == [False]
    assert [sent for path, sent in tokens.items() if path.startswith("/api")] == [True, True]


@pytest.mark.parametrize("name", ["near", "far"])
def test_a_broken_connection_goes_on_where_it_broke(files, tmp_path, name):
    files.add("noisy", **{name: CONTENT})
    files.breaks = [300_000, 200_000]

    ended = download(files, tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / f"plants/noisy/1/{name}.bin").read_bytes() == CONTENT
    asked = [heads.get("Range") for path, heads in files.asked if path.endswith(".bin/")]
    assert [one for one in dict.fromkeys(asked) if one] == ["bytes=300000-", "bytes=500000-"]


def test_a_command_that_was_ended_goes_on_the_next_time(files, tmp_path):
    files.add("noisy", near=CONTENT)
    part = tmp_path / "plants/noisy/1/near.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:123_456])

    assert download(files, tmp_path).returncode == 0

    assert files.asked[-1][1]["Range"] == "bytes=123456-"
    assert (tmp_path / "plants/noisy/1/near.bin").read_bytes() == CONTENT


def test_a_part_of_an_older_file_is_not_glued_to_the_new_one(files, tmp_path):
    files.add("noisy", near=CONTENT, far=CONTENT)
    folder = tmp_path / "plants/noisy/1"
    folder.mkdir(parents=True)
    for name in ("near", "far"):
        (folder / f"{name}.bin.part").write_bytes(b"old" * 1000)

    assert download(files, tmp_path).returncode == 0

    assert (folder / "near.bin").read_bytes() == (folder / "far.bin").read_bytes() == CONTENT


def test_a_server_without_ranges_sends_all_of_it_again(files, tmp_path):
    files.add("noisy", far=CONTENT)
    files.ranges = False
    files.breaks = [300_000]
    assert download(files, tmp_path).returncode == 0
    assert (tmp_path / "plants/noisy/1/far.bin").read_bytes() == CONTENT


def test_what_is_there_is_not_fetched_again(files, tmp_path):
    files.add("noisy", near=CONTENT, empty=b"")
    download(files, tmp_path)
    before = len(files.asked)

    ended = download(files, tmp_path)

    assert ended.returncode == 0
    assert len(files.asked) == before + 1
    assert "plants/noisy/1/near.bin: there already" in ended.stderr
    assert ended.stdout.splitlines() == ["plants/noisy/1/near.bin", "plants/noisy/1/empty.bin"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (CONTENT[:-1] + b"!", "has not the SHA-256"),
        (CONTENT + b"more", "is larger"),
        (CONTENT[:-5], "is smaller"),
    ],
)
def test_a_wrong_file_is_thrown_away_and_said(files, tmp_path, sent, words):
    files.add("noisy", near=CONTENT, other=b"right")
    files.contents["/api/v1/tasks/plants/data-sets/noisy/1/near.bin/"] = sent

    ended = download(files, tmp_path)

    assert ended.returncode == 1
    assert words in ended.stderr
    assert [path.name for path in (tmp_path / "plants/noisy/1").iterdir()] == ["other.bin"]


def test_a_connection_that_never_gives_anything_ends_the_command(files, tmp_path):
    files.add("noisy", near=CONTENT)
    files.breaks = [1000, 0, 0, 0]
    ended = download(files, tmp_path)
    assert ended.returncode == 3
    assert "cannot reach" in ended.stderr
    assert (tmp_path / "plants/noisy/1/near.bin.part").read_bytes() == CONTENT[:1000]


def test_one_data_set_in_one_version(files, tmp_path):
    files.add("noisy", "2", near=b"new")
    files.add("noisy", "1", near=b"old")
    files.add("trusted", why_not="This data set is not open yet.", near=b"x")

    assert download(files, tmp_path).stdout == "plants/noisy/2/near.bin\n"
    one = download(files, tmp_path, "--data-set", "noisy@1", "--to", "here")
    assert one.stdout == "here/noisy/1/near.bin\n"
    refused = download(files, tmp_path, "--data-set", "trusted")
    assert refused.returncode == 2
    assert refused.stderr == "trusted@1: This data set is not open yet.\n"
    unknown = download(files, tmp_path, "--data-set", "trusty")
    assert unknown.returncode == 2
    assert "there are: noisy@2, noisy@1, trusted@1" in unknown.stderr


def test_a_task_without_data_sets_says_so(files, tmp_path):
    ended = download(files, tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == "plants publishes no data set\n"


def test_a_data_set_without_files_says_so(files, tmp_path):
    files.add("noisy")
    ended = download(files, tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == "noisy@1: the platform has no file of it\n"


def test_no_name_leads_out_of_the_folder(files, tmp_path):
    files.add("noisy", near=b"x")
    files.data_sets[0]["files"][0]["name"] = "../../.bashrc"
    ended = download(files, tmp_path)
    assert ended.returncode == 3
    assert "no plain file name" in ended.stderr
