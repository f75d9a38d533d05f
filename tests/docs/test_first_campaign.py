"""docs/first-campaign.md: every button, link, field and message it names is one of the pages'."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring import METHOD_SCHEMA
from tests.docs.first_campaign import ROOT, sections

_TRANSLATED = re.compile(r"{% translate \"([^\"]+)\"")
_BLOCK = re.compile(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", re.DOTALL)
_METHOD = {field["title"] for field in METHOD_SCHEMA["properties"].values()} | {"trusted"}
_WORDS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def shown_texts() -> set[str]:
    """Return every text for people, from templates and from Python."""
    campaign = ROOT / "campaign"
    templates = [path.read_text() for path in campaign.rglob("*.html")]
    texts = {text for page in templates for text in _TRANSLATED.findall(page)}
    blocks = [" ".join(text.split()) for page in templates for text in _BLOCK.findall(page)]
    texts |= {text for block in blocks for text in block.split("{% plural %}")}
    for path in campaign.rglob("*.py"):
        texts |= set(_in_python(path))
    return texts | _METHOD | {"Password"}  # that one is of django-allauth


def _in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _WORDS:
            for one in node.args:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value


@pytest.fixture(scope="module")
def patterns() -> list[re.Pattern[str]]:
    """Return what each text looks like on a page, with anything where it has a place for something."""
    places = re.compile(r"\{\{.*?\}\}|%\(\w+\)s")
    return [
        re.compile(".+".join(map(re.escape, places.split(text))), re.IGNORECASE)
        for text in shown_texts()
        if places.sub("", text).strip()
    ]


@pytest.mark.parametrize(
    "label", sorted({label for section in sections() for label in section.labels})
)
def test_a_label_is_one_of_the_pages(label: str, patterns: list[re.Pattern[str]]):
    assert any(pattern.fullmatch(label) for pattern in patterns)


def test_its_sections_are_numbered_in_order_and_each_has_something_to_do():
    assert len(sections()) == 14
    empty = [one.title for one in sections()[:-1] if not one.commands and not one.labels]
    assert empty == ["Start an empty platform"]
