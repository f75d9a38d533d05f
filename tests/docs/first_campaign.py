"""docs/first-campaign.md as it is followed: its sections, their commands, the labels they name."""

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "first-campaign.md"

_SECTION = re.compile(r"^## \d+\. (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^ *```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ANY_BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """What is typed, with the lines of a file where it writes one, and what is answered."""

    typed: str
    answer: str


@dataclass(frozen=True)
class Section:
    title: str
    commands: list[Command]
    labels: set[str]


def sections() -> list[Section]:
    """Return the numbered sections in their order."""
    _, *parts = _SECTION.split(PAGE.read_text())
    return [_section(title, text) for title, text in zip(parts[::2], parts[1::2], strict=True)]


def _section(title: str, text: str) -> Section:
    blocks = [dedent(block) for block in _BLOCK.findall(text)]
    prose = " ".join(_ANY_BLOCK.sub("", text).split())  # a label may go over the end of a line
    labels = re.findall(r"\*\*(.+?)\*\*", prose)
    return Section(title, [one for block in blocks for one in _commands(block)], set(labels))


def _commands(block: str) -> list[Command]:
    found = []
    for text in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        typed, _, answer = text.partition("\n")
        if typed.endswith("<<'END'"):
            lines, _, answer = answer.partition("END\n")
            typed = f"{typed}\n{lines}END"
        found.append(Command(typed, answer))
    return found


def without_numbers(text: str) -> str:
    """Return an answer without what is another one each time: dates, times, numbers, addresses."""
    return re.sub(r"\d+", "#", re.sub(r" +$", "", text, flags=re.MULTILINE))
