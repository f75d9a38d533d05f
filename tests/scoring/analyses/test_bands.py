"""Bands of numbers: they part them, none is too small, and none could be cut."""

from itertools import pairwise

from hypothesis import given, strategies as st

from scoring import log_bands, metric_of_queries, parse_metric

NUMBERS = st.lists(st.integers(0, 5_000), max_size=80)


@given(NUMBERS, st.integers(1, 20))
def test_bands_part_the_numbers_and_none_is_too_small(numbers, least):
    bands = log_bands(numbers, least)
    sizes = [sum(low <= n < end for n in numbers) for low, end in bands]
    assert bool(bands) == (len(numbers) >= least)
    assert sum(sizes) == (len(numbers) if bands else 0)
    assert all(size >= least for size in sizes)
    assert all(end == low for (_, end), (low, _) in pairwise(bands))
    assert not bands or bands[0][0] == 0


def test_as_many_bands_as_there_can_be():
    numbers = [0, 1, 2, 3, 9, 10, 29, 30, 99, 100, 299, 300]
    assert log_bands(numbers, 1) == [
        (0, 1),
        (1, 3),
        (3, 10),
        (10, 30),
        (30, 100),
        (100, 300),
        (300, 1000),
    ]


def test_a_metric_of_classes_or_authors_has_one_of_queries():
    wanted = {
        "mrr": "mrr",
        "macro_mrr:Genus": "mrr",
        "macro_top_5": "top_5",
        "top_1@Domain=a": "top_1",
        "cmap": "map",
        "f1_micro": "f1_samples",
        "snake_2": "fungi_1",
    }
    assert {name: str(metric_of_queries(parse_metric(name))) for name in wanted} == wanted
