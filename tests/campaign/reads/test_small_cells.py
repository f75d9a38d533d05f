"""What of a table may show while labels are hidden."""

import random

import pytest

from campaign.reads.small_cells import FEWEST, Values, withheld


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({}, {}),
        ({("a",): 20, ("b",): 20}, {}),
        ({("a",): 19}, {("a",): "few"}),
        ({("a",): 40, ("b",): 30, ("c",): 19}, {("b",): "beside", ("c",): "few"}),
        ({("a",): 40, ("b",): 10, ("c",): 10}, {("b",): "few", ("c",): "few"}),
        ({("a",): 40, ("b",): 10, ("c",): 9}, dict.fromkeys("abc")),
    ],
)
def test_the_cells_of_a_column(sizes, expected):
    found = withheld(sizes)
    if None in expected.values():
        assert {values for (values,) in found} == set(expected)
    else:
        assert found == expected


def test_a_cell_of_a_cross_is_not_what_its_row_or_its_column_leave():
    sizes: dict[Values, int] = {
        ("a", "x"): 5,
        ("a", "y"): 50,
        ("b", "x"): 60,
        ("b", "y"): 70,
        ("b", "z"): 80,
    }
    assert withheld(sizes) == {
        ("a", "x"): "few",
        ("a", "y"): "beside",  # else the row leaves it
        ("b", "x"): "beside",  # else the column leaves it
    }


def test_no_line_of_any_table_leaves_few():
    """Whatever the sizes: what shows elsewhere, less what shows here, is nothing or many."""
    draw = random.Random(7)
    for _ in range(200):
        sizes: dict[Values, int] = {
            (row, column): draw.choice([1, 3, 19, 20, 25, 60])
            for row in "abcd"
            for column in "xyz"
            if draw.random() < 0.8
        }
        hidden = withheld(sizes)
        assert all(values in hidden for values, n in sizes.items() if n < FEWEST)
        for place in (0, 1):
            for name in {values[place] for values in sizes}:
                line = [values for values in sizes if values[place] == name]
                left = sum(sizes[values] for values in line if values in hidden)
                assert left == 0 or left >= FEWEST or all(values in hidden for values in line)
