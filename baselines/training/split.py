"""Training of a network whose last layer is split over the ranks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import pad

from baselines.chance import Draw, torch_generator
from baselines.config import LearntBaseline, TrainingConfig
from baselines.data.batches import UNKNOWN, Batch
from baselines.networks.classifier import Classifier
from baselines.networks.split_head import SplitHead
from baselines.networks.table import body_of, find_network
from baselines.place import Place
from baselines.training.evaluation import Validation, sums_of
from baselines.training.losses import Mixup


class CannotSplit(ValueError):
    """A network whose last layer cannot be split; the text says why."""


def split_off(
    config: LearntBaseline, classifier: Classifier, n_classes: int, place: Place
) -> SplitHead:
    """Take the last layer from a network, and return one for all classes that is split over ranks.

    Raises
    ------
    CannotSplit
        When the network has auxiliary classifiers, each with a whole layer of its own, or there are
        fewer classes than ranks.
    """
    row = find_network(config.network.name)
    if n_classes < place.world:
        raise CannotSplit(
            f"network.head: {n_classes} classes cannot be split over {place.world} ranks; right is"
            " 'whole', or fewer ranks"
        )
    if hasattr(classifier.network, "aux1"):
        raise CannotSplit(
            f"network.head: {config.network.name} has auxiliary classifiers, which are not split;"
            " right is 'whole', or a network without them"
        )
    last = classifier.network.get_submodule(row.last_layer)
    assert isinstance(last, nn.Linear)
    body_of(row, classifier.network)
    generator = torch_generator(Draw.WEIGHTS, config.seed)
    smoothing = config.training.label_smoothing
    return SplitHead(last.in_features, n_classes, place, generator, smoothing=smoothing)


@dataclass(frozen=True)
class SplitLoss:
    """The loss of a split last layer, called as that of a whole one."""

    head: SplitHead
    config: TrainingConfig

    def __call__(
        self,
        answers: tuple[Tensor, ...],
        classes: Tensor,
        organs: Tensor,
        mixup: Mixup | None = None,
    ) -> Tensor:
        """Return the mean over the images of all ranks; answers are features, and organs not learnt."""
        features = answers[0].flatten(1)
        with self.head.place.autocast(self.config.precision):
            own: Tensor = self.head(features, classes)
            return mixup.losses(own, self.head(features, classes.flip(0))) if mixup else own


@torch.inference_mode()
def evaluate_split(
    classifier: Classifier,
    weights: Mapping[str, Tensor],
    head: SplitHead,
    head_weights: Mapping[str, Tensor],
    batches: Iterable[Batch],
    config: TrainingConfig,
) -> Validation:
    """Return how good a network and its split last layer are, as `evaluate` does of a whole one."""
    place = head.place
    named = {f"network.{name}": tensor for name, tensor in weights.items()}
    weight, bias = head_weights["weight"], head_weights["bias"]
    was_training = classifier.training
    classifier.eval()
    sums = torch.zeros(4, dtype=torch.float64, device=place.device)
    for batch, n in _in_step(batches, place):
        with place.autocast(config.precision):
            if batch is None:
                features = weight.new_zeros(0, weight.shape[1])
            else:
                pixels = place.to_device(batch.pixels, channels_last=config.channels_last)
                features = functional_call(classifier, named, (pixels,))[0].flatten(1)
            numbers = torch.zeros(0, dtype=torch.long) if batch is None else batch.classes
            # A rank with fewer images adds rows that count for nothing: all must send as many.
            lacking = n - len(numbers)
            features = pad(features, (0, 0, 0, lacking))
            padded = pad(place.to_device(numbers), (0, lacking), value=UNKNOWN)
            sums += sums_of(*head.judge(features, padded, weight, bias))
    classifier.train(was_training)
    return Validation.of(sums)


def _in_step(batches: Iterable[Batch], place: Place) -> Iterator[tuple[Batch | None, int]]:
    """Yield batches, None where this rank has no more, and the most images that any rank has."""
    own = iter(batches)
    while True:
        batch = next(own, None)
        n_here = torch.tensor(0 if batch is None else len(batch.classes), device=place.device)
        n = int(place.largest(n_here))
        if not n:
            return
        yield batch, n
