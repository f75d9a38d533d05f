"""The loop: epochs of steps, a validation after each, and a checkpoint to go on from."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

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
from baselines.stopping import Stopped, unbroken
from baselines.training.checkpoints import read_checkpoint, write_checkpoint
from baselines.training.curves import write_curves
from baselines.training.evaluation import Validation, evaluate
from baselines.training.history import History, Line
from baselines.training.learner import Learner
from baselines.training.losses import Loss, LossOfAnswers
from baselines.training.optimisation import Schedule
from baselines.training.progress import Progress
from baselines.training.split import SplitLoss, evaluate_split, split_off

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
    classifier.must_see(*config.picture)
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
        n_classes, is_split = len(material.classes), config.network.head == "split"
        n_outputs = 1 if is_split else n_classes + len(material.organs)
        classifier, self.origin = make_classifier(config, n_outputs, place)
        self.images: Images | Recordings
        self.tests: Images | Recordings
        head = split_off(config, classifier, n_classes, place) if is_split else None
        self.images, self.tests = _images(config, material)
        self.order = _order(config, self.images, place)
        schedule = Schedule.of(config.training, self.order.steps, self.order.batch_size)
        loss: LossOfAnswers = (
            SplitLoss(head, config.training) if head else Loss.of(config.training, n_classes, place)
        )
        self.learner = Learner(
            classifier, loss, config.training, schedule, place, config.seed, head
        )
        self.history = History()
        self._broken, self._found = set[Path](), set[Path]()
        self._began, self._since = 0.0, 0

    def run(self) -> History:
        """Train to the end, and return what became of it.

        Raises
        ------
        CannotGoOn
            When the folder holds another config's training, or the loss is no number any more.
        Stopped
            When somebody ends the program; what was learnt is kept then, unless several ranks learn:
            they go on from the last checkpoint.
        """
        self._take_up()
        if self.place.is_first:
            self.material.split.write(self.folder / SPLIT)
        batches = self._batches(self.images, self.order)
        in_order = InOrder(len(self.tests), 2 * self.order.batch_size, self.place)
        tests = self._batches(self.tests, in_order)
        try:
            self._end_epoch(tests)  # which a stop may have come between
            while not self._is_over():
                self._learn(batches)
                self._end_epoch(tests)
        except Stopped:
            self._save_what_is_done()
            raise
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
        self._tell_beginning(epoch)
        self._began, self._since = time.perf_counter(), self.learner.step_number
        every = self.config.training.save_every
        for batch in batches:
            with unbroken():
                self._note_broken(batch, self.images)
                self.learner.step(batch)
            self.progress.images(self.order.batch_size)
            step = self.learner.step_number
            if every and step % every == 0 and step % self.order.steps:
                with unbroken():
                    self.history.add(self._line())
                    self._save()
        with unbroken():
            self.history.add(self._line())  # before it is evaluated: its time is that of learning

    def _tell_beginning(self, epoch: int) -> None:
        n, size = self.config.training.epochs, self.order.batch_size
        done = self.learner.step_number * size
        self.progress.begin(f"epoch {epoch + 1} of {n}", n * self.order.steps * size, done)

    def _end_epoch(self, tests: Iterable[Batch]) -> None:
        """Validate and save what an epoch came to, if one has just ended."""
        lines = self.history.lines
        if not lines or lines[-1].top_1 is not None or lines[-1].step % self.order.steps:
            return
        found = self._evaluated(tests) if len(self.tests) else None
        if found and not math.isfinite(found.loss):
            raise _lost(f"the validation's loss is {found.loss}", lines[-1].step)
        if found and found.n_images:
            lines[-1] = replace(
                lines[-1], validation_loss=found.loss, top_1=found.top_1, mrr=found.mrr
            )
        elif found:
            what = "nothing that is kept apart can be read: the last epoch counts"
            self.material.findings.add(what, f"epoch {lines[-1].epoch}")
        with unbroken():
            self._save()

    def _evaluated(self, tests: Iterable[Batch]) -> Validation:
        learner, config, place = self.learner, self.config.training, self.place
        learner.agree()
        tests = self._noted(tests)
        known = (learner.classifier, learner.best_weights())
        if learner.head is not None:
            return evaluate_split(*known, learner.head, learner.best_head(), tests, config)
        return evaluate(*known, tests, len(self.material.classes), config, place)

    def _noted(self, tests: Iterable[Batch]) -> Iterator[Batch]:
        for batch in tests:
            self._note_broken(batch, self.tests)
            yield batch

    def _note_broken(self, batch: Batch, items: Images | Recordings) -> None:
        self._broken |= {items.items[place].path for place in batch.places[batch.broken].tolist()}

    def _find_broken(self) -> None:
        """Count what no rank could read; all ranks ask at once."""
        new = set[Path]().union(*self.place.everybody(self._broken)) - self._found
        for path in sorted(new):
            self.material.findings.add("cannot be read, counted for nothing", path.name)
        self._found |= new

    # ------------------------------------------------------------ what is kept
    def _save_what_is_done(self) -> None:
        if self.place.is_joined:  # ranks are not stopped after the same step
            return
        with unbroken():
            if self.learner.step_number > self._since:
                self.history.add(self._line())
            if self.history.lines:
                self._save()

    def _save(self) -> None:
        """Keep all that is known at the last line; all ranks ask at once."""
        line, learner = self.history.lines[-1], self.learner
        self._find_broken()
        is_best = self.history.best is line or self.history.best is None
        head = learner.whole_head() if is_best else {}
        tensors = learner.tensors()
        if not self.place.is_first:
            return
        self.progress.say(str(line))
        self.history.write(self.folder / LOG)
        write_curves(self.folder / CURVES, self.config.name, self.history)
        if is_best:
            last = find_network(self.config.network.name).last_layer
            weights = {**learner.best_weights(), **{f"{last}.{k}": t for k, t in head.items()}}
            self._must_be_finite(weights, line.step)
            write_checkpoint(self.folder / MODEL, weights, self._about(step=line.step))
        state = self._about(step=line.step, history=self.history.data())
        write_checkpoint(self.folder / LAST, tensors, state)

    def _must_be_finite(self, weights: Mapping[str, Tensor], step: int) -> None:
        lost = [name for name, tensor in weights.items() if not tensor.isfinite().all()]
        if lost:
            raise _lost(f"{lost[0]} has weights that are no numbers any more", step)

    def _line(self) -> Line:
        loss, step = self.learner.take_loss(), self.learner.step_number
        if not math.isfinite(loss):
            raise _lost(f"the loss is {loss}", step)
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
            "items": self.material.split.digest,
            "weights": {"source": self.origin.source, "sha256": self.origin.sha256},
            **more,
        }

    def _take_up(self) -> None:
        path = self.folder / LAST
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            return
        tensors, about = read_checkpoint(path)
        must_be_same(path, about, self._about())
        self.learner.restore(tensors, about["step"])
        self._since = about["step"]
        self.history = History(about["history"])


def _lost(what: str, step: int) -> CannotGoOn:
    return CannotGoOn(f"{what} at step {step}; a lower learning_rate may help")


def must_be_same(path: Path, about: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    """Refuse to go on with what another config, or other data, began.

    Raises
    ------
    CannotGoOn
        When anything differs but how many processes read the files.
    """
    changed = [
        name
        for key, value in own.items()
        for name in _changed(key, about.get(key), value)
        if name != "config.data.workers"
    ]
    if changed:
        raise CannotGoOn(
            f"{path} was trained with another {', '.join(changed)}; right is another folder"
        )


def _changed(name: str, before: object, now: object) -> Iterator[str]:
    """Yield the names of what differs between plain data."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in sorted(before.keys() | now.keys()):
            yield from _changed(f"{name}.{key}", before.get(key), now.get(key))
    elif before != now:
        yield name


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
