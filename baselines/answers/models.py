"""Trained models taken up again, to answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from baselines.config import FrozenBaseline, LearntBaseline, SoundConfig
from baselines.config_file import config_from
from baselines.frozen.features import Body
from baselines.frozen.head import Head
from baselines.frozen.training import body_from
from baselines.networks.classifier import Classifier
from baselines.networks.table import find_network
from baselines.networks.weights import state_digest
from baselines.place import Place
from baselines.training.checkpoints import read_checkpoint

Answer = Callable[[Tensor], Tensor]
"""From ``(images, 3, height, width)`` bytes to ``(images, classes)`` probabilities, on the CPU."""


@dataclass(frozen=True)
class Model:
    """A network that has learnt.

    Attributes
    ----------
    name
        Of its baseline.
    classes
        What it names, in the order of its probabilities.
    size
        Side of the squares that it wants.
    probabilities
        Its answer.
    sound
        How it hears recordings; None where it looks at images.
    """

    name: str
    classes: tuple[str, ...]
    size: int
    probabilities: Answer
    sound: SoundConfig | None = None


def load_model(path: Path, place: Place) -> Model:
    """Return one model, as `load_models` does."""
    return _load(path, place, {})


def load_models(paths: Sequence[Path], place: Place) -> list[Model]:
    """Return the models of files that trainings wrote.

    Raises
    ------
    BrokenCheckpoint, InvalidConfig
        When one is none.
    """
    bodies: dict[str, _SharedBody] = {}
    return [_load(path, place, bodies) for path in paths]


def _load(path: Path, place: Place, bodies: "dict[str, _SharedBody]") -> Model:
    tensors, about = read_checkpoint(path)
    config = config_from(about["config"])
    classes = tuple(about["classes"])
    if isinstance(config, FrozenBaseline):
        answer = _frozen(config, tensors, place, bodies)
    else:
        answer = _learnt(config, tensors, len(classes), len(about["organs"]), place)
    sound = config.sound and config.sound.unchanged
    return Model(config.name, classes, config.data.size, answer, sound)


class _SharedBody:
    """A network that stays as it is, and looks once at images that several last layers ask about."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._pixels = self._features = torch.empty(0)

    def features(self, pixels: Tensor) -> Tensor:
        if pixels is not self._pixels:
            self._pixels, self._features = pixels, self._body.features(pixels)
        return self._features


def _frozen(
    config: FrozenBaseline, tensors: dict[str, Tensor], place: Place, bodies: dict[str, _SharedBody]
) -> Answer:
    head = Head(tensors.pop("head/weight"), tensors.pop("head/bias"), config.frozen.length)
    state = {name.removeprefix("network/"): tensor for name, tensor in tensors.items()}
    digest = state_digest(state)
    if digest not in bodies:
        body = body_from(config, find_network(config.network.name).build(1), place)
        body.classifier.network.load_state_dict(state)
        bodies[digest] = _SharedBody(body)
    shared = bodies[digest]
    return lambda pixels: head.probabilities(shared.features(pixels))


def _learnt(
    config: LearntBaseline,
    tensors: dict[str, Tensor],
    n_classes: int,
    n_organs: int,
    place: Place,
) -> Answer:
    row = find_network(config.network.name)
    network = row.build(n_classes + n_organs)
    network.load_state_dict(tensors)
    classifier = Classifier(network, row.mean, row.deviation).to(place.device).eval()
    if config.training.channels_last:
        classifier = classifier.to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def answer(pixels: Tensor) -> Tensor:
        images = place.to_device(pixels, channels_last=config.training.channels_last)
        with place.autocast(config.training.precision):
            logits = classifier(images)[0][:, :n_classes]
        probabilities: Tensor = logits.float().softmax(1).cpu()
        return probabilities

    return answer
