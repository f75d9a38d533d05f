"""How an image is shown to a network: changed by chance while it learns, as it is afterwards."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode, functional

from baselines.config import AugmentationConfig

View = Callable[[Tensor, torch.Generator], Tensor]
"""From ``(3, height, width)`` bytes to a square of them; what it draws comes from the generator."""

_ASPECT = math.log(4 / 3)


@dataclass(frozen=True)
class Whole:
    """All of an image in a square: its shorter side is cut to, and the middle kept."""

    size: int

    def __call__(self, image: Tensor, _: torch.Generator) -> Tensor:
        height, width = image.shape[-2:]
        side = min(height, width)
        return _cut(image, (height - side) // 2, (width - side) // 2, side, side, self.size)


@dataclass(frozen=True)
class Changed:
    """A part of an image, mirrored, turned and coloured by chance."""

    size: int
    by: AugmentationConfig

    def __call__(self, image: Tensor, generator: torch.Generator) -> Tensor:
        draw = _Draws(generator)
        image = self._part(image, draw)
        if self.by.flip and draw.coin():
            image = image.flip(-1)
        if self.by.flip_vertically and draw.coin():
            image = image.flip(-2)
        if self.by.rotation:
            image = self._turned(image, draw)
        return self._coloured(image, draw)

    def _part(self, image: Tensor, draw: "_Draws") -> Tensor:
        height, width = image.shape[-2:]
        area = draw.between(self.by.least_crop, 1) * height * width
        aspect = math.exp(draw.between(-_ASPECT, _ASPECT)) if self.by.least_crop < 1 else 1.0
        tall = min(height, max(1, round(math.sqrt(area / aspect))))
        wide = min(width, max(1, round(math.sqrt(area * aspect))))
        top = int(draw.between(0, height - tall + 1))
        left = int(draw.between(0, width - wide + 1))
        return _cut(image, top, left, tall, wide, self.size)

    def _turned(self, image: Tensor, draw: "_Draws") -> Tensor:
        angle = draw.between(-self.by.rotation, self.by.rotation)
        # What comes in at the corners has the image's own mean colour, not black.
        fill = image.float().mean((1, 2)).tolist()
        turned: Tensor = functional.rotate(image, angle, InterpolationMode.BILINEAR, fill=fill)
        return turned

    def _coloured(self, image: Tensor, draw: "_Draws") -> Tensor:
        if self.by.saturation:
            factor = 1 + draw.between(-self.by.saturation, self.by.saturation)
            image = functional.adjust_saturation(image, factor)
        if self.by.lightness:
            factor = 1 + draw.between(-self.by.lightness, self.by.lightness)
            image = functional.adjust_brightness(image, factor)
        return image


class _Draws:
    def __init__(self, generator: torch.Generator) -> None:
        self._generator = generator

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=self._generator))

    def coin(self) -> bool:
        return self.between(0, 1) < 0.5


def _cut(image: Tensor, top: int, left: int, height: int, width: int, size: int) -> Tensor:
    cut: Tensor = functional.resized_crop(
        image, top, left, height, width, [size, size], antialias=True
    )
    return cut


FIXED: Mapping[str, Callable[[Tensor], Tensor]] = {
    "whole": lambda image: image,
    "mirrored": lambda image: image.flip(-1),
    "upside_down": lambda image: image.flip(-2),
    "turned": lambda image: image.rot90(1, (-2, -1)),
}
"""Views of a square image, or of a batch of them, in which nothing is drawn."""
