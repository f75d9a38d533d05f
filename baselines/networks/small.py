"""A small network of our own: learns from scratch on two cores, and has no batch normalisation.

So an image's answer does not depend on those beside it, and any number of ranks learns the same.
"""

from torch import nn

_WIDTHS = (32, 64, 128, 256)
_GROUP = 16


class SmallCnn(nn.Sequential):
    """Four stages of two convolutions; after each the image is half as large."""

    def __init__(self, n_outputs: int) -> None:
        stages = [
            nn.Sequential(_convolution(n_in, n_out), _convolution(n_out, n_out), nn.MaxPool2d(2))
            for n_in, n_out in zip((3, *_WIDTHS), _WIDTHS, strict=False)
        ]
        pooled = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2))
        super().__init__(*stages, *pooled, nn.Linear(_WIDTHS[-1], n_outputs))


def _convolution(n_in: int, n_out: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, padding=1, bias=False),
        nn.GroupNorm(n_out // _GROUP, n_out),
        nn.ReLU(inplace=True),
    )
