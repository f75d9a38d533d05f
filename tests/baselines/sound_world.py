"""Recordings, configs and material for tests: three species that sing at pitches of their own."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from torch import Tensor

from baselines.config import (
    DataConfig,
    FrozenBaseline,
    FrozenConfig,
    LearntBaseline,
    NetworkConfig,
    SoundAugmentationConfig,
    SoundConfig,
    SourceConfig,
    TrainingConfig,
)

RATE = 8000
SPECIES = {"junco": 500.0, "towhee": 1200.0, "wren": 2900.0}
EVERYTHING = SoundAugmentationConfig(
    pitch=1.0, mix=0.5, noise=0.5, masks=2, longest_mask=0.1, widest_mask=0.1
)


def sound_config(**settings: Any) -> SoundConfig:
    """Return a config that hears half a second in a small picture."""
    small: dict[str, Any] = {
        "rate": RATE,
        "seconds": 0.5,
        "step": 0.25,
        "fft": 256,
        "hop": 64,
        "bands": 32,
        "lowest": 100.0,
        "highest": 4000.0,
        "height": 32,
        "width": 48,
    }
    return SoundConfig(**small | settings)


def tone(hertz: float, seconds: float = 1.0, rate: int = RATE, loudness: float = 0.5) -> Tensor:
    """Return a tone."""
    time = torch.arange(round(seconds * rate), dtype=torch.float64) / rate
    return (loudness * (2 * torch.pi * hertz * time).sin()).float()


def power_at(sound: Tensor, hertz: float, rate: int = RATE) -> float:
    """Return the mean power of a sound within 20 Hz of a frequency."""
    spectrum = torch.fft.rfft(sound.double()).abs().square() * 2 / len(sound) ** 2
    frequencies = torch.linspace(0, rate / 2, len(spectrum))
    return float(spectrum[(frequencies - hertz).abs() < 20].sum())


def write_recordings(folder: Path, *, n: int = 6, n_authors: int = 3) -> None:
    """Write a folder with a metadata.csv; each species sings over noise, longer or shorter."""
    random = np.random.Generator(np.random.PCG64(1))
    rows = []
    for species, hertz in SPECIES.items():
        for number in range(n):
            seconds = (0.4, 0.7, 1.1)[number % 3]
            song = tone(hertz * (1 + 0.02 * number), seconds).numpy()
            noise = random.normal(0, 0.01, len(song)).astype(np.float32)
            name = f"{species}_{number}.flac"
            soundfile.write(folder / name, song + noise, RATE)
            rows.append((name, species, f"XC{species}{number}", f"r{number % n_authors}", seconds))
    with (folder / "metadata.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "class", "recording", "author", "seconds"))
        writer.writerows(rows)


def learnt_config(
    folder: Path, by: SoundAugmentationConfig = EVERYTHING, **training: Any
) -> LearntBaseline:
    """Return a config that learns sounds in a second."""
    settings: dict[str, Any] = {"epochs": 2, "batch_size": 6, "learning_rate": 0.02} | training
    return LearntBaseline(
        name="birds",
        network=NetworkConfig("small_cnn"),
        data=DataConfig((SourceConfig(str(folder)),), validation=0.34),
        sound=sound_config(augmentation=by),
        training=TrainingConfig(**settings),
        seed=7,
    )


def frozen_config(folder: Path) -> FrozenBaseline:
    """Return a config of a last layer on what a random network hears."""
    return FrozenBaseline(
        name="birds",
        network=NetworkConfig("small_cnn"),
        data=DataConfig((SourceConfig(str(folder)),), validation=0.34),
        sound=sound_config(),
        frozen=FrozenConfig(),
        seed=7,
    )
