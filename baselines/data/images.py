"""Image files as pixels."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

BROKEN = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)
"""What PIL raises for files that are cut off, empty, or no images."""


def read_image(path: Path) -> Tensor:
    """Return ``(3, height, width)`` bytes, red, green and blue, upright.

    Raises
    ------
    OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError
        When the file is not there, is cut off or is no image.
    """
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        return torch.from_numpy(np.array(upright)).permute(2, 0, 1)
