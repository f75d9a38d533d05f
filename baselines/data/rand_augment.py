"""RandAugment (Cubuk and others 2019): a few operations drawn for each image, all equally strong.

torchvision's own draws from torch's one generator, so what it makes of an image would depend on the
images before it, and on the worker. The operations and how strong they can be are torchvision's.
"""

import math
from collections.abc import Callable, Mapping

from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode, functional

from baselines.chance import Draws

_FARTHEST = 150 / 331
"""The largest shift, as a share of the image's side."""


def rand_augment(image: Tensor, draws: Draws, operations: int, strength: float) -> Tensor:
    """Return an image after some operations.

    Parameters
    ----------
    image
        ``(3, height, width)``, bytes.
    operations
        How many.
    strength
        Of each, from 0 to 1; whether it makes more or less of something is drawn.
    """
    for _ in range(operations):
        operation = _OPERATIONS[_NAMES[draws.below(len(_NAMES))]]
        image = operation(image, strength, -1 if draws.coin() else 1)
    return image


def _moved(
    image: Tensor,
    *,
    across: float = 0.0,
    down: float = 0.0,
    shear: tuple[float, float] = (0.0, 0.0),
) -> Tensor:
    moved: Tensor = functional.affine(
        image,
        angle=0.0,
        translate=[int(across * image.shape[-1]), int(down * image.shape[-2])],
        scale=1.0,
        shear=[math.degrees(math.atan(part)) for part in shear],
        interpolation=InterpolationMode.BILINEAR,
        fill=mean_colour(image),
        center=[0, 0],
    )
    return moved


def turned(image: Tensor, angle: float) -> Tensor:
    """Return an image turned about its middle by some degrees."""
    by_angle: Tensor = functional.rotate(
        image, angle, InterpolationMode.BILINEAR, fill=mean_colour(image)
    )
    return by_angle


def mean_colour(image: Tensor) -> list[float]:
    """Return what comes in at the edges of a moved image: its own mean colour, not black."""
    colour: list[float] = image.float().mean((1, 2)).tolist()
    return colour


def _factor(strength: float, sign: int) -> float:
    return 1 + sign * 0.9 * strength


_OPERATIONS: Mapping[str, Callable[[Tensor, float, int], Tensor]] = {
    "identity": lambda image, s, sign: image,
    "shear_across": lambda image, s, sign: _moved(image, shear=(sign * 0.3 * s, 0)),
    "shear_down": lambda image, s, sign: _moved(image, shear=(0, sign * 0.3 * s)),
    "shift_across": lambda image, s, sign: _moved(image, across=sign * _FARTHEST * s),
    "shift_down": lambda image, s, sign: _moved(image, down=sign * _FARTHEST * s),
    "turn": lambda image, s, sign: turned(image, sign * 30 * s),
    "lightness": lambda image, s, sign: functional.adjust_brightness(image, _factor(s, sign)),
    "saturation": lambda image, s, sign: functional.adjust_saturation(image, _factor(s, sign)),
    "contrast": lambda image, s, sign: functional.adjust_contrast(image, _factor(s, sign)),
    "sharpness": lambda image, s, sign: functional.adjust_sharpness(image, _factor(s, sign)),
    "posterize": lambda image, s, sign: functional.posterize(image, 8 - round(4 * s)),
    "solarize": lambda image, s, sign: functional.solarize(image, 255 * (1 - s)),
    "autocontrast": lambda image, s, sign: functional.autocontrast(image),
    "equalize": lambda image, s, sign: functional.equalize(image),
}
_NAMES = tuple(_OPERATIONS)
