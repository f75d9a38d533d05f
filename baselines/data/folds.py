"""Folds: each item is held out once, groups stay whole, and classes are spread evenly."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from baselines.chance import Draw, numpy_generator
from baselines.data.items import Item
from baselines.data.splits import Split

Group = Literal["observation", "author"]

_Named = tuple[str, str]  # what kind of group, and its name
_Numbers = NDArray[np.float64]


class CannotFold(ValueError):
    """A number of folds that there are not enough groups for; the text says how many there are."""


def folds(items: Sequence[Item], k: int, seed: int, group: Group = "observation") -> list[Split]:
    """Return k splits of the items; each is held out in one of them.

    Groups are dealt one by one, those first whose classes are the least even, each to the fold
    where all folds' shares of its classes differ the least afterwards; of equal folds to the one
    with the fewest items (as StratifiedGroupKFold of scikit-learn does). To shuffle groups without
    looking at their classes is a trap: where few authors made most items, a fold can hold half of
    them and all of a class.

    Parameters
    ----------
    k
        How many, 2 or more.
    seed
        Of the order in which groups of equal unevenness are dealt. The order of the items does
        not count.
    group
        What is never on both sides. An item without an author is grouped by its observation.

    Raises
    ------
    CannotFold
        When there are fewer groups than folds.
    """
    names = [group_of(item, group) for item in items]
    counts: dict[_Named, Counter[str]] = defaultdict(Counter)
    for name, item in zip(names, items, strict=True):
        counts[name][item.class_id] += 1
    if not 2 <= k <= len(counts):
        raise CannotFold(
            f"{k} folds of {len(counts)} {group}s; right is from 2 to the number of {group}s"
        )
    fold_of = _dealt(counts, k, seed)
    own = [fold_of[name] for name in names]
    return [
        Split(
            tuple(item for item, number in zip(items, own, strict=True) if number != fold),
            tuple(item for item, number in zip(items, own, strict=True) if number == fold),
        )
        for fold in range(k)
    ]


def group_of(item: Item, group: Group) -> _Named:
    """Return the kind and name of what an item belongs to: its author, where one is known, or its observation."""
    if group == "author" and item.author:
        return "author", item.author
    return "observation", item.observation


def _dealt(counts: Mapping[_Named, Counter[str]], k: int, seed: int) -> dict[_Named, int]:
    """Return the fold of each group."""
    totals = Counter[str]()
    for own in counts.values():
        totals.update(own)
    column = {class_id: number for number, class_id in enumerate(sorted(totals))}
    shares, sizes = np.zeros((k, len(column))), np.zeros(k)
    fold_of = {}
    for group in _in_order(counts, len(column), seed):
        own = counts[group]
        columns = [column[class_id] for class_id in own]
        added = np.array([n / totals[class_id] for class_id, n in own.items()])
        fold = _best_fold(shares[:, columns], added, sizes)
        shares[fold, columns] += added
        sizes[fold] += own.total()
        fold_of[group] = fold
    return fold_of


def _in_order(counts: Mapping[_Named, Counter[str]], n_classes: int, seed: int) -> list[_Named]:
    """Return the groups, the least even first, equal ones in an order drawn."""
    names = sorted(counts)
    drawn = numpy_generator(Draw.FOLDS, seed).permutation(len(names))
    return sorted(
        (names[place] for place in drawn),
        key=lambda name: _variance(counts[name], n_classes),
        reverse=True,
    )


def _variance(counts: Counter[str], n_classes: int) -> float:
    squares = sum(n * n for n in counts.values())
    return squares / n_classes - (counts.total() / n_classes) ** 2


def _best_fold(shares: _Numbers, added: _Numbers, sizes: _Numbers) -> int:
    """Return the fold to which a group adds the least unevenness.

    Parameters
    ----------
    shares
        ``(folds, classes)``: what the folds have of the group's classes. Those of other classes
        stay as they are, wherever it goes.
    added
        ``(classes,)``: what the group has of them.
    sizes
        Items of each fold.
    """
    each_tried = shares[None] + np.eye(len(shares))[:, :, None] * added
    unevenness = each_tried.std(axis=1).sum(axis=1)
    equal = np.isclose(unevenness, unevenness.min())
    return int(np.where(equal, sizes, np.inf).argmin())
