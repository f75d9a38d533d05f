"""A whole config."""

from dataclasses import dataclass, field

from baselines.config.answers import AnswersConfig, CardConfig
from baselines.config.data import AugmentationConfig, DataConfig
from baselines.config.learning import BaggingConfig, FrozenConfig, NetworkConfig, TrainingConfig
from baselines.config.ranges import Whole
from baselines.config.sound import SoundConfig


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What all baselines have: a network, data, and the seed of all that is random.

    Attributes
    ----------
    name
        Of the baseline, e.g. ``leaves_fine_tuned``.
    sound
        How recordings are heard; None where images are learnt from.
    seed
        The same seed on the same machine gives the same weights on a CPU.
    """

    name: str
    network: NetworkConfig
    data: DataConfig
    sound: SoundConfig | None = None
    seed: Whole = 0
    bagging: BaggingConfig = field(default_factory=BaggingConfig)
    answers: AnswersConfig = field(default_factory=AnswersConfig)
    card: CardConfig = field(default_factory=CardConfig)

    @property
    def picture(self) -> tuple[int, int]:
        """Height and width in pixels of what the network sees."""
        if self.sound:
            return self.sound.height, self.sound.width
        return self.data.size, self.data.size


@dataclass(frozen=True, kw_only=True)
class LearntBaseline(Baseline):
    """A network that learns."""

    training: TrainingConfig
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)


@dataclass(frozen=True, kw_only=True)
class FrozenBaseline(Baseline):
    """A network that stays as it is, with a last layer that learns: minutes without a GPU."""

    frozen: FrozenConfig
