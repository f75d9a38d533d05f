"""Numbers as people read them: rounded, never cut."""

import pytest

from campaign.numbers import decimals, percent
from campaign.templatetags.figures import bytesize, n_found, position, quoted


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


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "the class 'k1' is none (did you mean 'c1'?)",
            "the class <code>k1</code> is none (did you mean <code>c1</code>?)",
        ),
        ("5 columns in '<b>;x'; right is 3", "5 columns in <code>&lt;b&gt;;x</code>; right is 3"),
        ("the run's <b>name</b>", "the run&#x27;s &lt;b&gt;name&lt;/b&gt;"),
    ],
)
def test_what_was_read_stands_as_code_and_all_is_text(message, shown):
    assert quoted(message) == shown


def test_problems_of_all_kinds_are_counted():
    assert n_found([{"kind": "empty"}, {"kind": "columns", "count": 311}]) == 312


@pytest.mark.parametrize(("median", "shown"), [(1.0, "1"), (2.5, "2.5"), (1200.0, "1\u202f200")])
def test_a_median_position_may_be_half_a_one(median, shown):
    assert position(median) == shown
