"""Sound as pictures: log-mel spectrograms, made on the device, many at a time."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from baselines.config import SoundConfig
from baselines.sound.mel import mel_filters

_SILENCE = 1e-12  # of a band's power, full scale being near 1e3: a window below it all is black
_LEAST = 1e-30


class Changes(NamedTuple):
    """How spectrograms are changed while a network learns; each has a row for each sound.

    Attributes
    ----------
    pitch
        ``(sounds,)``: by how much frequencies are raised, 1 for not at all.
    bands, times
        ``(sounds, masks, 2)``: from where to where nothing is heard, as shares of all bands and of
        the whole time.
    """

    pitch: Tensor
    bands: Tensor
    times: Tensor

    def on(self, device: torch.device) -> "Changes":
        """Return them on a device."""
        return Changes(*(own.to(device, non_blocking=True) for own in self))


def unchanged(n: int) -> Changes:
    """Return the changes of n sounds that stay as they are."""
    nothing = torch.zeros(n, 0, 2)
    return Changes(torch.ones(n), nothing, nothing)


@torch.no_grad()
def spectrograms(waves: Tensor, sound: SoundConfig, changes: Changes) -> Tensor:
    """Return ``(sounds, 3, height, width)`` bytes, where the waves are: time goes to the right.

    The loudest place of a window is white, and what is quieter by the decibels of the config, or
    more, is black. The three colours are equal: so the first layer of a network that has seen
    photographs keeps what it knows, and one that begins anew is no worse off. The lowest band is the
    last row, as spectrograms are drawn.

    Parameters
    ----------
    waves
        ``(sounds, samples)``, from -1 to 1.
    """
    heard = mel_power(waves, sound, changes.pitch)
    image = _scaled(heard, sound.decibels)
    _silence(image, changes.bands, dimension=1)
    _silence(image, changes.times, dimension=2)
    size = (sound.height, sound.width)
    image = interpolate(image[:, None], size, mode="bilinear", antialias=True)
    grey = (image.flip(2) * 255).round().clamp(0, 255).to(torch.uint8)
    return grey.repeat(1, 3, 1, 1)


def mel_power(waves: Tensor, sound: SoundConfig, pitch: Tensor) -> Tensor:
    """Return ``(sounds, bands, frames)``: the power of each band over time.

    A pitch is shifted here, where the frequencies of a spectrum are gathered into bands: how long
    a sound takes stays as it is, which it would not if its samples were read at another rate.
    """
    window = torch.hann_window(sound.fft, device=waves.device)
    spectrum = torch.stft(waves, sound.fft, sound.hop, window=window, return_complex=True)
    n = spectrum.shape[1]
    frequencies = torch.linspace(0, sound.rate / 2, n, device=waves.device)
    filters = mel_filters(frequencies, sound.bands, sound.lowest, sound.highest, pitch)
    return filters @ spectrum.abs().square()


def _scaled(power: Tensor, decibels: float) -> Tensor:
    """Return powers from 0 to 1 by their logarithm, 1 being the highest of each sound."""
    highest = power.amax((1, 2), keepdim=True).clamp(min=_SILENCE)
    below = 10 * (power.clamp(min=_LEAST) / highest).log10()
    return (1 + below / decibels).clamp(min=0)


def _silence(image: Tensor, masks: Tensor, dimension: int) -> None:
    """Hear nothing from where to where masks say (SpecAugment: Park and others 2019)."""
    n = image.shape[dimension]
    places = (torch.arange(n, device=image.device) + 0.5) / n
    begin, end = masks[..., :1], masks[..., 1:]
    hidden = ((places >= begin) & (places < end)).any(1)
    image.masked_fill_(hidden.unsqueeze(3 - dimension), 0)
