"""What a network is told of its mistakes."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import log_softmax, nll_loss

from baselines.chance import Draw, numpy_generator
from baselines.config import TrainingConfig
from baselines.data.batches import UNKNOWN
from baselines.place import Place

_AUXILIARY = 0.3  # GoogLeNet's own weight for its auxiliary classifiers


@dataclass(frozen=True)
class Mixup:
    """Each image laid over the one that stands opposite in its batch (Zhang and others 2017).

    Attributes
    ----------
    share
        How much of the image itself is seen.
    """

    share: float

    @classmethod
    def drawn(cls, parameter: float, *place: int) -> "Mixup | None":
        """Return one with a share drawn for a step, or none where the parameter is 0."""
        if not parameter:
            return None
        generator: np.random.Generator = numpy_generator(Draw.MIXUP, *place)
        return cls(float(generator.beta(parameter, parameter)))

    def images(self, pixels: Tensor) -> Tensor:
        """Return the mixed images; those that are given stay as they are."""
        own = pixels.to(torch.float32, copy=True)
        return own.lerp_(pixels.flip(0).float(), 1 - self.share)

    def losses(self, own: Tensor, opposite: Tensor) -> Tensor:
        """Return the loss of both images by their shares."""
        return own * self.share + opposite * (1 - self.share)


class LossOfAnswers(Protocol):
    """What a network is told of its answers."""

    def __call__(
        self,
        answers: tuple[Tensor, ...],
        classes: Tensor,
        organs: Tensor,
        mixup: Mixup | None = None,
    ) -> Tensor:
        """Return the loss; the numbers are those of the images before they were mixed."""


@dataclass(frozen=True)
class Loss:
    """Cross entropy of species and, where the network names them, of organs.

    Attributes
    ----------
    n_classes
        How many of the outputs are species; the rest are organs.
    place
        Where it is worked out: a mean is one over the images of all ranks.
    smoothing
        Share of the target that all classes have in common.
    organ_weight
        Of the organs beside the species.
    """

    n_classes: int
    place: Place
    smoothing: float = 0.0
    organ_weight: float = 0.0

    @classmethod
    def of(cls, config: TrainingConfig, n_classes: int, place: Place) -> "Loss":
        """Return the loss that a config describes."""
        return cls(n_classes, place, config.label_smoothing, config.organ_weight)

    def __call__(
        self,
        answers: tuple[Tensor, ...],
        classes: Tensor,
        organs: Tensor,
        mixup: Mixup | None = None,
    ) -> Tensor:
        """Return the loss of an answer, and of those of auxiliary classifiers.

        Parameters
        ----------
        mixup
            How the images were mixed; the numbers are those of the images themselves.
        """
        main, *auxiliary = (self._of_one(answer, classes, organs, mixup) for answer in answers)
        return main + _AUXILIARY * sum(auxiliary) if auxiliary else main

    def _of_one(
        self, answer: Tensor, classes: Tensor, organs: Tensor, mixup: Mixup | None
    ) -> Tensor:
        loss = self._mixed(answer[:, : self.n_classes], classes, mixup)
        if answer.shape[1] > self.n_classes:
            of_organs = self._mixed(answer[:, self.n_classes :], organs, mixup)
            loss = loss + self.organ_weight * of_organs
        return loss

    def _mixed(self, logits: Tensor, numbers: Tensor, mixup: Mixup | None) -> Tensor:
        # The logarithms are taken once, whatever they are compared with.
        logs = log_softmax(logits.float() if logits.dtype is torch.bfloat16 else logits, 1)
        own = self._mean(logs, numbers)
        return mixup.losses(own, self._mean(logs, numbers.flip(0))) if mixup else own

    def _mean(self, logs: Tensor, numbers: Tensor) -> Tensor:
        """Return the mean over the images whose class is known, 0 where there are none."""
        known = numbers != UNKNOWN
        total = nll_loss(logs, numbers, ignore_index=UNKNOWN, reduction="sum")
        if self.smoothing:
            common = -(logs.mean(1) * known).sum()
            total = total * (1 - self.smoothing) + common * self.smoothing
        # Gradients are averaged over ranks, whose images may be known in different numbers.
        n_known = self.place.total(known.sum()).clamp(min=1).to(total.dtype)
        return total * self.place.world / n_known
