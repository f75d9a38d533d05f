"""What is learnt, learnt once; and what every room of experiments has."""

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from baselines.bagging.parts import parts_of
from baselines.bagging.training import found_in, train_parts
from baselines.cards.effort import Effort, Spent
from baselines.cards.facts import Facts
from baselines.config import FrozenBaseline, LearntBaseline
from baselines.data.material import Material
from baselines.experiments.listed import Experiment
from baselines.experiments.records import write_json
from baselines.place import Place
from baselines.training.progress import Progress
from scoring import GroundTruth, RunRules

CONFIGS = Path(__file__).parents[1] / "configs"
RULES = RunRules("ranked", image_runs=True)
_KEY, _EFFORT, _OUTCOME = "key", "effort.json", "outcome.json"

Config = LearntBaseline | FrozenBaseline


@dataclass(frozen=True)
class Outcome:
    """What became of networks that learnt.

    Attributes
    ----------
    lines
        Of a log: what they learnt from, and how well.
    findings
        What was wrong with the data.
    """

    lines: tuple[str, ...]
    findings: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in (*self.lines, *self.findings))


@dataclass(frozen=True)
class Answered:
    """The run of an experiment.

    Attributes
    ----------
    run
        Of all its networks.
    singles
        The run of each network, where several are fused.
    learning, answering
        How long these took.
    facts
        What its record and its card say.
    """

    run: Path
    singles: tuple[Path, ...]
    learning: Spent
    answering: Spent
    facts: Facts


E_contra = TypeVar("E_contra", bound=Experiment, contravariant=True)


class Room(Protocol[E_contra]):
    """Where experiments of one kind are done."""

    @property
    def name(self) -> str:
        """What their names begin with."""

    @property
    def folder(self) -> Path:
        """Where all goes; runs go to ``runs`` in it."""

    @property
    def told(self) -> Progress:
        """Who is told how far it is."""

    @property
    def truth(self) -> GroundTruth:
        """The task that is answered."""

    @property
    def digest(self) -> str:
        """SHA-256 of all that is learnt from and asked for."""

    def config_of(self, experiment: E_contra, /) -> Config:
        """Return the config that an experiment's networks have."""

    def folders_of(self, experiment: E_contra, /) -> Sequence[Path]:
        """Return the folders of an experiment's networks."""

    def do(self, experiment: E_contra, /) -> Answered:
        """Let an experiment's networks learn and answer."""


def learnt(folder: Path, key: str, place: Place, learn: Callable[[], Outcome]) -> None:
    """Let networks learn into a folder, unless they did before.

    Parameters
    ----------
    key
        Of config, code and data: what was begun with another one is thrown away, what was
        interrupted goes on.
    learn
        Learns into the folder.
    """
    mark = folder / _KEY
    if not mark.is_file() or mark.read_text() != key:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        mark.write_text(key)
    if not (folder / _OUTCOME).is_file():
        with Effort(folder / _EFFORT, place).spent("training"):
            outcome = learn()
        write_json(folder / _OUTCOME, asdict(outcome))


def train(
    config: Config, material: Material, folder: Path, cache: Path, place: Place, told: Progress
) -> Outcome:
    """Train the networks of a config on its material."""
    parts = parts_of(config, material, folder)
    lines = train_parts(parts, cache, place, told)
    n, n_classes = len(material.split.training), len(material.classes)
    found = dict.fromkeys(line for part in parts for line in found_in(part))
    return Outcome((f"{n:,} files of {n_classes} classes", *lines), tuple(found))


def spent_in(folders: Iterable[Path], place: Place) -> Spent:
    """Return how long the networks of some folders learnt."""
    return sum((Effort(folder / _EFFORT, place).total() for folder in folders), Spent())


def outcome_of(folders: Iterable[Path]) -> Outcome:
    """Return what became of the networks of some folders, one after the other."""
    found = [json.loads((folder / _OUTCOME).read_text("utf-8")) for folder in folders]
    return Outcome(
        tuple(line for own in found for line in own["lines"]),
        tuple(dict.fromkeys(line for own in found for line in own["findings"])),
    )
