"""Photographs that nobody took, as files, and what reads them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from baselines.config import AugmentationConfig
from baselines.data.batches import Batch, Images, Shuffled, loader
from baselines.data.images import read_image
from baselines.data.items import Item, Vocabulary
from baselines.data.views import Changed, View, Whole
from baselines.place import Place

AUGMENTATION = AugmentationConfig(saturation=0.2, lightness=0.2)


def write_photographs(folder: Path, n: int, width: int, height: int) -> list[Item]:
    """Write JPEG files with shapes of all sizes, as photographs have them."""
    random = np.random.Generator(np.random.PCG64(1))
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for number in range(n):
        coarse = random.integers(0, 256, (height // 16, width // 16, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        grain = random.integers(-12, 13, (height, width, 3))
        pixels = np.clip(np.asarray(image).astype(np.int64) + grain, 0, 255).astype(np.uint8)
        path = folder / f"{number}.jpg"
        Image.fromarray(pixels).save(path, quality=85)
        items.append(Item(path, str(number), str(number), f"class {number % 10}"))
    return items


def decoding(items: list[Item]) -> Callable[[], None]:
    """Return plain decoding of every file."""

    def decode() -> None:
        for item in items:
            read_image(item.path)

    return decode


def viewing(
    items: list[Item], view: View, batch: int, workers: int, place: Place
) -> Callable[[], None]:
    """Return an epoch of the loader, to memory and no further."""
    images = Images(items, Vocabulary.of(i.class_id for i in items), Vocabulary(()), view, 224)
    order = Shuffled(len(items), batch, place, seed=1)
    batches = loader(images, order, workers, place)

    def read() -> None:
        for _ in batches:
            pass

    return read


def endless(items: list[Item], batch: int, workers: int, place: Place) -> Iterator[Batch]:
    """Yield augmented batches, epoch after epoch."""
    view = Changed(224, AUGMENTATION)
    images = Images(items, Vocabulary.of(i.class_id for i in items), Vocabulary(()), view, 224)
    order = Shuffled(len(items), batch, place, seed=1)
    batches = loader(images, order, workers, place)
    epoch = 0
    while True:
        order.begin(epoch)
        yield from batches
        epoch += 1


VIEWS: dict[str, View] = {
    "whole, 224 px": Whole(224),
    "augmented, 224 px": Changed(224, AUGMENTATION),
}
