"""The leaves: which are learnt from, which are asked for, and what a lesson takes of them."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from baselines.chance import Draw, numpy_generator
from baselines.data.media import read_media
from baselines.data.metadata_csv import NAME
from baselines.data.tables import CannotRead
from baselines.experiments.listed import Lesson
from baselines.networks.weights import file_digest

Row = Mapping[str, str]
"""A line of metadata.csv by its columns."""

_COLUMNS = ("file", "class", "observation", "organ", "view")


@dataclass(frozen=True)
class Leaves:
    """Photographs of leaves, and a task that asks for some of them.

    Attributes
    ----------
    pictures
        The folder of the photographs, with its metadata.csv.
    task
        The folder of the task, with ``media_source.csv``, which says what image shows which medium.
    """

    pictures: Path
    task: Path

    @classmethod
    def of(cls, data: Path) -> "Leaves":
        """Return the leaves of the folder with all data."""
        return cls(data / "philmedic40", data / "leaves_task")

    @property
    def files_table(self) -> Path:
        """The table that says which file shows which medium of the task."""
        return self.task / "media_source.csv"

    @cached_property
    def asked(self) -> Mapping[str, str]:
        """The file of each medium that the task asks for."""
        return read_media(self.files_table)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """What may be learnt from: all that the task does not ask for.

        Raises
        ------
        CannotRead
            When there is no table of the photographs, or it lacks a column.
        """
        path = self.pictures / NAME
        if not path.is_file():
            raise CannotRead(
                f"{path}: there is no such table; DATA names the folder with the leaves"
            )
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if lacking := set(_COLUMNS) - set(rows.fieldnames or ()):
                raise CannotRead(f"{path}: there is no column {', '.join(sorted(lacking))}")
            tested = set(self.asked.values())
            return [row for row in rows if row["file"] not in tested]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of names and contents of all that is learnt from and asked for."""
        digest = hashlib.sha256(self.files_table.read_bytes())
        for name in sorted({*(row["file"] for row in self.rows), *self.asked.values()}):
            digest.update(f"{name} {file_digest(self.pictures / name)}\n".encode())
        return digest.hexdigest()


def write_lesson(path: Path, lesson: Lesson, rows: Sequence[Row], pictures: Path) -> None:
    """Write the metadata.csv of what a lesson takes; its files are named from the root on."""
    root = pictures.resolve()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "file": root / row["file"]} for row in taken(lesson, rows))


def taken(lesson: Lesson, rows: Sequence[Row]) -> list[Row]:
    """Return the lines that a lesson takes: those of one side, or of some leaves."""
    own = [row for row in rows if lesson.side in {"", row["view"]}]
    if not lesson.leaves:
        return own
    by_class: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in own:
        by_class[row["class"]][row["observation"]].append(row)
    return [
        row
        for class_id, leaves in by_class.items()
        for leaf in _drawn(lesson, class_id, sorted(leaves))
        for row in leaves[leaf]
    ]


def _drawn(lesson: Lesson, class_id: str, leaves: Sequence[str]) -> Iterator[str]:
    """Yield the leaves of a class; no other class changes which."""
    generator = numpy_generator(Draw.SAMPLE, lesson.draw, *class_id.encode())
    for place in sorted(generator.permutation(len(leaves))[: lesson.leaves].tolist()):
        yield leaves[place]
