"""The front of costs and values, against its definition."""

import pytest
from hypothesis import given, strategies as st

from scoring import pareto_front

NUMBERS = st.integers(0, 9)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=12))
def test_on_the_front_is_what_nothing_beats(points: list[tuple[int, int]]):
    """One is beaten by what costs no more and is no worse, and is better in one of both."""
    front = pareto_front(*([point[i] for point in points] for i in (0, 1)))
    unbeaten = {
        (cost, value)
        for cost, value in points
        if not any(c <= cost and v >= value and (c, v) != (cost, value) for c, v in points)
    }
    assert [points[place] for place in front] == sorted(unbeaten)


def test_costs_without_values_are_refused():
    with pytest.raises(ValueError, match="2 costs for 1 values; right is one for each"):
        pareto_front([1, 2], [0.5])
