"""Experiments on the birds: folds, so that each recording is answered by a network that never heard it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from torch import Tensor

from baselines.answers.hearing import Hearing, Span, said_of
from baselines.answers.models import load_model
from baselines.answers.runs import write_said
from baselines.answers.tasks import Task
from baselines.bagging.parts import Part
from baselines.cards.effort import Effort
from baselines.cards.facts import Facts, TrainedNetwork, code_digest
from baselines.cards.hardware import Hardware
from baselines.config import CardConfig, SourceConfig
from baselines.config_file import as_data, read_config
from baselines.data.folds import folds
from baselines.data.items import Findings, Item
from baselines.data.material import Material, read_material
from baselines.data.splits import Split
from baselines.data.tables import write_table
from baselines.experiments.lessons import (
    CONFIGS,
    RULES,
    Answered,
    Config,
    Outcome,
    learnt,
    outcome_of,
    spent_in,
    train,
)
from baselines.experiments.listed import BirdExperiment
from baselines.experiments.records import key_of
from baselines.networks.weights import file_digest
from baselines.place import Place
from baselines.training.loop import MODEL
from baselines.training.progress import Progress
from scoring import GroundTruth, read_ground_truth

_BIRDS = "phoebe10birds"


class Aviary:
    """Does experiments on the birds.

    Parameters
    ----------
    data
        The folder of all data.
    folder
        Where all goes: models, features, runs, and the tables of the task.
    """

    name = "birds"

    def __init__(self, data: Path, folder: Path, place: Place, told: Progress) -> None:
        self.data, self.folder, self.place, self.told = data, folder, place, told

    @cached_property
    def truth(self) -> GroundTruth:
        """The task: which species is heard in each recording."""
        folder = self.folder / "birds_task"
        folder.mkdir(parents=True, exist_ok=True)
        items, classes = self._material.split.training, self._material.classes
        write_table(folder / "classes.csv", ["ClassId"], ([name] for name in classes.names))
        write_table(folder / "queries.csv", ["QueryId"], ([item.observation] for item in items))
        rows = ([item.observation, item.class_id] for item in items)
        write_table(folder / "ground_truth.csv", ["QueryId", "ClassId"], rows)
        return read_ground_truth(folder)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the recordings, and of what is said of them."""
        digest = hashlib.sha256()
        for item in self._material.split.training:
            own = file_digest(item.path)
            digest.update(f"{item.observation} {item.class_id} {item.author} {own}\n".encode())
        return digest.hexdigest()

    def config_of(self, experiment: BirdExperiment) -> Config:
        """Return the shipped config of an experiment; nothing is kept apart but the folds."""
        config = read_config(CONFIGS / f"{experiment.config}.toml")
        sources = (SourceConfig(str(self.data / _BIRDS)),)
        data = replace(config.data, sources=sources, validation=0.0)
        card = replace(config.card, data=f"{config.card.data} Here: {experiment.about}.")
        return replace(config, name=experiment.name, data=data, card=card)

    def folders_of(self, experiment: BirdExperiment) -> list[Path]:
        """Return the folders of the networks, one for each fold."""
        names = (f"{experiment.name}-fold_{n}" for n in range(1, experiment.n_folds + 1))
        return [self.folder / "models" / name for name in names]

    def do(self, experiment: BirdExperiment) -> Answered:
        """Let a network learn from all folds but one, and answer that one; then the next."""
        folders, config = self.folders_of(experiment), self.config_of(experiment)
        items = self._material.split.training
        parts = folds(items, experiment.n_folds, config.seed, experiment.group_by)
        networks = [
            self._learn(config, experiment, part, folder)
            for part, folder in zip(parts, folders, strict=True)
        ]
        run = self.folder / "runs" / f"{experiment.name}.csv.gz"
        effort = Effort(folders[0] / f"{experiment.name}.json", self.place)
        with effort.spent("answering", anew=True):
            self._answer(run, [folder / MODEL for folder in folders], parts)
        learning, answering = spent_in(folders, self.place), effort.total()
        facts = Facts(
            config,
            [TrainedNetwork.of(own, self.folder / "models") for own in networks],
            items,
            {item.media_id: item.observation for item in items},
            Hardware.found(self.place),
            {"training": learning, "answering": answering},
            outcome_of(folders).findings,
            {run.name: file_digest(run)},
        )
        return Answered(run, (), learning, answering, facts)

    def _answer(self, run: Path, models: Sequence[Path], parts: Sequence[Split]) -> None:
        """Write what each network says of the recordings that were held out of it."""
        task, any_of_them = Task(self.truth.test_set, RULES), [load_model(models[0], self.place)]
        said = chain.from_iterable(
            self._heard(model, part.validation) for model, part in zip(models, parts, strict=True)
        )
        write_said([run], any_of_them, said, task, "run", 0, Findings())

    @cached_property
    def _material(self) -> Material:
        """All recordings; experiments differ only in how they part them."""
        return read_material(self.config_of(BirdExperiment("", "", "birds_frozen")))

    def _learn(self, config: Config, experiment: BirdExperiment, part: Split, folder: Path) -> Part:
        own = replace(self._material, split=Split(part.training, ()), findings=Findings())

        plain = replace(config, name=experiment.config, card=CardConfig())

        def learn() -> Outcome:
            cache = self.folder / "features" / code_digest()[:16]  # other code may hear otherwise
            return train(plain, own, folder, cache, self.place, self.told)

        heard = [item.observation for item in part.training]
        key = key_of(self.digest, as_data(plain), asdict(experiment), heard)
        learnt(folder, key, self.place, learn)
        return Part(config, own, folder)

    def _heard(self, path: Path, items: Sequence[Item]) -> Iterator[tuple[str, Tensor]]:
        """Yield what a network says of the recordings that were held out of it."""
        model = load_model(path, self.place)
        hearing = Hearing([model], {item.media_id: item.path for item in items}, self.place)
        spans = [Span(item.observation, item.media_id) for item in items]
        self.told.begin("answers", len(spans))
        yield from said_of(hearing, spans, Findings(), self.told)
