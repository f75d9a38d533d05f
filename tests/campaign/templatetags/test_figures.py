"""Numbers as people read them: rounded, never cut."""

import pytest

from campaign.numbers import decimals, percent
from campaign.templatetags.figures import bytesize


@pytest.mark.parametrize(
    ("value", "shown"), [(11 / 12, "0.917"), (0.9995, "1.000"), (2 / 3, "0.667"), (None, "—")]
)
def test_a_score_is_rounded_to_three_decimals(value, shown):
    assert decimals(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (999, "999\u202fbytes"),
        (6_054, "6.1\u202fkB"),
        (1_990_000, "2.0\u202fMB"),
        (499_999_999, "500\u202fMB"),
    ],
)
def test_a_size_is_rounded_in_its_unit(value, shown):
    assert bytesize(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (1.0, "100\u202f%"),
        (0.99999, "99.9\u202f%"),
        (0.12349, "12.3\u202f%"),
        (0.0, "0.0\u202f%"),
        (2 / 3, "66.7\u202f%"),
    ],
)
def test_a_share_says_100_only_of_a_whole(share, shown):
    assert percent(share) == shown
