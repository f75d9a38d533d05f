"""docs/fusion.md: its commands run in the order of the page and print what it shows; its example is right."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from tests.clefboard.cli.command import FIXTURES, clefboard

PAGE = Path(__file__).parents[2] / "docs" / "fusion.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown() -> list[tuple[str, str]]:
    """Return every command of the page with what stands below it."""
    commands = "".join(BLOCK.findall(PAGE.read_text())).split("$ ")[1:]
    return [(line, output) for line, _, output in (text.partition("\n") for text in commands)]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("page")
    (folder / "fixtures").symlink_to(FIXTURES)
    found = []
    for command, _ in shown():
        name, *words = shlex.split(command)
        assert name == "clefboard"
        ended = clefboard(*words, home=folder, folder=folder)
        assert (ended.returncode, ended.stderr) == (0, "")
        found.append((command, ended.stdout))
    return found


def test_its_commands_print_what_it_shows(printed: list[tuple[str, str]]):
    assert len(printed) >= 6
    assert printed == shown()


def test_its_program_comes_out_as_written(tmp_path: Path):
    done = doctest.testfile(
        str(PAGE), module_relative=False, globs={"folder": tmp_path}, optionflags=doctest.FAIL_FAST
    )
    assert done.attempted > 10
    assert not done.failed
