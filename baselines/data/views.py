"""How an image is shown to a network: changed by chance while it learns, as it is afterwards."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from baselines.chance import Draws
from baselines.config import AugmentationConfig
from baselines.data.rand_augment import rand_augment, turned
from scoring.nearest import did_you_mean

View = Callable[[Tensor, torch.Generator], Tensor]
"""From ``(3, height, width)`` bytes to squares of them; what it draws comes from the generator."""

_ASPECT = math.log(4 / 3)


@dataclass(frozen=True)
class Changed:
    """A part of an image, mirrored, turned and coloured by chance."""

    size: int
    by: AugmentationConfig

    def __call__(self, image: Tensor, generator: torch.Generator) -> Tensor:
        draws = Draws(generator)
        image = self._part(image, draws)
        if self.by.flip and draws.coin():
            image = image.flip(-1)
        if self.by.flip_vertically and draws.coin():
            image = image.flip(-2)
        if self.by.rotation:
            image = turned(image, draws.between(-self.by.rotation, self.by.rotation))
        image = self._coloured(image, draws)
        return rand_augment(image, draws, self.by.operations, self.by.strength)

    def _part(self, image: Tensor, draws: Draws) -> Tensor:
        height, width = image.shape[-2:]
        area = draws.between(self.by.least_crop, 1) * min(height, width) ** 2
        aspect = math.exp(draws.between(-_ASPECT, _ASPECT)) if self.by.least_crop < 1 else 1.0
        tall = min(height, max(1, round(math.sqrt(area / aspect))))
        wide = min(width, max(1, round(math.sqrt(area * aspect))))
        top = int(draws.between(0, height - tall + 1))
        left = int(draws.between(0, width - wide + 1))
        return _cut(image, top, left, tall, wide, self.size)

    def _coloured(self, image: Tensor, draws: Draws) -> Tensor:
        if self.by.saturation:
            factor = 1 + draws.between(-self.by.saturation, self.by.saturation)
            image = functional.adjust_saturation(image, factor)
        if self.by.lightness:
            factor = 1 + draws.between(-self.by.lightness, self.by.lightness)
            image = functional.adjust_brightness(image, factor)
        return image


def _cut(image: Tensor, top: int, left: int, height: int, width: int, size: int) -> Tensor:
    cut: Tensor = functional.resized_crop(
        image, top, left, height, width, [size, size], antialias=True
    )
    return cut


# ---------------------------------------------------------------- nothing is drawn
@dataclass(frozen=True)
class Part:
    """A square part of an image.

    Attributes
    ----------
    share
        Of the image's shorter side.
    down, across
        Where it lies between the image's edges: 0 at the first, 1 at the other.
    """

    share: float = 1.0
    down: float = 0.5
    across: float = 0.5

    def __call__(self, image: Tensor, size: int) -> Tensor:
        height, width = image.shape[-2:]
        side = max(1, round(self.share * min(height, width)))
        top, left = int(self.down * (height - side)), int(self.across * (width - side))
        return _cut(image, top, left, side, side, size)


@dataclass(frozen=True)
class Whole:
    """All of an image in a square: its shorter side is cut to, and the middle kept."""

    size: int

    def __call__(self, image: Tensor, _: torch.Generator) -> Tensor:
        return Part()(image, self.size)


@dataclass(frozen=True)
class Fixed:
    """A part of an image, turned.

    Attributes
    ----------
    part
        Which.
    turn
        What becomes of its square.
    """

    part: Part
    turn: Callable[[Tensor], Tensor]


_SHARE = 7 / 8  # as 224 of 256 pixels
_PARTS = {
    "whole": Part(),
    "centre": Part(_SHARE),
    "top_left": Part(_SHARE, 0, 0),
    "top_right": Part(_SHARE, 0, 1),
    "bottom_left": Part(_SHARE, 1, 0),
    "bottom_right": Part(_SHARE, 1, 1),
}
_TURNS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "": lambda square: square,
    "mirrored": lambda square: square.flip(-1),
    "upside_down": lambda square: square.flip(-2),
    "turned": lambda square: square.rot90(1, (-2, -1)),
    "turned_twice": lambda square: square.rot90(2, (-2, -1)),
    "turned_thrice": lambda square: square.rot90(3, (-2, -1)),
}


def _name(part: str, turn: str) -> str:
    return turn if part == "whole" and turn else "_".join(filter(None, (part, turn)))


FIXED: Mapping[str, Fixed] = {
    _name(part, turn): Fixed(_PARTS[part], _TURNS[turn]) for part in _PARTS for turn in _TURNS
}
"""Views in which nothing is drawn: six parts of an image in six turns, ``whole``, ``mirrored``,
``turned`` ..., ``centre``, ``top_left``, ``top_left_mirrored`` ... Parts other than the whole have
seven eighths of its side."""


class UnknownView(ValueError):
    """A name that is none of `FIXED`."""


@dataclass(frozen=True)
class Shown:
    """An image in several views, ``(views, 3, size, size)``.

    Parameters
    ----------
    size
        Of their squares.
    names
        Of `FIXED`.

    Raises
    ------
    UnknownView
        When it is made with another name.
    """

    size: int
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.names:
            if name not in FIXED:
                hint = did_you_mean(name, FIXED) or f"; there are {', '.join(FIXED)}"
                raise UnknownView(f"there is no view {name!r}{hint}")

    def __call__(self, image: Tensor, _: torch.Generator) -> Tensor:
        views = [FIXED[name] for name in self.names]
        # Each part is cut once, however often it is turned.
        squares = {p: p(image, self.size) for p in dict.fromkeys(view.part for view in views)}
        return torch.stack([view.turn(squares[view.part]) for view in views])
