"""The command as a whole: help, version, settings, and no traceback for anybody."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from scoring.kernel import reading_in_words
from tests.clefboard.cli.command import LEAVES, LEAVES_RUNS, clefboard
from tests.clefboard.platform import Answer, Platform

SCORED = Answer(200, {"id": 1, "state": "scored", "scores": {"mrr": 0.5}})


def test_the_version_is_the_package_s_and_says_what_reads_runs(tmp_path: Path):
    chosen = os.environ.get("CLEFBOARD_KERNEL", "")
    lines = clefboard("--version", home=tmp_path, CLEFBOARD_KERNEL=chosen).stdout.splitlines()
    slow = clefboard("--version", home=tmp_path, CLEFBOARD_KERNEL="off").stdout.splitlines()

    assert lines == [f"clefboard {version('clefboard')}", reading_in_words()]
    assert slow[1] == ("reads runs in plain Python, about 10 times slower: CLEFBOARD_KERNEL is off")


def test_help_names_every_command(tmp_path: Path):
    text = clefboard("--help", home=tmp_path).stdout

    for command in ("check", "score", "compare", "explain", "submit", "watch", "task"):
        assert f"    {command} " in text


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("fly",),
        ("submit", "x.csv"),
        ("check", "x.csv"),
        ("score", "x.csv"),
        ("explain", "x.csv"),
    ],
)
def test_wrong_usage_exits_with_2(tmp_path: Path, words: tuple[str, ...]):
    ended = clefboard(*words, home=tmp_path)

    assert ended.returncode == 2
    assert "usage: clefboard" in ended.stderr


TRUTH = str(LEAVES / "ground_truth.csv")
RUN = str(LEAVES_RUNS / "frozen_224.csv.gz")


@pytest.mark.parametrize(
    ("words", "never"),
    [
        (["task", "schema"], "httpx django rich numpy"),
        (["check", RUN, "--truth", TRUTH], "httpx django rich numpy jsonschema ruamel tomllib"),
        (["score", RUN, "--truth", TRUTH], "httpx django rich numpy jsonschema ruamel tomllib"),
        (["score", RUN, "--truth", TRUTH, "--ci", "--json"], "httpx django rich jsonschema ruamel"),
        (["explain", RUN, "1000", "--truth", TRUTH], "httpx django rich numpy jsonschema ruamel"),
        (["compare", RUN, RUN, "--truth", TRUTH], "httpx django rich jsonschema ruamel tomllib"),
    ],
    ids=["task", "check", "score", "score-ci", "explain", "compare"],
)
def test_a_command_loads_only_what_it_needs(words: list[str], never: str):
    script = f"import sys, clefboard.cli as c; c.main({words}); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.rsplit("\n", 2)[1]

    assert set(loaded.split()).isdisjoint(never.split())
    assert "importlib.metadata" not in loaded.split(), "a version nobody asked for"


def test_options_win_over_environment_over_config_file(platform: Platform, tmp_path: Path):
    platform.on("GET runs/1/", SCORED)
    config = tmp_path / ".config" / "clefboard" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'url = "{platform.url}"\ntoken = "from-file"\n')

    clefboard("watch", "1", home=tmp_path)
    clefboard("watch", "1", home=tmp_path, CLEFBOARD_TOKEN="from-environment")
    clefboard("watch", "1", "--token", "from-option", home=tmp_path, CLEFBOARD_TOKEN="x")

    sent = [request.headers["Authorization"] for request in platform.requests]
    assert sent == ["Bearer from-file", "Bearer from-environment", "Bearer from-option"]


def test_a_broken_config_file_is_named(tmp_path: Path):
    config = tmp_path / ".config" / "clefboard" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("url = ")

    ended = clefboard("watch", "1", home=tmp_path)

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"clefboard: {config} cannot be read")


def test_without_an_address_the_command_asks_for_one(tmp_path: Path):
    ended = clefboard("watch", "1", home=tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "clefboard: which platform? give --url, or set CLEFBOARD_URL\n"


def test_a_platform_that_is_away_is_one_line_and_not_a_traceback(tmp_path: Path):
    ended = clefboard("watch", "1", "--url", "http://127.0.0.1:9", home=tmp_path)

    assert ended.returncode == 3
    assert ended.stderr.startswith("clefboard: cannot reach http://127.0.0.1:9: ")
    assert ended.stderr.count("\n") == 1
