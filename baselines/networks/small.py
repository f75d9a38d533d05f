"""A small network of our own: learns from scratch on two cores, and has no batch normalisation.

So an image's answer does not depend on those beside it, and any number of ranks learns the same.
"""

import torch
from torch import Tensor, nn

_WIDTHS = (32, 64, 128, 256)
_GROUP = 16


class SmallCnn(nn.Sequential):
    """Four stages, each a convolution that halves the image and a residual block (He et al. 2016).

    Residuals are what lets it learn within a thousand steps: two plain convolutions a stage, at twice the size,
    cost four times as much and were at half the accuracy by then.
    """

    def __init__(self, n_outputs: int) -> None:
        stages = [
            nn.Sequential(
                _convolution(n_in, n_out, stride=2), nn.ReLU(inplace=True), _Residual(n_out)
            )
            for n_in, n_out in zip((3, *_WIDTHS), _WIDTHS, strict=False)
        ]
        pooled = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2))
        super().__init__(*stages, *pooled, nn.Linear(_WIDTHS[-1], n_outputs))


class _Residual(nn.Module):
    """Two convolutions, added to what comes in; at the beginning they add nothing (Goyal et al. 2017)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        last = nn.GroupNorm(width // _GROUP, width)
        nn.init.zeros_(last.weight)
        between = (nn.ReLU(inplace=True), nn.Conv2d(width, width, 3, padding=1, bias=False))
        self.added = nn.Sequential(_convolution(width, width), *between, last)

    def forward(self, maps: Tensor) -> Tensor:
        return torch.relu(maps + self.added(maps))


def _convolution(n_in: int, n_out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1, bias=False),
        nn.GroupNorm(n_out // _GROUP, n_out),
    )
