"""What a baseline is made of, typed: the sections of a config file and of a checkpoint."""

from baselines.config.answers import AnswersConfig, CardConfig
from baselines.config.baseline import Baseline, FrozenBaseline, LearntBaseline
from baselines.config.data import AgreementConfig, AugmentationConfig, DataConfig, SourceConfig
from baselines.config.learning import BaggingConfig, FrozenConfig, NetworkConfig, TrainingConfig
from baselines.config.ranges import Between
from baselines.config.sound import SoundAugmentationConfig, SoundConfig

__all__ = [
    "AgreementConfig",
    "AnswersConfig",
    "AugmentationConfig",
    "BaggingConfig",
    "Baseline",
    "Between",
    "CardConfig",
    "DataConfig",
    "FrozenBaseline",
    "FrozenConfig",
    "LearntBaseline",
    "NetworkConfig",
    "SoundAugmentationConfig",
    "SoundConfig",
    "SourceConfig",
    "TrainingConfig",
]
