"""The style sheets are whole: a brace that is lost turns what follows into a part of its rule."""

import re
from pathlib import Path

import pytest

import campaign

SHEETS = sorted((Path(campaign.__file__).parent / "static").rglob("*.css"))


def nested(sheet: str) -> list[str]:
    """Return what is opened within a rule, and what is never closed; only an at-rule holds rules."""
    opened: list[str] = []
    wrong: list[str] = []
    for before, brace in re.findall(
        r"([^{}]*)([{}])", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    ):
        if brace == "}":
            opened.pop()
            continue
        if opened and not opened[-1].startswith("@"):
            wrong.append(before.strip())
        opened.append(before.strip())
    return wrong + opened


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_rule_ends_before_the_next_begins(path):
    assert nested(path.read_text()) == []


def test_a_lost_brace_is_found():
    assert nested(".a { color: red; .b { color: blue; }") == ["color: red; .b", ".a"]
