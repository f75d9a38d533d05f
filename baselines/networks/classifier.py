"""A network with what it is given and what it answers: pixels in, a number for each class out."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from baselines.networks.table import Colour


class Classifier(nn.Module):
    """Takes pixels from 0 to 255, so that a quarter of the bytes travels to the device.

    Parameters
    ----------
    network
        Answers with a tensor, or while it learns with several: its own answer, and after it those
        of auxiliary classifiers.
    mean, deviation
        What the network wants of its colours.
    """

    scale: Tensor
    shift: Tensor

    def __init__(self, network: nn.Module, mean: Colour, deviation: Colour) -> None:
        super().__init__()
        self.network = network
        self.register_buffer(
            "scale", _of_colours(1 / (255 * d) for d in deviation), persistent=False
        )
        shifts = (-m / d for m, d in zip(mean, deviation, strict=True))
        self.register_buffer("shift", _of_colours(shifts), persistent=False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        """Return the answer, and after it those of auxiliary classifiers while they learn.

        Parameters
        ----------
        pixels
            ``(images, 3, height, width)``, from 0 to 255.
        """
        outputs = self.network(pixels * self.scale + self.shift)
        return (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)


def _of_colours(values: Iterable[float]) -> Tensor:
    return torch.tensor(list(values)).view(1, 3, 1, 1)
