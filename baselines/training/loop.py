"""The loop: epochs of steps, a validation after each, and a checkpoint to go on from."""

import math
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from baselines.chance import Draw, seed_torch
from baselines.config import LearntBaseline, SoundConfig
from baselines.config_file import as_data
from baselines.data.batches import Batch, Images, InOrder, Shuffled, balanced_weights, loader
from baselines.data.material import Material
from baselines.data.recordings import Pictures, Recordings
from baselines.data.views import Changed, Whole
from baselines.networks.classifier import Classifier
from baselines.networks.table import find_network
from baselines.networks.weights import Origin, load_weights
from baselines.place import Place
from baselines.training.checkpoints import read_checkpoint, write_checkpoint
from baselines.training.curves import write_curves
from baselines.training.evaluation import evaluate
from baselines.training.history import History, Line
from baselines.training.learner import Learner
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule
from baselines.training.progress import Progress

LAST = "last.safetensors"
MODEL = "model.safetensors"
LOG = "log.csv"
CURVES = "curves.svg"
SPLIT = "split.csv"


class CannotGoOn(ValueError):
    """A training that cannot be taken up again, or has come to nothing."""


def make_classifier(
    config: LearntBaseline, n_outputs: int, place: Place
) -> tuple[Classifier, Origin]:
    """Return the network of a config on its device, and where its weights came from."""
    row = find_network(config.network.name)
    seed_torch(Draw.WEIGHTS, config.seed)
    network = row.build(n_outputs)
    origin = load_weights(network, row, config.network)
    classifier = Classifier(network, row.mean, row.deviation).to(place.device)
    if config.training.learn_from:
        classifier.learn_from(config.training.learn_from)
    if config.training.channels_last:
        classifier = classifier.to(memory_format=torch.channels_last)
    return classifier.train(), origin


class Training:
    """A training of a config, from its beginning or from where it was interrupted.

    Parameters
    ----------
    folder
        Where it writes: ``last.safetensors`` to go on from, ``model.safetensors`` with the best
        weights, ``log.csv`` and ``curves.svg`` that draws it, and ``split.csv``.
    """

    def __init__(
        self,
        config: LearntBaseline,
        material: Material,
        folder: Path,
        place: Place,
        progress: Progress,
    ) -> None:
        self.config, self.material, self.folder = config, material, folder
        self.place, self.progress = place, progress
        n_outputs = len(material.classes) + len(material.organs)
        classifier, self.origin = make_classifier(config, n_outputs, place)
        self.images: Images | Recordings
        self.tests: Images | Recordings
        self.images, self.tests = _images(config, material)
        self.order = _order(config, self.images, place)
        schedule = Schedule.of(config.training, self.order.steps, self.order.batch_size)
        loss = Loss.of(config.training, len(material.classes))
        self.learner = Learner(classifier, loss, config.training, schedule, place, config.seed)
        self.history = History()
        self._broken = set[int]()
        self._began, self._since = 0.0, 0

    def run(self) -> History:
        """Train to the end, and return what became of it.

        Raises
        ------
        CannotGoOn
            When the folder holds another config's training, or the loss is no number any more.
        """
        self._take_up()
        if self.place.is_first:
            self.material.split.write(self.folder / SPLIT)
        batches = self._batches(self.images, self.order)
        in_order = InOrder(len(self.tests), 2 * self.order.batch_size, self.place)
        tests = self._batches(self.tests, in_order)
        while not self._is_over():
            self._learn(batches)
            line = self._line()  # before it is evaluated: its time is that of learning
            self._save(self._validated(line, tests))
        return self.history

    def _batches(self, items: Images | Recordings, order: Shuffled | InOrder) -> Iterable[Batch]:
        workers = self.config.data.workers
        if isinstance(items, Recordings):
            return Pictures(loader(items, order, workers, self.place), items.sound, self.place)
        return loader(items, order, workers, self.place)

    # ------------------------------------------------------------ an epoch
    def _is_over(self) -> bool:
        is_done = self.learner.step_number >= self.learner.schedule.steps
        return is_done or self.history.is_stale(self.config.training.patience)

    def _learn(self, batches: Iterable[Batch]) -> None:
        """Learn from what is left of an epoch."""
        epoch, done = divmod(self.learner.step_number, self.order.steps)
        self.order.begin(epoch, done)
        n_images = (self.order.steps - done) * self.order.batch_size
        self.progress.begin(epoch + 1, self.config.training.epochs, n_images)
        self._began, self._since = time.perf_counter(), self.learner.step_number
        every = self.config.training.save_every
        for batch in batches:
            self._note_broken(batch)
            self.learner.step(batch)
            self.progress.images(self.order.batch_size)
            step = self.learner.step_number
            if every and step % every == 0 and step % self.order.steps:
                self._save(self._line())

    def _validated(self, line: Line, tests: Iterable[Batch]) -> Line:
        if not len(self.tests):
            return line
        found = evaluate(
            self.learner.classifier,
            self.learner.best_weights(),
            tests,
            len(self.material.classes),
            self.config.training,
            self.place,
        )
        return replace(line, validation_loss=found.loss, top_1=found.top_1, mrr=found.mrr)

    def _note_broken(self, batch: Batch) -> None:
        for place in batch.places[batch.broken].tolist():
            if place not in self._broken:
                self._broken.add(place)
                what = "cannot be read, counted for nothing"
                self.material.findings.add(what, self.images.items[place].path.name)

    # ------------------------------------------------------------ what is kept
    def _save(self, line: Line) -> None:
        self.history.add(line)
        if self.place.is_first:
            is_best = self.history.best is line or self.history.best is None
            self.progress.say(str(line))
            self.history.write(self.folder / LOG)
            write_curves(self.folder / CURVES, self.config.name, self.history)
            if is_best:
                weights = self.learner.best_weights()
                write_checkpoint(self.folder / MODEL, weights, self._about(step=line.step))
            state = self._about(step=line.step, history=self.history.data())
            write_checkpoint(self.folder / LAST, self.learner.tensors(), state)

    def _line(self) -> Line:
        loss, step = self.learner.take_loss(), self.learner.step_number
        if not math.isfinite(loss):
            raise CannotGoOn(f"the loss is {loss} at step {step}; a lower learning_rate may help")
        seconds = time.perf_counter() - self._began
        n_images = (step - self._since) * self.order.batch_size
        self._began, self._since = time.perf_counter(), step
        return Line(
            epoch=round(step / self.order.steps, 3),
            step=step,
            learning_rate=self.learner.schedule.at(step - 1),
            loss=loss,
            images_per_s=round(n_images / seconds, 1),
            seconds=round(seconds, 2),
        )

    def _about(self, **more: Any) -> dict[str, Any]:
        return {
            "config": as_data(self.config),
            "classes": list(self.material.classes.names),
            "organs": list(self.material.organs.names),
            "data": dict(self.material.about),
            "weights": {"source": self.origin.source, "sha256": self.origin.sha256},
            **more,
        }

    def _take_up(self) -> None:
        path = self.folder / LAST
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            return
        tensors, about = read_checkpoint(path)
        own = self._about()
        changed = [key for key in own if about.get(key) != own[key]]
        if changed:
            raise CannotGoOn(
                f"{path} was trained with another {', '.join(changed)}; right is another folder"
            )
        self.learner.restore(tensors, about["step"])
        self.history = History(about["history"])


def _images(
    config: LearntBaseline, material: Material
) -> tuple[Images, Images] | tuple[Recordings, Recordings]:
    """Return what is learnt from, and what is kept apart."""
    names = (material.classes, material.organs)
    if config.sound:
        return _recordings(config.sound, config.seed, material)
    size = config.data.size
    changed, whole = Changed(size, config.augmentation), Whole(size)
    split = material.split
    return (
        Images(split.training, *names, changed, size, config.seed),
        Images(split.validation, *names, whole, size, config.seed),
    )


def _recordings(sound: SoundConfig, seed: int, material: Material) -> tuple[Recordings, Recordings]:
    names = (material.classes, material.organs, sound)
    return (
        Recordings(material.split.training, *names, sound.augmentation, seed),
        Recordings(material.split.validation, *names, seed=seed),
    )


def _order(config: LearntBaseline, images: Images | Recordings, place: Place) -> Shuffled:
    weights = balanced_weights(images) if config.data.is_balanced else None
    return Shuffled(len(images), config.training.batch_size, place, config.seed, weights)
