"""Training of a frozen baseline: features, the last layer, and a file that answers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from baselines.chance import Draw, seed_torch
from baselines.config import FrozenBaseline
from baselines.config_file import as_data
from baselines.data.items import Item
from baselines.data.material import Material
from baselines.data.tables import CannotRead
from baselines.frozen.features import Body, features_of
from baselines.frozen.head import Head, learn_head
from baselines.frozen.hearing import features_of_recordings
from baselines.networks.classifier import Classifier
from baselines.networks.table import body_of, find_network
from baselines.networks.weights import Origin, load_weights, state_digest
from baselines.place import Place
from baselines.training.checkpoints import write_checkpoint
from baselines.training.loop import MODEL, SPLIT
from baselines.training.progress import Progress


@dataclass(frozen=True)
class Outcome:
    """What became of it.

    Attributes
    ----------
    n_images, n_validation
        Learnt from, and kept apart.
    top_1
        Share of the images kept apart whose class comes first, all views together; None without any.
    """

    n_images: int
    n_validation: int
    top_1: float | None

    def __str__(self) -> str:
        text = f"last layer learnt from {self.n_images:,} images"
        if self.top_1 is None:
            return text
        return f"{text}  validation of {self.n_validation:,}: top-1 {self.top_1:.3f}"


def frozen_body(config: FrozenBaseline, place: Place) -> tuple[Body, Origin]:
    """Return the network of a config without its last layer, and where its weights came from."""
    row = find_network(config.network.name)
    seed_torch(Draw.WEIGHTS, config.seed)
    network = row.build(1)
    origin = load_weights(network, row, config.network)
    return body_from(config, network, place), origin


def body_from(config: FrozenBaseline, network: nn.Module, place: Place) -> Body:
    """Return a network of a config without its last layer."""
    row = find_network(config.network.name)
    last = network.get_submodule(row.last_layer)
    assert isinstance(last, nn.Linear)
    body = Classifier(body_of(row, network), row.mean, row.deviation).to(place.device).eval()
    body = body.to(memory_format=torch.channels_last)
    body.must_see(*config.picture)
    weights = state_digest(network.state_dict())
    seen = hashlib.sha256(f"{weights} {row.mean} {row.deviation}".encode()).hexdigest()
    return Body(body, seen, last.in_features, place)


def train_frozen(
    config: FrozenBaseline,
    material: Material,
    folder: Path,
    cache: Path,
    place: Place,
    progress: Progress,
) -> Outcome:
    """Learn the last layer, and write the model.

    Parameters
    ----------
    folder
        Where the model goes, and the split.
    cache
        Where features are kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    material.split.write(folder / SPLIT)
    body, origin = frozen_body(config, place)

    def seen(items: Sequence[Item]) -> tuple[Sequence[Tensor], Tensor]:
        paths = [item.path for item in items]
        rows, broken = _rows(config, paths, body, cache, progress)
        for path in broken:
            material.findings.add("cannot be read, counted for nothing", path.name)
        lost, numbers = set(broken), material.classes.numbers
        readable = [place for place, path in enumerate(paths) if path not in lost]
        classes = torch.tensor([numbers[items[place].class_id] for place in readable])
        return [rows[place] for place in readable], classes

    rows, classes = seen(material.split.training)
    if not rows:
        raise CannotRead("none of the files to learn from can be read")
    head = learn_head(
        torch.cat(list(rows)),
        classes.repeat_interleave(torch.tensor([len(own) for own in rows])),
        len(material.classes),
        length=config.frozen.length,
        decay=config.frozen.decay,
    )
    _write(folder / MODEL, config, material, body, origin, head)
    if not material.split.validation:
        return Outcome(len(rows), 0, None)
    apart, truth = seen(material.split.validation)
    if not apart:
        return Outcome(len(rows), 0, None)
    answers = torch.stack([head.probabilities(own).mean(0) for own in apart]).argmax(1)
    return Outcome(len(rows), len(apart), float((answers == truth).float().mean()))


def _rows(
    config: FrozenBaseline, paths: Sequence[Path], body: Body, cache: Path, progress: Progress
) -> tuple[Sequence[Tensor], Sequence[Path]]:
    """Return the features of each file, a row for each view of an image or window of a recording."""
    if config.sound:
        heard = features_of_recordings(paths, body, config.sound, cache, progress)
        return heard.rows, heard.broken
    found = features_of(paths, body, config.data.size, config.frozen.views, cache, progress)
    return found.rows.unbind(), found.broken


def _write(
    path: Path,
    config: FrozenBaseline,
    material: Material,
    body: Body,
    origin: Origin,
    head: Head,
) -> None:
    network = {f"network/{k}": t for k, t in body.classifier.network.state_dict().items()}
    about: dict[str, Any] = {
        "config": as_data(config),
        "classes": list(material.classes.names),
        "organs": [],
        "data": dict(material.about),
        "items": material.split.digest,
        "weights": {"source": origin.source, "sha256": origin.sha256},
    }
    tensors = {**network, "head/weight": head.weight, "head/bias": head.bias}
    write_checkpoint(path, tensors, about)
