"""Sections of a config: how recordings are heard."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from baselines.config.ranges import Amount, Between, Count, Share, Whole


@dataclass(frozen=True)
class SoundAugmentationConfig:
    """How a recording is changed each time it is learnt from.

    Attributes
    ----------
    time_shift
        Whether a window begins anywhere: after the end of its recording comes the beginning.
        Otherwise it is one of those that are answered of.
    pitch
        By how many semitones the pitch is shifted at most, either way; the time stays.
    mix
        How often another recording of the same class is laid over.
    noise
        How often noise is laid under, cut from the quiet parts of a recording that is learnt from.
    masks
        From how many spans of time, and of frequency, nothing is heard (SpecAugment).
    longest_mask, widest_mask
        Of such a span, as a share of the time, and of the bands.
    """

    time_shift: bool = True
    pitch: Annotated[float, Between(0, 24)] = 0.0
    mix: Share = 0.0
    noise: Share = 0.0
    masks: Whole = 0
    longest_mask: Share = 0.1
    widest_mask: Share = 0.1


@dataclass(frozen=True)
class SoundConfig:
    """How recordings are heard: as pictures of windows, by which a network answers for each.

    Attributes
    ----------
    rate
        To which samples are brought, in hertz.
    seconds
        Of a window.
    step
        From the beginning of a window to that of the next, in seconds, when it is answered.
    fft, hop
        Samples of a spectrum, and from one to the next.
    bands
        Of the mel scale.
    lowest, highest
        Frequencies where they begin and end, in hertz.
    decibels
        Between white and black.
    height, width
        Of the picture, in pixels. A wide one keeps what is told by time.
    augmentation
        How recordings are changed while a network learns.
    """

    rate: Annotated[int, Between(1000)] = 22_050
    seconds: Annotated[float, Between(0.1)] = 5.0
    step: Annotated[float, Between(0.1)] = 2.5
    fft: Annotated[int, Between(64)] = 1024
    hop: Count = 256
    bands: Count = 128
    lowest: Amount = 150.0
    highest: Amount = 11_025.0
    decibels: Annotated[float, Between(1)] = 80.0
    height: Count = 160
    width: Count = 320
    augmentation: SoundAugmentationConfig = field(default_factory=SoundAugmentationConfig)

    @property
    def unchanged(self) -> "SoundConfig":
        """The same without what only learning changes."""
        return replace(self, augmentation=SoundAugmentationConfig())

    @property
    def length(self) -> int:
        """Samples of a window."""
        return round(self.seconds * self.rate)
