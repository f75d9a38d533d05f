"""What a network is told of its mistakes."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from baselines.chance import Draw, numpy_generator
from baselines.config import TrainingConfig
from baselines.data.batches import UNKNOWN

_AUXILIARY = 0.3  # GoogLeNet's own weight for its auxiliary classifiers


@dataclass(frozen=True)
class Loss:
    """Cross entropy of species and, where the network names them, of organs.

    Attributes
    ----------
    n_classes
        How many of the outputs are species; the rest are organs.
    smoothing
        Share of the target that all classes have in common.
    organ_weight
        Of the organs beside the species.
    """

    n_classes: int
    smoothing: float = 0.0
    organ_weight: float = 0.0

    @classmethod
    def of(cls, config: TrainingConfig, n_classes: int) -> "Loss":
        """Return the loss that a config describes."""
        return cls(n_classes, config.label_smoothing, config.organ_weight)

    def __call__(self, answers: tuple[Tensor, ...], classes: Tensor, organs: Tensor) -> Tensor:
        """Return the loss of an answer, and of those of auxiliary classifiers."""
        main, *auxiliary = (self._of_one(answer, classes, organs) for answer in answers)
        return main + _AUXILIARY * sum(auxiliary) if auxiliary else main

    def _of_one(self, answer: Tensor, classes: Tensor, organs: Tensor) -> Tensor:
        loss = self._mean(answer[:, : self.n_classes], classes)
        if answer.shape[1] > self.n_classes:
            loss = loss + self.organ_weight * self._mean(answer[:, self.n_classes :], organs)
        return loss

    def _mean(self, logits: Tensor, numbers: Tensor) -> Tensor:
        """Return the mean over the images whose class is known, 0 where there are none."""
        total = cross_entropy(
            logits.float() if logits.dtype is torch.bfloat16 else logits,
            numbers,
            ignore_index=UNKNOWN,
            label_smoothing=self.smoothing,
            reduction="sum",
        )
        return total / (numbers != UNKNOWN).sum().clamp(min=1)


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
        """Return the mixed images."""
        return pixels.float().lerp(pixels.flip(0).float(), 1 - self.share)

    def loss(
        self, loss: Loss, answers: tuple[Tensor, ...], classes: Tensor, organs: Tensor
    ) -> Tensor:
        """Return the loss of both images by their shares."""
        own = loss(answers, classes, organs)
        opposite = loss(answers, classes.flip(0), organs.flip(0))
        return own.lerp(opposite, 1 - self.share)
