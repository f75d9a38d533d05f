"""Docs that can rot are held against what they speak of."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+?)(?:#[^)]*)?\)")


def test_every_setting_from_the_environment_is_documented():
    source = "".join(path.read_text() for path in (ROOT / "campaign" / "settings").glob("*.py"))
    source += (ROOT / "campaign" / "management" / "commands" / "up.py").read_text()
    read = set(re.findall(r"env(?:iron\.get)?(?:\.\w+)?\(\s*\"([A-Z][A-Z0-9_]+)\"", source))
    documented = set(
        re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "operators.md").read_text())
    )

    assert {"ALLOWED_HOSTS", "PORT", "EMAIL_URL"} <= read
    assert read - documented - {"PYTEST_XDIST_WORKER"} == set()


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_within_the_project_lead_somewhere(page: Path):
    targets = [t for t in LINK.findall((ROOT / page).read_text()) if "://" not in t]

    missing = [t for t in targets if not (ROOT / page.parent / t).exists()]

    assert missing == []


def test_every_decision_is_in_the_list():
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text()))

    assert listed == {path.name for path in folder.glob("[0-9]*.md")}


def test_the_targets_that_docs_name_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "".join((ROOT / page).read_text() for page in PAGES)
    named = set(
        re.findall(
            r"`?make ([a-z-]+)`?", "\n".join(re.findall(r"`[^`\n]+`|^make .*$", text, re.MULTILINE))
        )
    )

    assert {"up", "test"} <= named <= targets


def test_the_map_of_the_house_names_every_package():
    text = (ROOT / "README.md").read_text()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages <= set(re.findall(r"^(\w+)/", text, re.MULTILINE))
