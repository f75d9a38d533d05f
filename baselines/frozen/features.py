"""Features of images, made once and kept: they are nearly all the cost of a frozen network."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from baselines.chance import Draw, torch_generator
from baselines.data.images import Unreadable, read_image
from baselines.data.views import Shown, View
from baselines.frozen.kept import Kept, digest_of
from baselines.networks.classifier import Classifier
from baselines.place import Place
from baselines.stopping import unbroken
from baselines.training.progress import Progress

BATCH = 32


def in_whole_batches(compute: Callable[[Tensor], Tensor], rows: Tensor) -> Tensor:
    """Compute rows 32 at a time, the last ones filled up with zeros.

    How many there are in a batch changes the last digits of each: so what is made of an image or a
    window does not depend on what else is asked, or on where a program was interrupted.
    """
    return torch.cat([_filled_up(compute, part) for part in torch.split(rows, BATCH)])


def _filled_up(compute: Callable[[Tensor], Tensor], rows: Tensor) -> Tensor:
    whole = rows.new_zeros(BATCH, *rows.shape[1:])
    whole[: len(rows)] = rows
    return compute(whole)[: len(rows)]


@dataclass(frozen=True)
class Body:
    """A network without its last layer, on its device.

    Attributes
    ----------
    classifier
        Answers with features.
    digest
        Of its weights: features of others are never taken for its own.
    n_features
        How many numbers it answers with.
    """

    classifier: Classifier
    digest: str
    n_features: int
    place: Place

    @torch.inference_mode()
    def features(self, pixels: Tensor) -> Tensor:
        """Return ``(images, features)`` of ``(images, 3, size, size)`` bytes, on the CPU."""
        return in_whole_batches(self._features, pixels)

    def _features(self, pixels: Tensor) -> Tensor:
        answers = self.classifier(self.place.to_device(pixels, channels_last=True))
        features: Tensor = answers[0].flatten(1).float().cpu()
        return features


@dataclass(frozen=True)
class Features:
    """What a network sees in images.

    Attributes
    ----------
    rows
        ``(images, views, features)``; zeros where a file cannot be read.
    broken
        Which files cannot be.
    """

    rows: Tensor
    broken: tuple[Path, ...]


def features_of(
    paths: Sequence[Path],
    body: Body,
    size: int,
    views: Sequence[str],
    cache: Path,
    progress: Progress,
) -> Features:
    """Return the features of image files in some views, as a folder keeps them or made anew.

    Parameters
    ----------
    size
        Side of the square that is cut out of an image.
    views
        Names of `baselines.data.views.FIXED`.
    cache
        The folder. A file in it is of one network, size and view, and knows images by their content.
    """
    digests = [digest_of(path) for path in paths]
    kept = {view: Kept(cache / f"{body.digest[:16]}_{size}_{view}.safetensors") for view in views}
    wanted = {
        digest: path
        for digest, path in zip(digests, paths, strict=True)
        if any(digest not in own.rows for own in kept.values())
    }
    progress.begin("features", len(wanted))
    broken = set[str]()
    try:
        for part in _batched(wanted, Shown(size, tuple(kept)), broken):
            pixels = torch.stack(list(part.values()))
            for own, square in zip(kept.values(), pixels.unbind(1), strict=True):
                own.rows.update(zip(part, body.features(square), strict=True))
            progress.images(len(part))
    finally:
        with unbroken():  # what is made so far is kept, whatever ends it
            for own in kept.values():
                own.write()
    nothing = torch.zeros(body.n_features)
    rows = [torch.stack([own.rows.get(d, nothing) for own in kept.values()]) for d in digests]
    lost = tuple(p for p, d in zip(paths, digests, strict=True) if d in broken)
    return Features(torch.stack(rows), lost)


def _batched(wanted: dict[str, Path], view: View, broken: set[str]) -> Iterator[dict[str, Tensor]]:
    """Yield the views of images that can be read, some at a time."""
    part: dict[str, Tensor] = {}
    nothing_drawn = torch_generator(Draw.ITEM, 0)
    for digest, path in wanted.items():
        try:
            part[digest] = view(read_image(path), nothing_drawn)
        except Unreadable:
            broken.add(digest)
        if len(part) == BATCH:
            yield part
            part = {}
    if part:
        yield part
