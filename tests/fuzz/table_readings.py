"""The tables of a task read with the kernel and without it: all must come to the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from scoring import GroundTruth, read_ground_truth
from scoring.truth import pairs, tables
from scoring.truth.checks import truth_problems
from scoring.truth.ground_truth import Judged, read_truth_file
from scoring.truth.pairs import in_order
from scoring.truth.tables import InvalidTable, Table, read_table
from tests.fuzz.tables import CLASSES, MEDIA, NAMES, TRUTH, Tables


def write(folder: Path, found: Tables) -> None:
    """Write tables into a folder where no other ones are left."""
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
        if name in found:
            (folder / name).write_bytes(found[name])


def are_read_alike(folder: Path) -> bool:
    """Return whether the tables of a folder come to the same with the kernel and without it."""
    found = _found_in(folder)
    with _without_kernel():
        return found == _found_in(folder)


@contextmanager
def _without_kernel() -> Iterator[None]:
    with patch.object(tables, "KERNEL", None), patch.object(pairs, "KERNEL", None):
        yield


def _found_in(folder: Path) -> list[Any]:
    file, *others = (folder / name for name in (TRUTH, CLASSES, MEDIA))
    classes, media = (path if path.exists() else None for path in others)
    readings: list[Callable[[], Any]] = [
        lambda: _said_of(read_ground_truth(folder)),
        lambda: _said_of(read_truth_file(file)),
        lambda: _said_of(read_truth_file(file, classes, media)),
        lambda: _contradictions(read_table(file, key=None, needed=("QueryId", "ClassId"))),
    ]
    return [_found(read) for read in readings]


def _found(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except InvalidTable as error:
        return error.problems


def _said_of(truth: GroundTruth) -> list[Any]:
    """Return all that a truth says, with its tables."""
    test_set = truth.test_set
    parts = (truth.table, test_set.classes, test_set.queries, test_set.media)
    said: list[Any] = [truth.digest, truth.relevant, truth.first_class, truth.ordered.places]
    said += [(part.name, list(part.columns.items())) for part in parts if part]
    for kind in ("run", "image_run") if test_set.media else ("run",):
        said += [_judged(truth.judged(kind)), list(truth.places(kind))]
    return said


def _judged(judged: Judged) -> list[Any]:
    own = judged.pairs
    arrays = [(a.typecode, list(a)) for a in (own.starts, own.middles, own.n_foreground)]
    return [judged.digest, judged.queries, judged.classes, judged.owners, list(own.names), arrays]


def _contradictions(truth: Table) -> list[Any]:
    """Return what is wrong within a truth whose lines are compared where they may contradict."""
    ordered = in_order(truth, truth.order("QueryId"))
    found = list(truth_problems(truth, ordered, None, None, None))
    return [found, ordered.queries, list(ordered.places), list(ordered.pairs.names)]
