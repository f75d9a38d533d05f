"""All that description, card and record say, gathered once."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import baselines
import scoring
from baselines.bagging.parts import Part
from baselines.cards.effort import Spent
from baselines.cards.energy import Joules
from baselines.cards.hardware import Hardware
from baselines.config import FrozenBaseline, LearntBaseline
from baselines.data.items import Item
from baselines.networks.weights import Origin, file_digest
from baselines.training.checkpoints import read_about
from baselines.training.loop import MODEL


@dataclass(frozen=True)
class TrainedNetwork:
    """One network of a baseline.

    Attributes
    ----------
    file, sha256
        Its weights, named from the folder of the baseline.
    origin
        Where it began.
    n_learnt, n_apart
        Images that it learnt from, those drawn twice counted twice, and that were kept apart.
    """

    file: str
    sha256: str
    origin: Origin
    n_learnt: int
    n_apart: int

    @classmethod
    def of(cls, part: Part, folder: Path) -> "TrainedNetwork":
        """Return what is known of a part that is trained."""
        path = part.folder / MODEL
        about = read_about(path)
        split = part.material.split
        return cls(
            path.relative_to(folder).as_posix(),
            file_digest(path),
            Origin(**about["weights"]),
            len(split.training),
            len(split.validation),
        )


@dataclass(frozen=True)
class Facts:
    """What is known of a baseline that has answered a task.

    Attributes
    ----------
    config
        All of it.
    networks
        Those that answer.
    items
        What they learnt from or kept apart, each once.
    asked
        The query of each image, or whatever else, that they answered.
    hardware, phases
        What it ran on, and what it took.
    findings
        What was wrong with the data.
    runs
        SHA-256 of each run file, by name.
    """

    config: LearntBaseline | FrozenBaseline
    networks: Sequence[TrainedNetwork]
    items: Sequence[Item]
    asked: Mapping[str, str]
    hardware: Hardware
    phases: Mapping[str, Spent]
    findings: Sequence[str]
    runs: Mapping[str, str]

    @property
    def is_frozen(self) -> bool:
        """Whether only a last layer learnt."""
        return isinstance(self.config, FrozenBaseline)

    @property
    def origin(self) -> Origin:
        """Where the networks began: all of them at the same weights."""
        return self.networks[0].origin

    @cached_property
    def n_classes(self) -> int:
        """How many classes there are to learn."""
        return len({item.class_id for item in self.items})

    @property
    def n_learnt(self) -> int:
        """Images that were learnt from: of several networks each leaves out others."""
        return self.networks[0].n_learnt if self.n_networks == 1 else len(self.items)

    @property
    def n_networks(self) -> int:
        """How many networks answer a query."""
        return self.config.bagging.networks

    @property
    def energy(self) -> Joules:
        """Of all phases."""
        return sum(self.phases.values(), Spent()).joules

    @property
    def outputs_per_query(self) -> int | None:
        """Images × views × networks: of a query that has the most images; of sound it is not known."""
        if self.config.sound:
            return None  # as many as a recording has windows
        most = max(Counter(self.asked.values()).values(), default=1)
        return most * len(self.config.answers.views) * self.n_networks

    @property
    def answers_per_minute(self) -> float | None:
        """Images that the whole system answered in a minute, from files to runs; None if not measured."""
        if "answering" not in self.phases:
            return None
        return len(self.asked) / max(self.phases["answering"].seconds, 1e-3) * 60


def items_of(parts: Iterable[Part]) -> list[Item]:
    """Return what networks learn from or keep apart, each once, in a fixed order."""
    every = {item for part in parts for side in part.material.split for item in side}
    return sorted(every, key=lambda item: (item.media_id, item.path))


def data_digest(items: Iterable[Item]) -> str:
    """Return a SHA-256 over what is learnt from: names, classes, and the content of the files.

    Where the files lie does not count.
    """
    digest = hashlib.sha256()
    for item in items:
        fields = (item.media_id, item.observation, item.class_id, item.organ, _content(item.path))
        digest.update("\0".join((*fields, "\n")).encode())
    return digest.hexdigest()


def _content(path: Path) -> str:
    try:
        return file_digest(path)
    except OSError:
        return ""


@cache
def code_digest() -> str:
    """Return a SHA-256 over the sources of baselines and scoring, changes not committed among them."""
    digest = hashlib.sha256()
    for package in (baselines, scoring):
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*.py")):
            digest.update(f"{path.relative_to(folder.parent).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
