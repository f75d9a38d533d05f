"""Where lessons are learnt and experiments done: each once, and taken up again where it was interrupted."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from baselines.answers.models import load_model
from baselines.answers.runs import Question, answers, write_answers, write_run
from baselines.config import FrozenBaseline, LearntBaseline
from baselines.config_file import as_data, config_from, read_config
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.data.metadata_csv import NAME
from baselines.experiments.leaves import Leaves, write_lesson
from baselines.experiments.listed import Experiment, Lesson
from baselines.experiments.records import (
    Spent,
    Stopwatch,
    code_digest,
    key_of,
    read_spent,
    spending,
)
from baselines.experiments.silhouettes import cover_all
from baselines.frozen.features import features_of
from baselines.frozen.head import Head
from baselines.frozen.training import frozen_body, train_frozen
from baselines.place import Place
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import MODEL, Training
from baselines.training.progress import Progress
from scoring import GroundTruth, RunRules, Selection, fuse_runs, read_ground_truth

CONFIGS = Path(__file__).parents[1] / "configs"
RULES = RunRules("ranked", image_runs=True)
SPENT = "spent.json"
LEARNT = "log.txt"
_KEY, _DONE = "key", "done"
_RUN, _IMAGES = ".csv.gz", ".images.csv.gz"


@dataclass(frozen=True)
class Answered:
    """The runs of an experiment.

    Attributes
    ----------
    run, image_run
        Of all its networks.
    singles
        The run of each network, where there are several.
    learning, answering
        How long these took.
    """

    run: Path
    image_run: Path
    singles: tuple[Path, ...]
    learning: Spent
    answering: Spent


class Classroom:
    """Does experiments on the leaves.

    Parameters
    ----------
    leaves
        What is learnt from and asked for.
    folder
        Where all goes: models, features, covered pictures, runs.
    """

    def __init__(self, leaves: Leaves, folder: Path, place: Place, told: Progress) -> None:
        self.leaves, self.folder, self.place, self.told = leaves, folder, place, told
        self.runs = folder / "runs"
        self.runs.mkdir(parents=True, exist_ok=True)

    @cached_property
    def truth(self) -> GroundTruth:
        """The task of the leaves."""
        return read_ground_truth(self.leaves.task)

    @cached_property
    def covered(self) -> Path:
        """The folder of all pictures with their leaf under a silhouette."""
        names = [*(row["file"] for row in self.leaves.rows), *self.leaves.asked.values()]
        return cover_all(names, self.leaves.pictures, self.folder, self.told)

    def key_of(self, experiment: Experiment) -> str:
        """Return a digest of an experiment, its configs, the code that does it, and the data."""
        configs = [as_data(self.config(lesson)) for lesson in experiment.lessons]
        return self._key(configs, asdict(experiment))

    def _key(self, *parts: object) -> str:
        return key_of(code_digest(), self.leaves.digest, *parts)

    # ------------------------------------------------------------ lessons
    def place_of(self, lesson: Lesson) -> Path:
        """Return the folder of a lesson: its model, its log, what it learnt from."""
        return self.folder / "models" / str(lesson)

    def learn(self, lesson: Lesson) -> Path:
        """Return the model of a lesson, learnt now unless it was before."""
        folder = self.place_of(lesson)
        config = self.config(lesson)
        self._make_ready(folder, self._key(as_data(config), asdict(lesson)))
        if (folder / _DONE).is_file():
            return folder / MODEL
        with spending(folder / SPENT):
            write_lesson(folder / NAME, lesson, self.leaves.rows, self._pictures(lesson))
            self._train(config, folder)
        (folder / _DONE).touch()
        return folder / MODEL

    def config(self, lesson: Lesson) -> LearntBaseline | FrozenBaseline:
        """Return the shipped config, for what the lesson takes of the leaves."""
        config = read_config(CONFIGS / f"{lesson.config}.toml")
        data = replace(config.data, folder=str(self.place_of(lesson)), without="")
        return replace(config, data=data)

    def _make_ready(self, folder: Path, key: str) -> None:
        """Keep what was begun with the same config, code and data; throw away all else."""
        mark = folder / _KEY
        if mark.is_file() and mark.read_text() == key:
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        mark.write_text(key)

    def _pictures(self, lesson: Lesson) -> Path:
        return self.covered if lesson.is_covered else self.leaves.pictures

    def _train(self, config: LearntBaseline | FrozenBaseline, folder: Path) -> None:
        material = read_material(config)
        lines = [f"{len(material.split.training):,} images of {len(material.classes)} species"]
        if isinstance(config, FrozenBaseline):
            train_frozen(config, material, folder, self._features, self.place, self.told)
        else:
            history = Training(config, material, folder, self.place, self.told).run()
            lines += [str(line) for line in history.lines]
        lines += [str(finding) for finding in material.findings.all()]
        (folder / LEARNT).write_text("\n".join(lines) + "\n", encoding="utf-8")

    @property
    def _features(self) -> Path:
        return self.folder / "features"

    # ------------------------------------------------------------ answers
    def do(self, experiment: Experiment) -> Answered:
        """Learn what an experiment's networks learn, and write their runs."""
        lessons, name = experiment.lessons, experiment.name
        models = [self.learn(lesson) for lesson in lessons]
        learning = sum((read_spent(self.place_of(one) / SPENT) for one in lessons), Spent())
        watch = Stopwatch()
        if len(models) == 1:
            image_run = self._answer(name, models[0], experiment)
            singles = []
        else:
            numbered = enumerate(models, 1)
            parts = [self._answer(f"{name}.network_{n}", own, experiment) for n, own in numbered]
            singles = [self._fused(part, experiment) for part in parts]
            image_run = self.runs / f"{name}{_IMAGES}"
            fuse_runs(parts, image_run, self.truth.test_set, RULES, kind="image_run")
        run = self._fused(image_run, experiment)
        return Answered(run, image_run, tuple(singles), learning, watch.spent)

    def _answer(self, name: str, model: Path, experiment: Experiment) -> Path:
        """Write the image run of one network."""
        pictures = self._pictures(experiment.lessons[0])
        chosen = _selection(experiment)
        asked = chosen.images(self.truth.test_set) if chosen else self.leaves.asked
        files = {m: pictures / file for m, file in self.leaves.asked.items() if m in asked}
        classes, said = self._said(model, experiment.views, files)
        path = self.runs / f"{name}{_IMAGES}"
        write_answers(path, classes, said, self.truth.test_set, RULES)
        return path

    def _fused(self, image_run: Path, experiment: Experiment) -> Path:
        """Write the run of leaves that an image run makes."""
        run = image_run.with_name(image_run.name.replace(_IMAGES, _RUN))
        write_run(run, image_run, self.truth.test_set, RULES, _selection(experiment))
        return run

    def _said(
        self, path: Path, views: Sequence[str], files: Mapping[str, Path]
    ) -> tuple[Sequence[str], Iterable[tuple[str, Tensor]]]:
        """Return the classes of a model, and what it says of each medium."""
        tensors, about = read_checkpoint(path)
        config = config_from(about["config"])
        if isinstance(config, FrozenBaseline):
            head = Head(tensors["head/weight"], tensors["head/bias"], config.frozen.length)
            return about["classes"], self._said_of_features(config, head, views, files)
        model = load_model(path, self.place)
        return model.classes, answers(Question([model], views, files), Findings(), self.told)

    @torch.inference_mode()
    def _said_of_features(
        self, config: FrozenBaseline, head: Head, views: Sequence[str], files: Mapping[str, Path]
    ) -> Iterable[tuple[str, Tensor]]:
        """Return what a last layer says: the same as the model would, from features that are kept."""
        body, _ = frozen_body(config, self.place)
        paths = list(files.values())
        found = features_of(paths, body, config.data.size, views, self._features, self.told)
        said = dict(zip(files, head.probabilities(found.rows).mean(1), strict=True))
        broken = set(found.broken)
        return [(name, row) for name, row in said.items() if files[name] not in broken]


def _selection(experiment: Experiment) -> Selection | None:
    return Selection("View", (experiment.asked,)) if experiment.asked else None
