"""Trainings on each of several ranks, stopped and taken up again, for `rank_steps` to write down."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from baselines.config import (
    AugmentationConfig,
    DataConfig,
    LearntBaseline,
    NetworkConfig,
    SourceConfig,
    TrainingConfig,
)
from baselines.data.batches import UNKNOWN, Batch, InOrder
from baselines.data.material import read_material
from baselines.networks.classifier import Classifier
from baselines.networks.split_head import SplitHead
from baselines.networks.table import NETWORKS
from baselines.place import Place
from baselines.training.checkpoints import read_checkpoint, write_checkpoint
from baselines.training.learner import Learner
from baselines.training.loop import Training
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule
from baselines.training.progress import Silent
from baselines.training.split import SplitLoss, evaluate_split, split_off
from tests.baselines.world import random_batch, write_folder

N_CLASSES, N_IMAGES, STEPS, SIDE = 11, 8, 5, 32
STEP_CONFIG = TrainingConfig(
    epochs=1, average=0.9, clip_norm=0.5, label_smoothing=0.1, mixup=0.0, weight_decay=0.1
)
IMAGES = "images"


# ---------------------------------------------------------------- steps in double precision
def split_learner(place: Place) -> tuple[Learner, SplitHead]:
    """Return a learner of eleven classes whose last layer is split over the ranks."""
    torch.manual_seed(1)
    config = LearntBaseline(
        name="test",
        network=NetworkConfig("small_cnn"),
        data=DataConfig((SourceConfig("."),)),
        training=STEP_CONFIG,
        seed=5,
    )
    classifier = classifier_at(place, 1)
    head = split_off(config, classifier, N_CLASSES, place).double()
    loss = SplitLoss(head, STEP_CONFIG)
    schedule = Schedule(1e-3, 2, 10)
    return Learner(classifier, loss, STEP_CONFIG, schedule, place, 1, head), head


def whole_learner(place: Place) -> Learner:
    """Return a learner that begins at the same weights, and has its last layer whole."""
    _, head = split_learner(Place(place.device))
    torch.manual_seed(1)
    body = classifier_at(place, 1).network.state_dict()
    classifier = classifier_at(place, N_CLASSES)
    last = {f"7.{name}": tensor for name, tensor in head.state_dict().items()}
    classifier.network.load_state_dict({**body, **last})
    loss = Loss(N_CLASSES, place, STEP_CONFIG.label_smoothing)
    return Learner(classifier, loss, STEP_CONFIG, Schedule(1e-3, 2, 10), place, 1)


def classifier_at(place: Place, n_outputs: int) -> Classifier:
    """Return a network without dropout, in double precision."""
    row = NETWORKS["small_cnn"]
    network = row.build(n_outputs)
    _forget_dropout(network)
    return Classifier(network, row.mean, row.deviation).double().to(place.device)


def _forget_dropout(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0


def batch_of_eleven(place: Place) -> Batch:
    """Return a rank's images; of two of them nobody knows what they show, both on one of two ranks."""
    batch = random_batch(N_IMAGES, SIDE, N_CLASSES)
    classes = batch.classes.clone()
    classes[[1, 5]] = UNKNOWN
    return Batch(*(field[place.rank :: place.world] for field in batch._replace(classes=classes)))


def validation_batches(place: Place) -> Iterator[Batch]:
    """Yield a rank's part of thirteen images, of which no two ranks have as many."""
    whole = random_batch(13, SIDE, N_CLASSES)
    for visits in InOrder(13, 4, place):
        yield Batch(*(field[[visit.place for visit in visits]] for field in whole))


def split_learnt(place: Place, folder: Path) -> Mapping[str, Tensor]:
    """Return what steps come to, with a stop between them that only a file outlives."""
    learner, _ = split_learner(place)
    for _ in range(STEPS - 2):
        learner.step(batch_of_eleven(place))
    kept, path = learner.tensors(), folder / "steps.safetensors"
    if place.is_first:
        write_checkpoint(path, kept, {})
    place.total(torch.zeros((), device=place.device))  # nobody reads before it is written
    again, head = split_learner(place)
    again.restore(read_checkpoint(path)[0], STEPS - 2)
    for _ in range(2):
        again.step(batch_of_eleven(place))
    seen = evaluate_split(
        again.classifier,
        again.best_weights(),
        head,
        again.best_head(),
        validation_batches(place),
        STEP_CONFIG,
    )
    whole_head = {f"best/{name}": tensor for name, tensor in again.whole_head().items()}
    return {
        **again.tensors(),
        **whole_head,
        "loss": torch.tensor(again.take_loss()),
        "seen": torch.tensor([seen.loss, seen.top_1, seen.mrr, seen.n_images]),
        "rows": torch.tensor([head.rows.start, head.rows.stop]),
    }


# ---------------------------------------------------------------- whole trainings
def training_config(folder: Path, head: str) -> LearntBaseline:
    """Return a config of nine validation images, which two ranks do not share evenly."""
    return LearntBaseline(
        name="test",
        network=NetworkConfig("small_cnn", head=head),  # type: ignore[arg-type]  # one of the two
        data=DataConfig((SourceConfig(str(folder / IMAGES)),), size=SIDE, validation=0.45),
        training=TrainingConfig(
            epochs=2, batch_size=6, learning_rate=0.02, optimizer="sgd", average=0.5, clip_norm=1.0
        ),
        augmentation=AugmentationConfig(rotation=10),
        seed=7,
    )


def training_at(place: Place, config: LearntBaseline, to: Path, stop_after: int = 0) -> Training:
    """Return a training without dropout, which each rank draws for itself."""
    training = Training(config, read_material(config), to, place, Stops(stop_after))
    _forget_dropout(training.learner.classifier)
    return training


class Stops(Silent):
    """Stops all ranks after the same step."""

    def __init__(self, n: int) -> None:
        self.left = n

    def images(self, n: int) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def write_images(folder: Path) -> None:
    """Write what is learnt from: three classes of seven observations."""
    (folder / IMAGES).mkdir()
    write_folder(folder / IMAGES, n_observations=7, n_images=1)


def train_all(place: Place, folder: Path) -> None:
    """Train whole and split, in one go and with a stop in the second epoch."""
    for head in ("whole", "split"):
        config = training_config(folder, head)
        training_at(place, config, folder / head).run()
        stopped = folder / f"{head}_stopped"
        try:
            training_at(place, config, stopped, stop_after=3).run()
        except KeyboardInterrupt:
            place.total(torch.zeros((), device=place.device))
        training_at(place, config, stopped).run()
