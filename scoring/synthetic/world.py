"""A ground truth as arrays, with what makes its queries easy or hard."""

from dataclasses import dataclass
from math import gcd
from typing import Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

from scoring.synthetic.draws import Floats, Ints
from scoring.truth.ground_truth import GroundTruth, Relevant
from scoring.truth.tables import Table

_SIBLINGS = 4
_STRIDES = 256


@dataclass(frozen=True)
class World:
    """Queries, what is asked about each, and the classes.

    An item is what a system looks at: an image, or the query itself where there are no images.

    Attributes
    ----------
    relevant, background
        A row a query: its classes, -1 where there is none, and whether each is background.
    item_query
        The query of each item, ascending.
    siblings
        A row a class: some of its genus, -1 where there is none.
    """

    query_ids: list[str]
    class_ids: list[str]
    training_images: Floats
    siblings: Ints
    relevant: Ints
    background: npt.NDArray[np.bool_]
    hashes: Ints
    items: Table
    item_rows: Ints
    item_query: Ints
    items_are_queries: bool

    @classmethod
    def of(cls, truth: GroundTruth) -> Self:
        """Return the arrays of a ground truth."""
        test_set = truth.test_set
        query_ids = test_set.queries.columns["QueryId"]
        items = test_set.media or test_set.queries
        query = _places(items.columns["QueryId"], query_ids)
        rows = np.argsort(query, kind="stable")
        classes = _classes(truth)
        relevant, background = _relevant(truth, classes)
        return cls(
            query_ids=query_ids,
            class_ids=classes.columns["ClassId"],
            training_images=_training_images(classes),
            siblings=_siblings(classes),
            relevant=relevant,
            background=background,
            hashes=np.array([crc32(query_id.encode()) for query_id in query_ids], np.int64),
            items=items,
            item_rows=rows,
            item_query=query[rows],
            items_are_queries=test_set.media is None,
        )

    @property
    def item_ids(self) -> list[str]:
        """Return the items, those of a query side by side."""
        return self._item_column("QueryId" if self.items_are_queries else "MediaId")

    @property
    def items_of_query(self) -> Ints:
        """Return how many items each query has."""
        return np.bincount(self.item_query, minlength=len(self.query_ids))

    @property
    def ease_for_all(self) -> Floats:
        """Return a logistic number a query, from its id alone."""
        share = (self.hashes + 0.5) / 2**32
        return np.log(share / (1 - share))

    def item_column(self, name: str) -> list[str] | None:
        """Return a column by item, None where the items have none of this name."""
        return self._item_column(name) if name in self.items.columns else None

    def _item_column(self, name: str) -> list[str]:
        column = self.items.columns[name]
        return [column[row] for row in self.item_rows.tolist()]

    def wrong_classes(self, queries: Ints, n: int) -> Ints:
        """Return for each query its wrong classes in order of likeness, -1 for a gap.

        First what is of the same genus, then a walk through all classes that depends on the query
        alone; at least n where there are so many.
        """
        n_classes = len(self.class_ids)
        relevant = self.relevant[queries]
        length = min(n + relevant.shape[1] + _SIBLINGS, n_classes)
        hashes = self.hashes[queries, None]
        steps = np.array(_strides(n_classes))[(hashes >> 16) % _STRIDES % len(_strides(n_classes))]
        walk = (hashes + steps * np.arange(length)) % n_classes
        main = relevant[:, :1]
        siblings = np.where(main < 0, -1, self.siblings[main[:, 0]])
        for known in np.concatenate([relevant, siblings], axis=1).T:
            walk[walk == known[:, None]] = -1
        for known in relevant.T:
            siblings[siblings == known[:, None]] = -1
        return np.concatenate([siblings, walk], axis=1)


def _strides(n: int) -> list[int]:
    """Return steps that visit all of n classes before they come back."""
    return [step for step in range(n // 3, n) if gcd(step, n) == 1][:_STRIDES] or [1]


def _places(values: list[str], known: list[str]) -> Ints:
    place = {value: number for number, value in enumerate(known)}
    return np.array([place[value] for value in values], np.int64)


def _classes(truth: GroundTruth) -> Table:
    """Return what a run may name: the classes of the truth where no table says it."""
    names = list(truth.judged("run").classes)
    return truth.test_set.classes or Table(truth.table.name, {"ClassId": names})


def _relevant(truth: GroundTruth, classes: Table) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the classes of each query side by side, and which of them are background."""
    place = {name: number for number, name in enumerate(classes.columns["ClassId"])}
    nothing = Relevant()
    known = [truth.relevant.get(q, nothing) for q in truth.test_set.queries.columns["QueryId"]]
    width = max(1, *(len(one.foreground) + len(one.background) for one in known))
    relevant = np.full((len(known), width), -1)
    background = np.zeros((len(known), width), np.bool_)
    for row, one in enumerate(known):
        names = one.foreground + one.background
        relevant[row, : len(names)] = [place[name] for name in names]
        background[row, len(one.foreground) : len(names)] = True
    return relevant, background


def _training_images(classes: Table) -> Floats:
    column = classes.columns.get("TrainImages")
    return np.array(column, np.float64) if column else np.full(len(classes), 20.0)


def _siblings(classes: Table) -> Ints:
    """Return for each class the next ones of its genus, in a ring."""
    siblings = np.full((len(classes), _SIBLINGS), -1)
    genus = classes.columns.get("Genus")
    if genus is None:
        return siblings
    _, number, counts = np.unique(genus, return_inverse=True, return_counts=True)
    order = np.argsort(number, kind="stable")
    start = np.cumsum(counts) - counts
    size, first = counts[number[order]], start[number[order]]
    place = np.arange(len(order)) - first
    for step in range(_SIBLINGS):
        other = order[first + (place + step + 1) % size]
        siblings[order, step] = np.where(step + 1 < size, other, -1)
    return siblings
