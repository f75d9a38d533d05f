"""The id that was meant."""

from time import perf_counter

import pytest

from scoring.nearest import nearest_id

KNOWN = ["1000", "1001", "2000", "obs-17.5", "NA", "007", "Acer campestre"]


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("1000x", "1000"),
        ("100", "1000"),
        ("2O00", "2000"),
        ("7", "007"),
        ("1000.0", "1000"),
        ("1001.jpg", "1001"),
        (" 2000 ", "2000"),
        ("na", "NA"),
        ("acer campestre", "Acer campestre"),
        ("Acer camprestre", "Acer campestre"),
        ("quercus", None),
        ("", None),
        ("1000" * 50_000, None),
    ],
)
def test_nearest(word, nearest):
    assert nearest_id(word, KNOWN) == nearest


def test_it_is_the_same_in_every_process():
    """Sets of texts have another order each time; among equally near ones the least is named."""
    assert nearest_id("100x", {"1009", "1003", "1001"}) == "1001"


def test_there_may_be_many_and_long_ones():
    known = [f"https://example.org/observations/{i:06}" for i in range(20_000)]
    began = perf_counter()
    assert nearest_id(known[777] + "x", known) == known[777]
    assert perf_counter() - began < 5


def test_none_of_none():
    assert nearest_id("a", []) is None
