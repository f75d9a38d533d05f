"""How sound is changed each time it is learnt from; whatever is drawn comes from a generator."""

import torch
from torch import Tensor

from baselines.chance import Draws
from baselines.config import SoundAugmentationConfig
from baselines.sound.spectrograms import Changes

_HALF = 1024  # samples of half a piece of noise: a twentieth of a second
_QUIET = 4  # of so many pieces one is among the quiet
_LEAST_OWN = 0.5  # how much of a mixture the sound itself has at least
_DECIBELS = (3.0, 30.0)  # by how much it is louder than the noise under it


def happens(share: float, draws: Draws) -> bool:
    """Return whether something happens that is wanted so often; what is not wanted draws nothing."""
    return share > 0 and draws.between(0, 1) < share


def mixed(sound: Tensor, other: Tensor, draws: Draws) -> Tensor:
    """Return a sound with another laid over it that is as loud as itself, or less."""
    share = draws.between(_LEAST_OWN, 1)
    return share * sound + (1 - share) * _as_loud_as(sound, other)


def noisy(sound: Tensor, noise: Tensor, draws: Draws) -> Tensor:
    """Return a sound with noise under it."""
    decibels = draws.between(*_DECIBELS)
    return sound + 10 ** (-decibels / 20) * _as_loud_as(sound, noise)


def quiet_noise(sound: Tensor, n: int, draws: Draws) -> Tensor:
    """Return n samples of what is heard in the quiet parts of a sound, where nobody sings.

    The quietest quarter of its pieces is put together again in an order drawn, each faded into the
    next.

    Parameters
    ----------
    sound
        ``(samples,)``.
    """
    half = min(_HALF, len(sound) // 2)
    pieces = sound.unfold(0, 2 * half, half)
    pieces = pieces[pieces.any(1)]  # where nothing at all is heard there is no noise to take
    if not len(pieces):
        return torch.zeros(n)
    quiet = pieces.square().mean(1).argsort()[: max(1, len(pieces) // _QUIET)]
    drawn = [draws.below(len(quiet)) for _ in range(n // half + 2)]
    faded = pieces[quiet[drawn]] * torch.hann_window(2 * half)  # two that overlap add up to one
    rising, falling = faded[:, :half], faded[:, half:]
    return (falling[:-1] + rising[1:]).flatten()[:n]


def drawn_changes(by: SoundAugmentationConfig, draws: Draws) -> Changes:
    """Return how the spectrogram of one sound is changed, without a row for each sound."""
    semitones = draws.between(-by.pitch, by.pitch) if by.pitch else 0.0
    return Changes(
        torch.tensor(2 ** (semitones / 12)),
        _masks(by.masks, by.widest_mask, draws),
        _masks(by.masks, by.longest_mask, draws),
    )


def _masks(n: int, longest: float, draws: Draws) -> Tensor:
    lengths = [draws.between(0, longest) for _ in range(n)]
    begins = [draws.between(0, 1 - length) for length in lengths]
    return torch.tensor(
        [(begin, begin + length) for begin, length in zip(begins, lengths, strict=True)]
    ).view(n, 2)


def _as_loud_as(sound: Tensor, other: Tensor) -> Tensor:
    """Return the other at the mean power of a sound; silence stays silent."""
    power = other.square().mean()
    return other * (sound.square().mean() / power).sqrt() if power else other
