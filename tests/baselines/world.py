"""Images, configs and trainings for tests."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from baselines.config import (
    AugmentationConfig,
    DataConfig,
    LearntBaseline,
    NetworkConfig,
    SourceConfig,
    TrainingConfig,
)
from baselines.data.batches import Batch
from baselines.data.material import read_material
from baselines.place import Place
from baselines.training.history import History
from baselines.training.loop import Training
from baselines.training.progress import Silent

CPU = Place(torch.device("cpu"))
KINDS = {"oak": (200, 40, 40), "elm": (40, 180, 60), "ash": (50, 60, 200)}
SIDE = 40


def write_folder(
    folder: Path, *, n_observations: int = 4, n_images: int = 2, seed: int = 1
) -> None:
    """Write a folder with a metadata.csv; each class has a colour on a grey ground, and noise."""
    random = np.random.Generator(np.random.PCG64(seed))
    rows = []
    for kind, colour in KINDS.items():
        for number in range(n_observations * n_images):
            noise = random.integers(-40, 40, (SIDE, SIDE + 8, 3))
            noise[10:30, 10:38] += np.array(colour) - 128
            pixels = np.clip(128 + noise, 0, 255).astype(np.uint8)
            name = f"{kind}_{number}.jpg"
            Image.fromarray(pixels).save(folder / name, quality=95)
            organ = ("Leaf", "Flower")[number % 2]
            rows.append((name, kind, f"{kind}_{number // n_images}", organ))
    with (folder / "metadata.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "class", "observation", "organ"))
        writer.writerows(rows)


def config_of(folder: Path, *, network: str = "small_cnn", **training: Any) -> LearntBaseline:
    """Return a config that trains in a second."""
    settings: dict[str, Any] = {"epochs": 2, "batch_size": 6, "learning_rate": 0.02} | training
    return LearntBaseline(
        name="test",
        network=NetworkConfig(network),
        data=DataConfig((SourceConfig(str(folder)),), size=32, validation=0.25),
        training=TrainingConfig(**settings),
        augmentation=AugmentationConfig(saturation=0.2, lightness=0.2, rotation=20),
        seed=7,
    )


def with_data(config: LearntBaseline, **data: Any) -> LearntBaseline:
    """Return a config with other data settings."""
    return replace(config, data=replace(config.data, **data))


def trained(config: LearntBaseline, place: Path) -> History:
    """Train a config to its end."""
    return Training(config, read_material(config), place, CPU, Silent()).run()


def random_batch(n: int = 4, size: int = 64, n_classes: int = 3, n_organs: int = 0) -> Batch:
    """Return images of noise, with as much light on one side as their class says."""
    generator = torch.Generator().manual_seed(3)
    pixels = torch.randint(0, 128, (n, 3, size, size), dtype=torch.uint8, generator=generator)
    numbers = torch.arange(n)
    for number in range(n):
        pixels[number, number % n_classes % 3, :, : size // 2] += 127
    organs = numbers % n_organs if n_organs else torch.full((n,), -1)
    return Batch(pixels, numbers % n_classes, organs, numbers, torch.zeros(n, dtype=torch.bool))


def write_task(folder: Path) -> None:
    """Write a task that asks for eight images of four observations of each class, and their files."""
    images = [(kind, number) for kind in KINDS for number in range(8)]
    tables: dict[str, list[tuple[str, ...]]] = {
        "classes": [("ClassId",), *((kind,) for kind in sorted(KINDS))],
        "queries": [("QueryId",), *((f"{k}_{n}",) for k in KINDS for n in range(4))],
        "ground_truth": [
            ("QueryId", "ClassId"),
            *((f"{k}_{n}", k) for k in KINDS for n in range(4)),
        ],
        "media": [("MediaId", "QueryId"), *((f"m_{k}_{n}", f"{k}_{n // 2}") for k, n in images)],
        "files": [("MediaId", "file"), *((f"m_{k}_{n}", f"{k}_{n}.jpg") for k, n in images)],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    (folder / "task.yaml").write_text(
        "shape: ranked\nrun: {max_predictions_per_query: null, image_runs: true, max_upload: 5 MB}\n"
    )
