"""What is learnt, learnt once; and what every room of experiments has."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from baselines.config import FrozenBaseline, LearntBaseline
from baselines.data.material import Material
from baselines.experiments.listed import Experiment
from baselines.experiments.records import Spent, read_spent, spending
from baselines.frozen.training import train_frozen
from baselines.place import Place
from baselines.training.loop import MODEL, Training
from baselines.training.progress import Progress
from scoring import GroundTruth, RunRules

CONFIGS = Path(__file__).parents[1] / "configs"
RULES = RunRules("ranked", image_runs=True)
_KEY, _DONE, _SPENT, _LOG = "key", "done", "spent.json", "log.txt"

Config = LearntBaseline | FrozenBaseline


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
    """

    run: Path
    singles: tuple[Path, ...]
    learning: Spent
    answering: Spent


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


def learnt(folder: Path, key: str, learn: Callable[[], Sequence[str]]) -> Path:
    """Return the model in a folder, learnt now unless it was before.

    Parameters
    ----------
    key
        Of config, code and data: what was begun with another one is thrown away, what was
        interrupted goes on.
    learn
        Learns into the folder, and returns the lines of its log.
    """
    mark = folder / _KEY
    if not mark.is_file() or mark.read_text() != key:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        mark.write_text(key)
    if not (folder / _DONE).is_file():
        with spending(folder / _SPENT):
            lines = learn()
        (folder / _LOG).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / _DONE).touch()
    return folder / MODEL


def train(
    config: Config, material: Material, folder: Path, cache: Path, place: Place, told: Progress
) -> list[str]:
    """Train a config on its material, and return the lines of a log."""
    n, n_classes = len(material.split.training), len(material.classes)
    lines = [f"{n:,} files of {n_classes} classes"]
    if isinstance(config, FrozenBaseline):
        train_frozen(config, material, folder, cache, place, told)
    else:
        history = Training(config, material, folder, place, told).run()
        lines += [str(line) for line in history.lines]
    return lines + [str(finding) for finding in material.findings.all()]


def spent_in(folders: Sequence[Path]) -> Spent:
    """Return how long the networks of some folders learnt."""
    return sum((read_spent(folder / _SPENT) for folder in folders), Spent())


def log_of(folders: Sequence[Path]) -> str:
    """Return the logs of some folders, one after the other."""
    return "\n".join((folder / _LOG).read_text("utf-8") for folder in folders)
