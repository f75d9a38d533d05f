"""How good a network is on images that it did not learn from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from baselines.config import TrainingConfig
from baselines.data.batches import UNKNOWN, Batch
from baselines.networks.classifier import Classifier
from baselines.place import Place


@dataclass(frozen=True)
class Validation:
    """Means over the images whose class is known.

    Attributes
    ----------
    loss
        Cross entropy, without smoothing.
    top_1
        Share whose class comes first; a class that shares its place comes after those it shares it with.
    mrr
        Mean of 1 / place of the class.
    n_images
        How many there are.
    """

    loss: float
    top_1: float
    mrr: float
    n_images: int

    @classmethod
    def of(cls, sums: Tensor) -> "Validation":
        """Return the means of what `sums_of` gives, over all ranks."""
        loss, first, reciprocal, n = sums.tolist()
        return cls(loss / max(1, n), first / max(1, n), reciprocal / max(1, n), int(n))


@torch.inference_mode()
def evaluate(
    classifier: Classifier,
    weights: Mapping[str, Tensor],
    batches: Iterable[Batch],
    n_classes: int,
    config: TrainingConfig,
    place: Place,
) -> Validation:
    """Return how good a network is with some weights, over all ranks."""
    named = {f"network.{name}": tensor for name, tensor in weights.items()}
    was_training = classifier.training
    classifier.eval()
    sums = torch.zeros(4, dtype=torch.float64, device=place.device)
    for batch in batches:
        pixels = place.to_device(batch.pixels, channels_last=config.channels_last)
        with place.autocast(config.precision):
            logits: Tensor = functional_call(classifier, named, (pixels,))[0]
        sums += _sums(logits[:, :n_classes].float(), place.to_device(batch.classes))
    classifier.train(was_training)
    return Validation.of(place.total(sums))


def _sums(logits: Tensor, numbers: Tensor) -> Tensor:
    own = numbers.clamp(min=0)[:, None]
    losses = cross_entropy(logits, numbers, ignore_index=UNKNOWN, reduction="none")
    places = (logits >= logits.gather(1, own)).sum(1)
    return sums_of(losses, places, numbers)


def sums_of(losses: Tensor, places: Tensor, numbers: Tensor) -> Tensor:
    """Return the sums of losses, first places, reciprocal places, and images whose class is known."""
    known = (numbers != UNKNOWN).double()
    columns = (losses.double(), (places == 1).double(), 1 / places.double(), known)
    return torch.stack([(column * known).sum() for column in columns])
