"""Experiments on the leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from baselines.answers.models import load_model
from baselines.answers.runs import (
    Question,
    fuse_networks,
    write_answers,
    write_run,
    write_said,
)
from baselines.answers.tasks import Task
from baselines.bagging.parts import Part, parts_of
from baselines.cards.effort import Effort
from baselines.cards.facts import Facts, TrainedNetwork, code_digest, items_of
from baselines.cards.hardware import Hardware
from baselines.config import AnswersConfig, CardConfig, FrozenBaseline, SourceConfig
from baselines.config_file import as_data, config_from, read_config
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.data.metadata_csv import NAME
from baselines.experiments.leaves import Leaves, write_lesson
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
from baselines.experiments.listed import LeafExperiment, Lesson
from baselines.experiments.records import key_of
from baselines.experiments.silhouettes import cover_all
from baselines.frozen.features import features_of
from baselines.frozen.head import Head
from baselines.frozen.training import frozen_body
from baselines.networks.weights import file_digest
from baselines.place import Place
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import MODEL
from baselines.training.progress import Progress
from scoring import GroundTruth, Selection, read_ground_truth

_KEPT = "features that another experiment had made are not in these times"
_RUN, _IMAGES = ".csv.gz", ".images.csv.gz"


class Classroom:
    """Does experiments on the leaves.

    Parameters
    ----------
    leaves
        What is learnt from and asked for.
    folder
        Where all goes: models, features, covered pictures, runs.
    """

    name = "leaves"

    def __init__(self, leaves: Leaves, folder: Path, place: Place, told: Progress) -> None:
        self.leaves, self.folder, self.place, self.told = leaves, folder, place, told

    @cached_property
    def truth(self) -> GroundTruth:
        """The task of the leaves."""
        return read_ground_truth(self.leaves.task)

    @property
    def digest(self) -> str:
        """SHA-256 of the photographs, and of what the task asks for."""
        return self.leaves.digest

    @cached_property
    def covered(self) -> Path:
        """The folder of all pictures with their leaf under a silhouette."""
        names = [*(row["file"] for row in self.leaves.rows), *self.leaves.asked.values()]
        return cover_all(names, self.leaves.pictures, self.folder, self.told)

    def config_of(self, experiment: LeafExperiment) -> Config:
        """Return the config that ships, with what is an experiment's own."""
        config = read_config(CONFIGS / f"{experiment.lesson.config}.toml")
        return replace(
            config,
            name=experiment.name,
            answers=replace(config.answers, views=experiment.views),
            card=replace(config.card, data=f"{config.card.data} Here: {experiment.about}."),
        )

    def folders_of(self, experiment: LeafExperiment) -> list[Path]:
        """Return the one folder of all its networks."""
        return [self.place_of(experiment.lesson)]

    # ------------------------------------------------------------ lessons
    def place_of(self, lesson: Lesson) -> Path:
        """Return the folder of a lesson: its models, its log, what it learnt from."""
        return self.folder / "models" / str(lesson)

    def learn(self, lesson: Lesson) -> list[Part]:
        """Return the networks of a lesson, trained now unless they were before."""
        folder, config = self.place_of(lesson), self._config(lesson)

        def learn() -> Outcome:
            write_lesson(folder / NAME, lesson, self.leaves.rows, self._pictures(lesson))
            material = read_material(config)
            return train(config, material, folder, self._features, self.place, self.told)

        key = key_of(self.digest, as_data(config), asdict(lesson))
        learnt(folder, key, self.place, learn)
        return parts_of(config, read_material(config), folder)

    def _config(self, lesson: Lesson) -> Config:
        """Return the shipped config, for what the lesson takes of the leaves, without what no network learns from."""
        config = read_config(CONFIGS / f"{lesson.config}.toml")
        sources = (SourceConfig(str(self.place_of(lesson))),)
        data = replace(config.data, sources=sources, without="")
        return replace(config, data=data, answers=AnswersConfig(), card=CardConfig())

    def _pictures(self, lesson: Lesson) -> Path:
        return self.covered if lesson.is_covered else self.leaves.pictures

    @property
    def _features(self) -> Path:
        return self.folder / "features" / code_digest()[:16]  # other code may see otherwise

    # ------------------------------------------------------------ answers
    def do(self, experiment: LeafExperiment) -> Answered:
        """Let an experiment's networks learn, and write their runs."""
        parts, folder = self.learn(experiment.lesson), self.place_of(experiment.lesson)
        effort = Effort(folder / f"{experiment.name}.json", self.place)
        with effort.spent("answering", anew=True):
            run, singles = self._answers([part.folder / MODEL for part in parts], experiment)
        learning, answering = spent_in([folder], self.place), effort.total()
        facts = Facts(
            self.config_of(experiment),
            [TrainedNetwork.of(part, folder) for part in parts],
            items_of(parts),
            {name: self.truth.test_set.query_of_media[name] for name in self._files(experiment)},
            Hardware.found(self.place),
            # From features that are kept answers come too fast to say how fast a network is.
            {"training": learning} | ({} if _is_frozen(parts) else {"answering": answering}),
            (*outcome_of([folder]).findings, *((_KEPT,) if _is_frozen(parts) else ())),
            {path.name: file_digest(path) for path in (run, self._path(experiment.name))},
        )
        return Answered(run, singles, learning, answering, facts)

    def _answers(
        self, models: Sequence[Path], experiment: LeafExperiment
    ) -> tuple[Path, tuple[Path, ...]]:
        """Write the run of all networks, and return it with that of each where they are several."""
        image_run = self._path(experiment.name)
        if len(models) == 1:
            self._answer(image_run, models[0], experiment)
            return self._fused(image_run, experiment), ()
        numbers = range(1, len(models) + 1)
        image_runs = [self._path(f"{experiment.name}.network_{number}") for number in numbers]
        for path, model in zip(image_runs, models, strict=True):
            self._answer(path, model, experiment)
        fuse_networks(image_runs, image_run, self._task, "image_run")
        singles = tuple(self._fused(path, experiment) for path in image_runs)
        return self._fused(image_run, experiment), singles

    def _files(self, experiment: LeafExperiment) -> dict[str, Path]:
        """Return the picture of each medium that is asked for."""
        pictures, chosen = self._pictures(experiment.lesson), _selection(experiment)
        asked = chosen.images(self.truth.test_set) if chosen else self.leaves.asked
        return {m: pictures / file for m, file in self.leaves.asked.items() if m in asked}

    @property
    def _task(self) -> Task:
        return Task(self.truth.test_set, RULES)

    def _path(self, name: str) -> Path:
        return self.folder / "runs" / f"{name}{_IMAGES}"

    def _answer(self, path: Path, model: Path, experiment: LeafExperiment) -> None:
        """Write the image run of one network."""
        files = self._files(experiment)
        tensors, about = read_checkpoint(model)
        config, models = config_from(about["config"]), [load_model(model, self.place)]
        if not isinstance(config, FrozenBaseline):
            question = Question(models, experiment.views, files)
            write_answers([path], question, self._task, Findings(), self.told)
            return
        head = Head(tensors["head/weight"], tensors["head/bias"], config.frozen.length)
        said = self._said_of_features(config, head, experiment.views, files)
        write_said([path], models, said, self._task, "image_run", 0, Findings())

    def _fused(self, image_run: Path, experiment: LeafExperiment) -> Path:
        """Write the run of leaves that an image run makes."""
        run = image_run.with_name(image_run.name.replace(_IMAGES, _RUN))
        write_run(run, image_run, self._task, _selection(experiment))
        return run

    @torch.inference_mode()
    def _said_of_features(
        self, config: FrozenBaseline, head: Head, views: Sequence[str], files: Mapping[str, Path]
    ) -> Iterable[tuple[str, Tensor]]:
        """Return what a last layer says: the same as the model would, from features that are kept."""
        body, _ = frozen_body(config, self.place)
        paths = list(files.values())
        found = features_of(paths, body, config.data.size, views, self._features, self.told)
        said = dict(zip(files, head.probabilities(found.rows).mean(1)[:, None], strict=True))
        broken = set(found.broken)
        return [(name, row) for name, row in said.items() if files[name] not in broken]


def _selection(experiment: LeafExperiment) -> Selection | None:
    return Selection("View", (experiment.asked,)) if experiment.asked else None


def _is_frozen(parts: Sequence[Part]) -> bool:
    return isinstance(parts[0].config, FrozenBaseline)
