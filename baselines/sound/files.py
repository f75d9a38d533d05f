"""Sound files: wav, flac, ogg, mp3 and what else libsndfile reads, as one channel at our own rate."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile
import torch
from torch import Tensor
from torch.nn.functional import pad

from baselines.sound.resampling import resampler

BROKEN_SOUND = (OSError, ValueError, soundfile.SoundFileError)
"""What is raised for files that are not there, cut off within a block, or no sound."""

_RIFF = 8  # bytes of a wav file before those that its size counts
_UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF})  # of files that were written while nobody knew it


class Recording:
    """An open sound file at a rate of our own.

    Parameters
    ----------
    file
        Of any rate and number of channels; their mean is heard.
    rate
        In hertz.
    """

    def __init__(self, file: soundfile.SoundFile, rate: int) -> None:
        self._file = file
        self._to_rate = resampler(file.samplerate, rate)
        self.n_samples = self._to_rate.length(file.frames)

    def stretch(self, first: int, n: int) -> Tensor:
        """Return ``(n,)`` samples; before the beginning and after the end there is silence.

        Raises
        ------
        soundfile.SoundFileError, ValueError
            When the file is broken there, or holds what is no number.
        """
        begin, end = self._to_rate.needs(first, n)
        source = self._read(max(0, begin), min(self._file.frames, end))
        before = max(0, -begin)
        source = pad(source, (before, end - begin - before - len(source)))
        return self._to_rate.made(source, first, n)

    def _read(self, begin: int, end: int) -> Tensor:
        if begin >= end:
            return torch.zeros(0)
        self._file.seek(begin)
        frames = self._file.read(end - begin, dtype="float32", always_2d=True)
        if len(frames) < end - begin:
            raise ValueError(f"{self._file.name}: it ends before it says")
        samples = torch.from_numpy(frames).mean(1)
        if not samples.isfinite().all():
            raise ValueError(f"{self._file.name}: there are samples that are no numbers")
        return samples


@contextmanager
def opened(path: Path, rate: int) -> Iterator[Recording]:
    """Give a recording to read stretches of, at a rate in hertz.

    Raises
    ------
    OSError, ValueError, soundfile.SoundFileError
        When it is none.
    """
    with soundfile.SoundFile(path) as file:
        yield Recording(file, rate)


def read_sound(path: Path, rate: int) -> Tensor:
    """Return ``(samples,)``: all of a recording, from -1 to 1.

    Raises
    ------
    OSError, ValueError, soundfile.SoundFileError
        As `opened` and `Recording.stretch`.
    """
    with opened(path, rate) as recording:
        return recording.stretch(0, recording.n_samples)


def seconds_of(path: Path) -> float:
    """Return how long a recording is, as far as its file goes.

    Raises
    ------
    OSError, ValueError, soundfile.SoundFileError
        When it is none.
    """
    with soundfile.SoundFile(path) as file:
        return float(file.frames / file.samplerate)


def is_cut_off(path: Path) -> bool:
    """Return whether a file with sound ends before it says."""
    return _is_short_wav(path) or not _has_end(path)


def _has_end(path: Path) -> bool:
    try:
        with soundfile.SoundFile(path) as file:
            file.seek(file.frames - 1)
            return len(file.read(1)) == 1
    except soundfile.SoundFileError:
        return False


def _is_short_wav(path: Path) -> bool:
    """Return whether a wav file is shorter than it says: libsndfile then says what is there."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return False
    size = int.from_bytes(head[4:8], "little")
    return size not in _UNKNOWN_SIZES and path.stat().st_size < size + _RIFF


def window_starts(n_samples: int, length: int, step: int) -> list[int]:
    """Return where windows begin that cover a sound: some way apart, and a last one at its end.

    A sound that is shorter than a window has one, with silence after it.

    Examples
    --------
    >>> window_starts(60, 50, 5), window_starts(64, 50, 5), window_starts(9, 50, 5)
    ([0, 5, 10], [0, 5, 10, 14], [0])
    """
    last = max(0, n_samples - length)
    starts = list(range(0, last + 1, step))
    return starts if starts[-1] == last else [*starts, last]
