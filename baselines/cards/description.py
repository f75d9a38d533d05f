"""The method description of a run, in the vocabulary of `scoring`."""

from collections.abc import Iterator, Mapping
from typing import Any

from baselines.cards.facts import Facts
from baselines.config import (
    AugmentationConfig,
    FrozenConfig,
    LearntBaseline,
    SoundAugmentationConfig,
)
from baselines.networks.packaged import LITE0
from scoring import canonical_tag, check_method_description

_ARCHITECTURES = {
    "small_cnn": "convolutional neural network",
    "googlenet_bn": "GoogLeNet",
    "googlenet_bn_prelu": "GoogLeNet",
}
_ROLES = {
    "trusted": ["trusted"],
    "noisy": ["noisy"],
    "both": ["trusted", "noisy"],
    "filtered": ["trusted", "filtered"],
}
_PRE_TRAINING = {"scratch": "none", LITE0.distribution: "ImageNet-1k"}
_VIEWS = {"mirrored": "horizontal flip", "upside_down": "vertical flip", "turned": "rotation"}
_ALL_SEEN = ("whole", *_VIEWS)


class InvalidDescription(ValueError):
    """A method description that a platform would refuse: what a config says does not fit into it."""


def describe(facts: Facts) -> dict[str, Any]:
    """Return the method description of a baseline's run.

    Raises
    ------
    InvalidDescription
        When a word of the config does not fit.
    """
    network = facts.config.network.name
    said: dict[str, Any] = {
        "training_data": _ROLES[facts.config.data.roles],
        "architectures": [_ARCHITECTURES.get(network, canonical_tag(network))],
        "n_networks": facts.n_networks,
        "pre_training": pre_training_of(facts),
        "frozen": facts.is_frozen,
        "images_per_class": round(facts.n_learnt / facts.n_classes, 1),
        "augmentation": list(dict.fromkeys(_augmentation(facts))),
        "test_time_outputs": facts.outputs_per_query,
        "automatic": True,
        "hardware": facts.hardware.device,
        "n_gpus": facts.hardware.gpus,
        "training_hours": round(facts.phases["training"].seconds / 3600, 4),
        "inference_per_minute": facts.answers_per_minute and round(facts.answers_per_minute, 1),
    }
    description = {name: value for name, value in said.items() if value not in ("", [], None)}
    problems = check_method_description(description)
    if problems:
        raise InvalidDescription(" ".join(problems))
    return description


def pre_training_of(facts: Facts) -> str:
    """Return what the weights had learnt before, empty where nobody says."""
    return facts.config.card.pre_training or _PRE_TRAINING.get(facts.origin.source, "")


def _augmentation(facts: Facts) -> Iterator[str]:
    config = facts.config
    if isinstance(config, LearntBaseline):
        if config.sound:
            yield from _changes_of_sound(config.sound.augmentation)
        else:
            yield from _changes(config.augmentation)
        if config.training.mixup:
            yield "mixup"
    else:
        yield from _views(config.frozen)


def _changes(by: AugmentationConfig) -> Iterator[str]:
    done: Mapping[str, object] = {
        "random crop": by.least_crop < 1,
        "horizontal flip": by.flip,
        "vertical flip": by.flip_vertically,
        "rotation": by.rotation,
        "colour jitter": by.saturation or by.lightness,
        "RandAugment": by.operations,
    }
    return (name for name, is_done in done.items() if is_done)


def _changes_of_sound(by: SoundAugmentationConfig) -> Iterator[str]:
    done: Mapping[str, object] = {
        "time shift": by.time_shift,
        "pitch shift": by.pitch,
        "mixing recordings of a class": by.mix,
        "background noise": by.noise,
        "spectrogram masking": by.masks,
    }
    return (name for name, is_done in done.items() if is_done)


def _views(config: FrozenConfig) -> Iterator[str]:
    """Yield what was done to images that a last layer was shown in several ways."""
    for name in config.views:
        if not name.startswith(_ALL_SEEN):
            yield "random crop"
        yield from (what for part, what in _VIEWS.items() if part in name)
