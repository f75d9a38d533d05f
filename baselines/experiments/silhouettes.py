"""The control of the leaves: each leaf under a grey silhouette, so that outline and background are left.

The species were photographed in few sessions, and light and paper tell which. What a network reaches
on these pictures, it does not know from leaves.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import max_pool2d

from baselines.data.images import Unreadable, read_image
from baselines.training.progress import Progress

_GREY = 128
_GROWN = 0.03  # of the longer side: more than the blur at the edge of a leaf


def threshold(values: Tensor) -> int:
    """Return the number that parts bytes into two kinds most unlike each other (Otsu 1979).

    Examples
    --------
    >>> threshold(torch.tensor([1, 2, 2, 3, 90, 91, 95], dtype=torch.uint8))
    3
    """
    counts = values.flatten().long().bincount(minlength=256).double()
    below, sums = counts.cumsum(0), (counts * torch.arange(256)).cumsum(0)
    n, total = below[-1], sums[-1]
    between = (total * below / n - sums).square() / (below * (n - below))
    return int(between.nan_to_num(0.0, 0.0, 0.0).argmax())


def leaf_of(image: Tensor) -> Tensor:
    """Return where the leaf is, and a margin around it.

    The leaf is what has the more saturated colour. What lies between parts of it from left to right and
    from top to bottom belongs to it: a leaf that shines is as pale as paper.

    Parameters
    ----------
    image
        ``(3, height, width)`` bytes.

    Returns
    -------
    Tensor
        ``(height, width)``, whether a pixel is the leaf's.
    """
    most, least = image.amax(0).int(), image.amin(0).int()
    saturation = ((most - least) * 255 // most.clamp(min=1)).byte()
    leaf = _opened(saturation > threshold(saturation))
    margin = round(_GROWN * max(image.shape[-2:]))
    return _grown(_between(leaf, 1) & _between(leaf, 0) | leaf, margin)


def covered(image: Tensor) -> Tensor:
    """Return a picture with its leaf in one grey."""
    return torch.where(leaf_of(image), _GREY, image)


def cover_all(names: Iterable[str], pictures: Path, cache: Path, progress: Progress) -> Path:
    """Return the folder of covered pictures, made anew where they are not there yet.

    Parameters
    ----------
    names
        Of the pictures, inside their folder; one that cannot be read is left out.
    cache
        Where folders of covered pictures are kept, one for each state of this file.
    """
    folder = cache / f"covered-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]}"
    wanted = [name for name in dict.fromkeys(names) if not (folder / name).is_file()]
    progress.begin("silhouettes", len(wanted))
    for name in wanted:
        try:
            _write(folder / name, covered(read_image(pictures / name)))
        except Unreadable:
            progress.say(f"{name} cannot be read, so it is not covered")
        progress.images(1)
    return folder


def _write(path: Path, image: Tensor) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".covered-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(part, quality=95, subsampling=0)
        part.replace(path)


def _grown(mask: Tensor, by: int) -> Tensor:
    """Return a mask that reaches so many pixels further, to all sides."""
    side = 2 * by + 1
    tall = max_pool2d(mask[None].float(), (side, 1), 1, (by, 0))  # one after the other is faster
    grown: Tensor = max_pool2d(tall, (1, side), 1, (0, by))[0] > 0
    return grown


def _opened(mask: Tensor) -> Tensor:
    """Return a mask without specks: the noise of paper is no leaf."""
    return _grown(~_grown(~mask, 1), 1)


def _between(mask: Tensor, axis: int) -> Tensor:
    """Return what has a part of a mask on both sides."""
    after = mask.flip(axis).cumsum(axis).flip(axis) > 0
    return (mask.cumsum(axis) > 0) & after
