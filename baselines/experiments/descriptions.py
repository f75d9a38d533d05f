"""Experiments as method descriptions: what the platform shows beside a run."""

from typing import Any

from baselines.config import AugmentationConfig, FrozenBaseline, LearntBaseline
from baselines.experiments.listed import Experiment
from baselines.experiments.records import machine

_NAMES = {"efficientnet_lite0": "EfficientNet-Lite0", "small_cnn": "small CNN, 8 convolutions"}
_VIEWS = {"mirrored": "horizontal flip", "upside_down": "vertical flip", "turned": "rotation"}


def description_of(
    experiment: Experiment, config: LearntBaseline | FrozenBaseline, hours: float
) -> dict[str, Any]:
    """Return the method description of an experiment, by the schema of `scoring`.

    Parameters
    ----------
    config
        Of its networks.
    hours
        By the clock, until the last of them had learnt.
    """
    is_trained = config.network.weights != "scratch"
    description: dict[str, Any] = {
        "training_data": ["trusted"],
        "architectures": [_NAMES.get(config.network.name, config.network.name)],
        "n_networks": experiment.n_networks,
        "pre_training": "ImageNet-1k" if is_trained else "none",
        "frozen": isinstance(config, FrozenBaseline),
        "augmentation": _augmentation(config),
        "test_time_outputs": experiment.n_outputs,
        "images_per_class": experiment.per_class,
        "automatic": True,
        "hardware": f"{machine()['processor']}, threads of torch: {machine()['threads']}",
        "n_gpus": 0,
        "training_hours": round(hours, 4),
    }
    return {name: value for name, value in description.items() if value not in ([], None)}


def _augmentation(config: LearntBaseline | FrozenBaseline) -> list[str]:
    if isinstance(config, FrozenBaseline):
        return [_VIEWS[view] for view in config.frozen.views if view in _VIEWS]
    own: AugmentationConfig = config.augmentation
    named = {
        "random crop": own.least_crop < 1,
        "horizontal flip": own.flip,
        "vertical flip": own.flip_vertically,
        "rotation": own.rotation > 0,
        "colour jitter": own.saturation > 0 or own.lightness > 0,
    }
    return [name for name, is_so in named.items() if is_so]
