"""What one truth version has that another has not: for organisers, who may read labels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from campaign import storage
from campaign.models import TruthVersion
from scoring import GroundTruth, read_ground_truth

SHOWN = 5


@dataclass(frozen=True)
class Some:
    """How many there are, and the first of them."""

    n: int
    first: Sequence[str]

    @classmethod
    def of(cls, found: Iterable[str]) -> "Some":
        every = sorted(found)
        return cls(len(every), every[:SHOWN])

    def __bool__(self) -> bool:
        return self.n > 0

    def __str__(self) -> str:
        return ", ".join([*self.first, "..."] if self.n_more else self.first)

    @property
    def n_more(self) -> int:
        return self.n - len(self.first)


@dataclass(frozen=True)
class Relabelled:
    """A query whose right classes are others now; background ones stand in brackets."""

    query: str
    before: str
    after: str


@dataclass(frozen=True)
class TruthDifference:
    """What changes with a version; nothing where only columns beside the labels do."""

    queries_added: Some
    queries_dropped: Some
    classes_added: Some
    classes_dropped: Some
    media_added: Some
    media_dropped: Some
    n_relabelled: int
    relabelled: list[Relabelled]  # the first of them
    metrics_added: list[str]
    metrics_dropped: list[str]
    ranked_by: tuple[str, str] | None  # before and after, where the first metric is another one
    tables_changed: list[str]

    @property
    def n_more_relabelled(self) -> int:
        return self.n_relabelled - len(self.relabelled)

    @property
    def reads_files(self) -> bool:
        """Tell whether runs are read again; with the same labels their traces say all, but for `cmap`."""
        return any(
            (
                self.queries_added,
                self.queries_dropped,
                self.classes_added,
                self.classes_dropped,
                self.media_added,
                self.media_dropped,
                self.n_relabelled,
            )
        )


def truth_difference(before: TruthVersion, after: TruthVersion) -> TruthDifference:
    """Compare the tables and metrics of two versions; of large ones this takes a second."""
    labels = relabelled(before, after)
    old, new = before.metrics, after.metrics
    return TruthDifference(
        **_sets(before.folder, after.folder),
        n_relabelled=len(labels),
        relabelled=labels[:SHOWN],
        metrics_added=[name for name in new if name not in old],
        metrics_dropped=[name for name in old if name not in new],
        ranked_by=(old[0], new[0]) if old[:1] != new[:1] and old and new else None,
        tables_changed=_tables_changed(before.folder, after.folder),
    )


def relabelled(before: TruthVersion, after: TruthVersion) -> list[Relabelled]:
    """Return every query of both versions whose right classes are others now, by its id."""
    old, new = _labels(before.folder), _labels(after.folder)
    common = sorted(old.keys() & new.keys())
    return [
        Relabelled(query, old[query], new[query]) for query in common if old[query] != new[query]
    ]


def _sets(before: str, after: str) -> dict[str, Some]:
    found: dict[str, Some] = {}
    for name, ids in _IDS.items():
        old, new = ids(_truth(before)), ids(_truth(after))
        found |= {f"{name}_added": Some.of(new - old), f"{name}_dropped": Some.of(old - new)}
    return found


_IDS: Mapping[str, Callable[[GroundTruth], set[str]]] = {
    "queries": lambda truth: set(truth.test_set.queries.columns["QueryId"]),
    "classes": lambda truth: set(truth.test_set.sorted_classes),
    "media": lambda truth: set(truth.test_set.query_of_media),
}


def _labels(folder: str) -> dict[str, str]:
    """Return the right classes of every query in words; a query that is not judged has none to tell."""
    return {
        query: ", ".join([*relevant.foreground, *(f"({name})" for name in relevant.background)])
        for query, relevant in _truth(folder).relevant.items()
    }


def _tables_changed(before: str, after: str) -> list[str]:
    places = [storage.local_folder(folder) for folder in (before, after)]
    names = sorted({path.name for place in places for path in place.iterdir()})
    contents = [
        {name: (place / name).read_bytes() for name in names if (place / name).exists()}
        for place in places
    ]
    return [name for name in names if contents[0].get(name) != contents[1].get(name)]


@lru_cache(maxsize=2)
def _truth(folder: str) -> GroundTruth:
    return read_ground_truth(storage.local_folder(folder))
