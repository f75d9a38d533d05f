"""Folds: each item is held out once, no group is on both sides, and classes are spread evenly."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from baselines.data.folds import CannotFold, _in_order, folds
from baselines.data.items import Item


def item(number, class_id, author="", observation=""):
    return Item(Path(), f"m{number}", observation or f"o{number}", class_id, author=author)


def uneven(seed, n=90, n_classes=6, n_authors=18):
    """Return items of authors of whom some made very many, as recordists do."""
    draw = np.random.Generator(np.random.PCG64(seed))
    weights = 1 / np.arange(1, n_authors + 1)
    authors = draw.choice(n_authors, n, p=weights / weights.sum())
    classes = draw.integers(0, n_classes, n)
    return [
        item(k, f"c{c}", f"a{a}") for k, (c, a) in enumerate(zip(classes, authors, strict=True))
    ]


def held_out(found):
    return [{i.media_id for i in split.validation} for split in found]


@pytest.mark.parametrize("group", ["author", "observation"])
@pytest.mark.parametrize("seed", range(4))
def test_each_item_is_held_out_once_and_groups_stay_whole(seed, group):
    items = uneven(seed)
    found = folds(items, 5, seed, group)
    assert Counter(i.media_id for split in found for i in split.validation) == Counter(
        i.media_id for i in items
    )
    for split in found:
        assert len(split.training) + len(split.validation) == len(items)
        both = [{getattr(i, group) for i in part} for part in split]
        assert not both[0] & both[1]
        assert split.validation


def slow_folds(items, k, seed):
    """Deal by the definition: all classes, all folds, one sum at a time."""
    authors = {i.author for i in items}
    counts = {("author", a): Counter(i.class_id for i in items if i.author == a) for a in authors}
    totals = Counter(i.class_id for i in items)
    dealt = [Counter[str]() for _ in range(k)]
    names = [set[str]() for _ in range(k)]
    for name in _in_order(counts, len(totals), seed):

        def unevenness(fold, own=counts[name]):
            after = [had + own if place == fold else had for place, had in enumerate(dealt)]
            shares = [[had[c] / totals[c] for had in after] for c in totals]
            return round(float(np.mean([np.std(one) for one in shares])), 9)

        best = min(range(k), key=lambda fold: (unevenness(fold), dealt[fold].total()))
        dealt[best] += counts[name]
        names[best].add(name[1])
    return [{i.media_id for i in items if i.author in own} for own in names]


@pytest.mark.parametrize("seed", range(6))
def test_groups_are_dealt_as_defined(seed):
    items = uneven(seed)
    assert held_out(folds(items, 4, seed, "author")) == slow_folds(items, 4, seed)


def test_the_least_even_groups_are_dealt_first():
    counts = {("author", a): Counter(c) for a, c in [("a", "xy"), ("b", "xxxxx"), ("c", "xxxyy")]}
    assert [name for _, name in _in_order(counts, 2, seed=1)] == ["b", "c", "a"]


def test_no_class_is_all_held_out_where_it_need_not_be():
    """A recordist with a quarter of the recordings: shuffled groups alone lose a class here."""
    items = uneven(3, n=100, n_classes=10, n_authors=27)
    for seed in range(5):
        for split in folds(items, 5, seed, "author"):
            assert {i.class_id for i in split.training} == {i.class_id for i in items}
            assert 10 <= len(split.validation) <= 35


def test_single_items_are_spread_evenly():
    items = [item(k, f"c{k % 5}") for k in range(50)]
    for split in folds(items, 5, seed=2):
        assert Counter(i.class_id for i in split.validation) == {f"c{c}": 2 for c in range(5)}


def test_the_folds_depend_on_the_seed_and_not_on_the_order():
    items = [item(k, f"c{k % 3}") for k in range(30)]
    assert held_out(folds(items, 3, 1)) == held_out(folds(items[::-1], 3, 1))
    assert held_out(folds(items, 3, 1)) != held_out(folds(items, 3, 2))
    assert held_out(folds(items, 3, 1)) == held_out(folds(items, 3, 1))


def test_who_has_no_author_is_grouped_by_observation():
    items = [item(k, "c", observation=f"o{k // 2}") for k in range(8)]
    items += [item(8, "c", author="o0"), item(9, "c", author="o0")]  # a name, not observation o0
    for split in folds(items, 5, seed=1, group="author"):
        assert len(split.validation) == 2
        assert len({i.observation for i in split.validation if not i.author}) in {0, 1}


@pytest.mark.parametrize("k", [0, 1, 5])
def test_more_folds_than_groups_are_refused(k):
    items = [item(n, "c", author=f"a{n % 4}") for n in range(12)]
    with pytest.raises(CannotFold, match=rf"{k} folds of 4 authors; right is from 2"):
        folds(items, k, 1, "author")
