"""Image files as pixels."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

_WIDE = ("I;16", "I;16B", "I;16L", "I")  # greys of two bytes, which PIL only cuts down to one


class Unreadable(ValueError):
    """A file that is not there, is cut off or is no image."""


def read_image(path: Path) -> Tensor:
    """Return ``(3, height, width)`` bytes, red, green and blue, upright.

    Raises
    ------
    Unreadable
        Whatever is wrong with the file.
    """
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode in _WIDE:
                upright = Image.fromarray((np.asarray(upright) >> 8).clip(0, 255).astype(np.uint8))
            return torch.from_numpy(np.array(upright.convert("RGB"))).permute(2, 0, 1)
    except Exception as error:  # what comes of a broken file is any decoder's own affair
        raise Unreadable(f"{path}: {type(error).__name__}: {error}") from error
