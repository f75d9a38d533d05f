"""Features of recordings, a row for each window, made once and kept like those of images."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from baselines.config import SoundConfig
from baselines.data.recordings import starts_of
from baselines.frozen.features import Body
from baselines.frozen.kept import Kept, digest_of
from baselines.sound.files import BROKEN_SOUND, opened
from baselines.sound.spectrograms import spectrograms, unchanged
from baselines.training.progress import Progress

_BATCH = 32


@dataclass(frozen=True)
class Heard:
    """What a network hears in recordings.

    Attributes
    ----------
    rows
        ``(windows, features)`` of each recording; no windows where it cannot be read.
    broken
        Which recordings cannot be.
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
    while part := list(islice(wanted, _BATCH)):
        waves = torch.stack([wave for _, wave in part]).to(device)
        rows = body.features(spectrograms(waves, sound, unchanged(1).on(device)))
        kept.rows.update(zip((key for key, _ in part), rows, strict=True))
    kept.write()
    nothing = torch.zeros(0, body.n_features)
    rows_of = (windows.keys.get(path, []) for path in paths)
    return Heard(
        tuple(torch.stack([kept.rows[k] for k in keys]) if keys else nothing for keys in rows_of),
        tuple(path for path in paths if path not in windows.keys),
    )


class _Windows:
    """The windows of recordings by the keys that their features are kept under.

    Attributes
    ----------
    keys
        Of each recording that can be read.
    """

    def __init__(self, sound: SoundConfig, kept: Kept) -> None:
        self._sound, self._kept = sound, kept
        self.keys: dict[Path, list[str]] = {}

    def wanted(self, paths: Sequence[Path], progress: Progress) -> Iterator[tuple[str, Tensor]]:
        """Yield the windows whose features are not kept, each with its key."""
        for path in paths:
            try:
                yield from self._of(path)
            except BROKEN_SOUND:
                self.keys.pop(path, None)
            progress.images(1)

    def _of(self, path: Path) -> Iterator[tuple[str, Tensor]]:
        digest = digest_of(path)
        with opened(path, self._sound.rate) as recording:
            starts = starts_of(recording, self._sound)
            self.keys[path] = [_key(digest, start) for start in starts]
            for key, start in zip(self.keys[path], starts, strict=True):
                if key not in self._kept.rows:
                    yield key, recording.stretch(start, self._sound.length)


def _key(digest: str, start: int) -> str:
    return hashlib.sha256(f"{digest} {start}".encode()).hexdigest()


def _digest(sound: SoundConfig) -> str:
    """Return what features have in their name that were heard in the same way."""
    heard = asdict(sound.unchanged) | {"step": None}  # where windows begin is in their keys
    return hashlib.sha256(json.dumps(heard, sort_keys=True).encode()).hexdigest()[:16]
