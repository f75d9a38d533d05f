"""Some steps on each of several ranks, written down: `torchrun -m tests.baselines.rank_steps FOLDER`.

All of it in double precision, without batch normalisation and dropout: then any number of ranks does
what one does.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from baselines.config import TrainingConfig
from baselines.data.batches import UNKNOWN, Batch, InOrder
from baselines.networks.classifier import Classifier
from baselines.networks.split_head import SplitHead
from baselines.networks.table import NETWORKS
from baselines.place import Place, this_place
from baselines.training.evaluation import Validation, evaluate
from baselines.training.learner import Learner
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule
from tests.baselines import rank_training
from tests.baselines.world import random_batch

N_IMAGES, N_CLASSES, N_FEATURES, STEPS = 8, 11, 6, 5
CONFIG = TrainingConfig(epochs=1, average=0.9, clip_norm=0.5, label_smoothing=0.1)


def learner_at(place: Place) -> Learner:
    """Return a learner that begins alike everywhere."""
    torch.manual_seed(1)
    row = NETWORKS["small_cnn"]
    network = row.build(3)
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    classifier = Classifier(network, row.mean, row.deviation).double().to(place.device)
    return Learner(classifier, Loss(3, place, 0.1), CONFIG, Schedule(1e-3, 2, 10), place, 1)


def part_of(batch: Batch, place: Place) -> Batch:
    """Return the images of a rank."""
    return Batch(*(field[place.rank :: place.world] for field in batch))


def learnt(place: Place) -> Mapping[str, Tensor]:
    """Return weights, their average and the optimizer's after some steps, and the mean loss."""
    learner = learner_at(place)
    batch = random_batch(N_IMAGES, 32)
    classes = batch.classes.clone()
    classes[[0, 2]] = UNKNOWN  # both on one of two ranks
    for _ in range(STEPS):
        learner.step(part_of(batch._replace(classes=classes), place))
    loss = torch.tensor(learner.take_loss())
    return {**learner.tensors(), "loss": loss}


def agreed(place: Place) -> dict[str, Tensor]:
    """Return a rank's statistics of a batch norm that saw other images than others', and then agreed."""
    torch.manual_seed(1)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.LazyLinear(3))
    network(torch.zeros(2, 3, 8, 8))
    classifier = Classifier(network, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)).to(place.device)
    learner = Learner(classifier, Loss(3, place), CONFIG, Schedule(1e-3, 2, 10), place, 1)
    learner.step(part_of(random_batch(N_IMAGES, 8), place))
    before = classifier.network.get_buffer("1.running_mean").clone()
    learner.agree()
    own = {f"agreed/{k}": t.clone() for k, t in learner.best_weights().items()}
    return {**own, "before": before}


def validated(place: Place) -> Validation:
    """Return a validation of eleven images, which no number of ranks divides."""
    learner = learner_at(place)
    whole = random_batch(11, 32)
    batches = (
        Batch(*(field[[visit.place for visit in visits]] for field in whole))
        for visits in InOrder(11, 4, place)
    )
    return evaluate(learner.classifier, learner.best_weights(), batches, 3, CONFIG, place)


def features_and_classes() -> tuple[Tensor, Tensor]:
    """Return what a body and a last layer learn from."""
    generator = torch.Generator().manual_seed(4)
    inputs = torch.randn(N_IMAGES, N_FEATURES, generator=generator, dtype=torch.float64)
    return inputs, torch.randint(0, N_CLASSES, (N_IMAGES,), generator=generator)


def split_steps(place: Place, smoothing: float) -> dict[str, Tensor]:
    """Return a body and this rank's part of a last layer after some steps, and their losses."""
    torch.manual_seed(2)
    inputs, classes = (t[place.rank :: place.world] for t in features_and_classes())
    body = nn.Linear(N_FEATURES, N_FEATURES).double().to(place.device)
    generator = torch.Generator().manual_seed(3)
    head = SplitHead(N_FEATURES, N_CLASSES, place, generator, smoothing=smoothing).double()
    shared = place.shared(body)
    optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], 0.5, momentum=0.9)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = head(shared(place.to_device(inputs)), place.to_device(classes))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return {
        "body": body.weight,
        "head": head.weight,
        "bias": head.bias,
        "losses": torch.stack(losses),
    }


def whole_steps(smoothing: float) -> dict[str, Tensor]:
    """Return the same of a last layer that one process has whole."""
    torch.manual_seed(2)
    inputs, classes = features_and_classes()
    body = nn.Linear(N_FEATURES, N_FEATURES).double()
    alone = Place(torch.device("cpu"))
    drawn = SplitHead(N_FEATURES, N_CLASSES, alone, torch.Generator().manual_seed(3)).double()
    head = nn.Linear(N_FEATURES, N_CLASSES).double()
    head.load_state_dict(drawn.state_dict())
    optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], 0.5, momentum=0.9)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = cross_entropy(head(body(inputs)), classes, label_smoothing=smoothing)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return {
        "body": body.weight,
        "head": head.weight,
        "bias": head.bias,
        "losses": torch.stack(losses),
    }


def main(folder: Path) -> None:
    """Do it, and write down what came of it on this rank."""
    with this_place() as place:
        seen = validated(place)
        numbers = torch.tensor([seen.loss, seen.top_1, seen.mrr, seen.n_images])
        parts = {f"split {s}/{k}": t for s in (0.0, 0.1) for k, t in split_steps(place, s).items()}
        split = {f"steps/{k}": t for k, t in rank_training.split_learnt(place, folder).items()}
        rank_training.train_all(place, folder)
        kept = {**learnt(place), **agreed(place), **parts, **split, "validated": numbers}
        plain = {name: tensor.detach().cpu().contiguous() for name, tensor in kept.items()}
        save_file(plain, folder / f"{place.rank}.safetensors", {"device": place.device.type})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
