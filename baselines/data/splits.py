"""Validation kept apart by observation: two images of one plant never stand on both sides."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from baselines.chance import Draw, numpy_generator
from baselines.data.items import Item
from baselines.data.tables import write_table


class Split(NamedTuple):
    """The two parts of a training set."""

    training: tuple[Item, ...]
    validation: tuple[Item, ...]

    def write(self, path: Path) -> None:
        """Write down which observation is where."""
        parts = {"training": self.training, "validation": self.validation}
        rows = sorted({(i.observation, part) for part, items in parts.items() for i in items})
        write_table(path, ("Observation", "Part"), rows)

    @property
    def digest(self) -> str:
        """SHA-256 of what is where: names, classes, and how long the files are, not what is in them.

        So a training that is gone on with sees at once that these are not its data.
        """
        digest = hashlib.sha256()
        for part, items in self._asdict().items():
            for item in items:
                fields = (part, item.media_id, item.observation, item.class_id, item.organ)
                digest.update("\0".join((*fields, item.path.name, _length(item.path))).encode())
        return digest.hexdigest()


def _length(path: Path) -> str:
    return f"{path.stat().st_size}\n" if path.is_file() else "\n"


def split_by_observation(items: Sequence[Item], share: float, seed: int) -> Split:
    """Keep a share of the observations of each class apart, and at least one to learn from.

    Neither the order of the items nor other classes change how a class is split.
    """
    by_class: dict[str, set[str]] = defaultdict(set)
    for item in items:
        by_class[item.class_id].add(item.observation)
    apart = set[str]()
    for class_id, observations in by_class.items():
        apart |= _drawn(sorted(observations), share, seed, class_id)
    return Split(
        tuple(item for item in items if item.observation not in apart),
        tuple(item for item in items if item.observation in apart),
    )


def _drawn(observations: list[str], share: float, seed: int, class_id: str) -> set[str]:
    n = min(round(share * len(observations)), len(observations) - 1)
    generator = numpy_generator(Draw.SPLIT, seed, *class_id.encode())
    return {observations[i] for i in generator.permutation(len(observations))[:n]}
