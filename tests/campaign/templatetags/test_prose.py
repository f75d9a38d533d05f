"""Markdown takes its place below the headings of a page."""

import re

import pytest

from campaign.templatetags.prose import markdown


@pytest.mark.parametrize(
    ("lower", "levels"), [(0, ["2", "2", "3", "6"]), (1, ["2", "3", "4", "6"])]
)
def test_headings_begin_at_the_second_level_or_lower(lower, levels):
    html = markdown("# A card\n\n## Data\n\n### More\n\n###### Least\n", lower)
    assert re.findall(r"<h(\d)>", html) == re.findall(r"</h(\d)>", html) == levels
