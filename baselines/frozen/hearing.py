"""Features of recordings, a row for each window, made once and kept like those of images."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from baselines.config import SoundConfig
from baselines.data.recordings import starts_of
from baselines.frozen.features import BATCH, Body, in_whole_batches
from baselines.frozen.kept import Kept, digest_of
from baselines.sound.files import BROKEN_SOUND, opened
from baselines.sound.spectrograms import spectrograms, unchanged
from baselines.stopping import unbroken
from baselines.training.progress import Progress


@dataclass(frozen=True)
class Heard:
    """What a network hears in recordings.

    Attributes
    ----------
    rows
        ``(windows, features)`` of each recording, as far as it can be read.
    broken
        Of which recordings nothing can be.
    """

    rows: tuple[Tensor, ...]
    broken: tuple[Path, ...]


def features_of_recordings(
    paths: Sequence[Path], body: Body, sound: SoundConfig, cache: Path, progress: Progress
) -> Heard:
    """Return the features of the windows of recordings, as a folder keeps them or made anew.

    Parameters
    ----------
    cache
        The folder. A file in it is of one network that hears in one way, and knows a window by the
        content of its recording and by where it begins.
    """
    kept = Kept(cache / f"{body.digest[:16]}_{_digest(sound)}.safetensors")
    windows = _Windows(sound, kept)
    progress.begin("features", len(paths))
    wanted = windows.wanted(paths, progress)
    device = body.place.device
    try:
        while part := list(islice(wanted, BATCH)):
            waves = torch.stack([wave for _, wave in part]).to(device)
            rows = body.features(pictures_of(waves, sound))
            kept.rows.update(zip((key for key, _ in part), rows, strict=True))
    finally:
        with unbroken():  # what is made so far is kept, whatever ends it
            kept.write()
    nothing = torch.zeros(0, body.n_features)
    rows_of = (windows.keys[path] for path in paths)
    return Heard(
        tuple(torch.stack([kept.rows[k] for k in keys]) if keys else nothing for keys in rows_of),
        tuple(path for path in paths if not windows.keys[path]),
    )


def pictures_of(waves: Tensor, sound: SoundConfig) -> Tensor:
    """Return the pictures of ``(windows, samples)``, each the same whatever others are beside it."""
    return in_whole_batches(
        lambda own: spectrograms(own, sound, unchanged(1).on(own.device)), waves
    )


class _Windows:
    """The windows of recordings by the keys that their features are kept under.

    Attributes
    ----------
    keys
        Of each recording, as far as it can be read.
    """

    def __init__(self, sound: SoundConfig, kept: Kept) -> None:
        self._sound, self._kept = sound, kept
        self.keys: dict[Path, list[str]] = {}

    def wanted(self, paths: Sequence[Path], progress: Progress) -> Iterator[tuple[str, Tensor]]:
        """Yield the windows whose features are not kept, each with its key."""
        for path in paths:
            with suppress(*BROKEN_SOUND):
                yield from self._of(path)
            progress.images(1)

    def _of(self, path: Path) -> Iterator[tuple[str, Tensor]]:
        digest = digest_of(path)
        keys: list[str] = []
        self.keys[path] = keys
        with opened(path, self._sound.rate) as recording:
            for start in starts_of(recording, self._sound):
                key = _key(digest, start)
                if key not in self._kept.rows:
                    yield key, recording.stretch(start, self._sound.length)
                keys.append(key)


def _key(digest: str, start: int) -> str:
    return hashlib.sha256(f"{digest} {start}".encode()).hexdigest()


def _digest(sound: SoundConfig) -> str:
    """Return what features have in their name that were heard in the same way."""
    heard = asdict(sound.unchanged) | {"step": None}  # where windows begin is in their keys
    return hashlib.sha256(json.dumps(heard, sort_keys=True).encode()).hexdigest()[:16]
