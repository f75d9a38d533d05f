"""docs/participants.md: the commands for the laptop print what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "participants.md"
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    blocks = re.findall(r"^```console\n(.+?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [found for block in blocks for found in COMMAND.findall(block)]


@pytest.mark.parametrize(("command", "output"), commands(), ids=lambda text: text[:40])
def test_a_command_prints_what_the_page_says(command: str, output: str):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT / "fixtures" / "practice",
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (ended.stdout, ended.stderr) == (output, "")


def test_every_command_for_the_laptop_is_shown():
    names = {command.split()[1] for command, _ in commands() if command.startswith("clefboard")}

    assert {"score", "compare", "explain"} <= names


def test_every_option_is_one():
    page = PAGE.read_text()
    options = set(re.findall(r"^\| `(--[a-z-]+)", page, re.MULTILINE))
    usage = subprocess.run(
        [Path(sys.executable).parent / "clefboard", "score", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert len(options) == 8
    assert options <= set(re.findall(r"--[a-z-]+", usage))
