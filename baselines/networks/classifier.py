"""A network with what it is given and what it answers: pixels in, a number for each class out."""

from collections.abc import Iterable
from typing import Self

import torch
from torch import Tensor, nn

from baselines.config_file import InvalidConfig
from baselines.networks.table import Colour
from scoring.nearest import did_you_mean

_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.SyncBatchNorm)


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
        self._keeps_statistics = False
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

    @torch.inference_mode()
    def must_see(self, height: int, width: int) -> None:
        """Refuse pictures that are too small for the network, or of a size that it does not take.

        Raises
        ------
        InvalidConfig
            When it cannot answer one of so many pixels.
        """
        was_training = self.training
        self.eval()
        try:
            self(torch.zeros(1, 3, height, width, device=self.scale.device))
        except (RuntimeError, AssertionError) as error:
            raise InvalidConfig(
                [f"the network takes no pictures of {height} × {width} pixels: {error}"]
            ) from error
        self.train(was_training)

    def learn_from(self, part: str) -> None:
        """Let only a part of the network learn, and what stands after it; the statistics of batch norms stay.

        Parameters
        ----------
        part
            Its name in the network, e.g. ``blocks.5``; parts stand in the order of their definition,
            which in all networks of the table is that of their use.

        Raises
        ------
        InvalidConfig
            When the network has no such part, or nothing in it learns.
        """
        weights = list(self.network.named_parameters())
        inside = [place for place, (name, _) in enumerate(weights) if name.startswith(f"{part}.")]
        if not inside:
            names = [
                name
                for name, module in self.network.named_modules()
                if name and next(module.parameters(), None) is not None
            ]
            hint = did_you_mean(part, names) or f"; it begins with {', '.join(names[:3])}"
            raise InvalidConfig(
                [f"training.learn_from: the network has no part {part!r} that learns{hint}"]
            )
        for _, weight in weights[: inside[0]]:
            weight.requires_grad_(False)
        self._keeps_statistics = True
        self.train(self.training)

    def train(self, mode: bool = True) -> Self:
        """Learn, or only answer."""
        super().train(mode)
        if self._keeps_statistics:
            for module in self.network.modules():
                if isinstance(module, _BATCH_NORMS):
                    module.eval()
        return self


def _of_colours(values: Iterable[float]) -> Tensor:
    return torch.tensor(list(values)).view(1, 3, 1, 1)
