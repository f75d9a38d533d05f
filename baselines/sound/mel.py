"""The mel scale as Slaney's Auditory Toolbox has it, and the filters that gather frequencies by it.

Straight below 1,000 Hz and logarithmic above (Malcolm Slaney, *Auditory Toolbox*, Apple TR 45, 1993);
librosa's ``filters.mel`` gives the same numbers.
"""

import math

import torch
from torch import Tensor

_STRAIGHT = 200 / 3  # hertz of a mel
_BEND = 1000.0  # hertz
_BEND_MEL = _BEND / _STRAIGHT
_LOG_STEP = math.log(6.4) / 27


def mel_of(hertz: float) -> float:
    """Return the mel of a frequency.

    Examples
    --------
    >>> round(mel_of(500.0), 6), round(mel_of(6400.0), 6)
    (7.5, 42.0)
    """
    if hertz < _BEND:
        return hertz / _STRAIGHT
    return _BEND_MEL + math.log(hertz / _BEND) / _LOG_STEP


def hertz_of(mels: Tensor) -> Tensor:
    """Return the frequencies of mels, in hertz."""
    bent = _BEND * ((mels - _BEND_MEL) * _LOG_STEP).exp()
    return torch.where(mels < _BEND_MEL, mels * _STRAIGHT, bent)


def mel_filters(
    frequencies: Tensor, n_bands: int, lowest: float, highest: float, pitch: Tensor
) -> Tensor:
    """Return ``(sounds, bands, frequencies)``: triangles of equal area, as wide as the mel says.

    Parameters
    ----------
    frequencies
        ``(frequencies,)`` of a spectrum, in hertz.
    lowest, highest
        Where the first triangle begins and the last one ends, in hertz.
    pitch
        ``(sounds,)``: by how much all frequencies of a sound are raised before they are gathered,
        1 for as they are; what then lies above the highest is lost.
    """
    mels = torch.linspace(mel_of(lowest), mel_of(highest), n_bands + 2, dtype=torch.float64)
    edges = hertz_of(mels).to(frequencies)[:, None]
    begin, top, end = edges[:-2], edges[1:-1], edges[2:]
    raised = frequencies * pitch[:, None, None]
    rising = (raised - begin) / (top - begin)
    falling = (end - raised) / (end - top)
    return torch.minimum(rising, falling).clamp(min=0) * (2 / (end - begin))
