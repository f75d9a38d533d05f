"""Recordings as the network sees them: windows of samples, made into pictures on the device."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import Dataset

from baselines.chance import Draw, Draws, torch_generator
from baselines.config import SoundAugmentationConfig, SoundConfig
from baselines.data.batches import UNKNOWN, Batch, Visit, numbers_of
from baselines.data.items import Item, Vocabulary
from baselines.place import Place
from baselines.sound.augmentation import drawn_changes, happens, mixed, noisy, quiet_noise
from baselines.sound.files import BROKEN_SOUND, Recording, opened, window_starts
from baselines.sound.spectrograms import Changes, spectrograms

_AS_IT_IS = SoundAugmentationConfig(time_shift=False)


class Windows(NamedTuple):
    """Windows of recordings with what is known of them; each field has a row for each.

    Attributes
    ----------
    waves
        ``(windows, samples)``, from -1 to 1.
    changes
        Of their spectrograms.
    classes, organs
        Their numbers, or `UNKNOWN`.
    places
        Which items they are of.
    broken
        Whether the file could not be read: it is silent then, and counts for nothing.
    """

    waves: Tensor
    changes: Changes
    classes: Tensor
    organs: Tensor
    places: Tensor
    broken: Tensor


class Recordings(Dataset[Windows]):
    """A window of each item, one at a time.

    Other recordings are laid over and their quiet parts under it only as far as they are among the
    items: what is held out is never heard.

    Parameters
    ----------
    items
        In a fixed order.
    classes, organs
        Whose numbers the windows carry.
    sound
        How they are heard.
    augmentation
        How they are changed; None takes the window in the middle as it is.
    seed
        Of what is drawn.
    """

    def __init__(
        self,
        items: Sequence[Item],
        classes: Vocabulary,
        organs: Vocabulary,
        sound: SoundConfig,
        augmentation: SoundAugmentationConfig | None = None,
        seed: int = 0,
    ) -> None:
        self.items = items
        self.sound = sound
        self.augmentation = augmentation
        self.seed = seed
        self.class_numbers = numbers_of((item.class_id for item in items), classes)
        self.organ_numbers = numbers_of((item.organ for item in items), organs)
        self._of_class: dict[int, list[int]] = defaultdict(list)
        for place, number in enumerate(self.class_numbers.tolist()):
            self._of_class[number].append(place)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, visit: Visit) -> Windows:
        place = visit.place
        draws = Draws(torch_generator(Draw.ITEM, self.seed, *visit))
        try:
            wave = self._window(place, draws)
        except BROKEN_SOUND:
            return self._broken(place)
        if self.augmentation:
            wave = self._laid_over(wave, place, self.augmentation, draws)
        return Windows(
            wave,
            drawn_changes(self.augmentation or _AS_IT_IS, draws),
            self.class_numbers[place],
            self.organ_numbers[place],
            torch.tensor(place),
            torch.tensor(False),
        )

    def _window(self, place: int, draws: Draws) -> Tensor:
        with opened(self.items[place].path, self.sound.rate) as recording:
            if self.augmentation and self.augmentation.time_shift:
                return _anywhere(recording, self.sound.length, draws)
            starts = starts_of(recording, self.sound)
            number = len(starts) // 2
            if self.augmentation:
                number = draws.below(len(starts))
            return recording.stretch(starts[number], self.sound.length)

    def _laid_over(
        self, wave: Tensor, place: int, by: SoundAugmentationConfig, draws: Draws
    ) -> Tensor:
        if happens(by.mix, draws):
            same = [own for own in self._of_class[int(self.class_numbers[place])] if own != place]
            other = self._other(same, draws)
            wave = wave if other is None else mixed(wave, other, draws)
        if happens(by.noise, draws):
            source = self._other(range(len(self.items)), draws)
            if source is not None:
                wave = noisy(wave, quiet_noise(source, len(wave), draws), draws)
        return wave

    def _other(self, places: Sequence[int], draws: Draws) -> Tensor | None:
        """Return a window of one of some recordings, None where there is none or its file is broken."""
        if not places:
            return None
        place = places[draws.below(len(places))]
        try:
            return self._window(place, draws)
        except BROKEN_SOUND:
            return None

    def _broken(self, place: int) -> Windows:
        unknown = torch.tensor(UNKNOWN)
        changes = drawn_changes(self.augmentation or _AS_IT_IS, Draws(torch.Generator()))
        silence = torch.zeros(self.sound.length)
        return Windows(silence, changes, unknown, unknown, torch.tensor(place), torch.tensor(True))


def starts_of(recording: Recording, sound: SoundConfig) -> list[int]:
    """Return where the windows of a recording begin, in samples."""
    return window_starts(recording.n_samples, sound.length, round(sound.step * sound.rate))


def _anywhere(recording: Recording, n: int, draws: Draws) -> Tensor:
    """Return n samples from anywhere on; after the end, and n samples at least, it begins anew."""
    around = max(n, recording.n_samples)
    first = draws.below(around)
    n_anew = first + n - around
    if n_anew <= 0:
        return recording.stretch(first, n)
    return torch.cat([recording.stretch(first, n - n_anew), recording.stretch(0, n_anew)])


class Pictures:
    """Batches of pictures, made of windows on the device of their network.

    Parameters
    ----------
    windows
        As a loader gives them.
    """

    def __init__(self, windows: Iterable[Windows], sound: SoundConfig, place: Place) -> None:
        self._windows, self._sound, self._place = windows, sound, place

    def __iter__(self) -> Iterator[Batch]:
        for own in self._windows:
            waves = self._place.to_device(own.waves)
            pixels = spectrograms(waves, self._sound, own.changes.on(self._place.device))
            yield Batch(pixels, own.classes, own.organs, own.places, own.broken)
