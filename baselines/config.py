"""What a baseline is made of, typed: the sections of a config file and of a checkpoint."""

from dataclasses import dataclass, field, replace
from math import inf
from typing import Annotated, Literal, NamedTuple


class Between(NamedTuple):
    """The numbers that a field takes, both ends among them."""

    least: float
    most: float = inf

    def __str__(self) -> str:
        return (
            f"from {self.least:g} to {self.most:g}"
            if self.most < inf
            else f"{self.least:g} or more"
        )


Share = Annotated[float, Between(0, 1)]
Amount = Annotated[float, Between(0)]
Count = Annotated[int, Between(1)]
Whole = Annotated[int, Between(0)]


@dataclass(frozen=True)
class NetworkConfig:
    """Which network, and what it knows at the beginning.

    Attributes
    ----------
    name
        A name of the table `baselines.networks.NETWORKS`.
    weights
        ``scratch``; ``package`` for those that an installed package ships; the path of a file
        (``.safetensors``, or ``.pth`` holding nothing but tensors); or ``hf-hub:OWNER/NAME``, with
        ``@REVISION`` where a certain one is meant, for the hub, which needs a network once.
    sha256
        Of the file: another one is refused. Empty takes any, and the training writes down which.
    head
        ``split``: the last layer of a network that learns is split over the ranks, for very many classes.
    """

    name: str
    weights: str = "scratch"
    sha256: str = ""
    head: Literal["whole", "split"] = "whole"


@dataclass(frozen=True)
class SourceConfig:
    """A folder to learn from.

    Attributes
    ----------
    folder
        Where the files are. What two folders call an observation is never the same one, even where
        it has the same name.
    layout
        ``metadata_csv``: a table names them; ``plantclef``, ``birdclef``: an XML file beside each.
    role
        ``trusted`` where people have checked what is seen, ``noisy`` where nobody has.
    """

    folder: str
    layout: Literal["metadata_csv", "plantclef", "birdclef"] = "metadata_csv"
    role: Literal["trusted", "noisy"] = "trusted"


@dataclass(frozen=True)
class AgreementConfig:
    """What a model must say of a noisy image for it to be kept.

    Attributes
    ----------
    model
        A file that a training on trusted data wrote.
    first
        The image's class must be among the first so many of its answers; 0 takes any place.
    least
        And have at least this probability.
    """

    model: str = ""
    first: Whole = 5
    least: Share = 0.0


@dataclass(frozen=True)
class DataConfig:
    """Which images, and how they reach the network.

    Attributes
    ----------
    sources
        Where they are.
    roles
        Which of them are learnt from: ``trusted`` or ``noisy`` ones, ``both``, or ``filtered``: the
        trusted ones, and those noisy ones that a model agrees with.
    agreement
        With which model, where they are filtered.
    size
        Side of the square that the network sees, in pixels; of sound `SoundConfig` has the size.
    without
        A table that names files nobody may learn from, those of the test; empty for none. Files of
        the same content are left out too.
    without_in
        The folder of these files; empty for that of the first source.
    classes
        A table with the column ClassId; images of other classes are left out. Empty takes all.
    validation
        Share of the trusted observations of each class that is kept apart to choose the best epoch by.
    organs
        Whether the network learns to name the organ too.
    is_balanced
        Whether all classes are seen equally often, instead of all images.
    workers
        Processes that decode images; 0 decodes in the training process, fastest on few cores.
    """

    sources: tuple[SourceConfig, ...]
    roles: Literal["trusted", "noisy", "both", "filtered"] = "trusted"
    agreement: AgreementConfig = field(default_factory=AgreementConfig)
    size: Count = 224
    without: str = ""
    without_in: str = ""
    classes: str = ""
    validation: Share = 0.1
    organs: bool = False
    is_balanced: bool = False
    workers: Whole = 0


@dataclass(frozen=True)
class AugmentationConfig:
    """How an image is changed each time it is learnt from.

    Attributes
    ----------
    least_crop
        The smallest share of the image's area that is cut out; 1 takes it whole.
    flip, flip_vertically
        Whether half of the images are mirrored.
    rotation
        Up to how many degrees an image is turned either way.
    saturation, lightness
        By how much these are changed at most, as a share.
    operations
        How many of RandAugment's operations an image goes through, drawn for each.
    strength
        Of these, as a share of the strongest.
    """

    least_crop: Annotated[float, Between(0.01, 1)] = 0.35
    flip: bool = True
    flip_vertically: bool = False
    rotation: Annotated[float, Between(0, 180)] = 0.0
    saturation: Share = 0.0
    lightness: Share = 0.0
    operations: Whole = 0
    strength: Share = 0.3


@dataclass(frozen=True)
class TrainingConfig:
    """How it learns.

    Attributes
    ----------
    epochs
        How often all images are seen.
    batch_size
        Images of a step, over all ranks.
    optimizer
        ``adamw`` or ``sgd`` with Nesterov's momentum.
    learning_rate
        At its highest, for 256 images a step: it grows in proportion to the batch.
    momentum
        Of ``sgd``; the first of the two of ``adamw``.
    weight_decay
        Not of biases, norms and PReLU slopes.
    warmup
        Epochs in which the learning rate rises; then it falls along a cosine.
    label_smoothing
        Share of the target that all classes have in common.
    organ_weight
        Of the organs' loss beside the species'.
    mixup
        The parameter of its Beta distribution; 0 mixes nothing.
    average
        Decay of the moving average of the weights, which is then what is evaluated and kept; 0
        keeps none.
    clip_norm
        To what length a longer gradient is cut; 0 cuts none.
    precision
        ``auto`` computes in bfloat16 on a GPU that has it, and in single precision elsewhere.
    channels_last
        How images and weights lie in memory: faster for convolutions.
    patience
        Epochs without a better validation until it stops; 0 never stops early.
    save_every
        Steps between two checkpoints inside of an epoch; 0 saves at its end only.
    learn_from
        The first part of the network that learns, e.g. ``blocks.5``: what stands before it stays as it
        is, and so do the statistics of all its batch norms. Empty lets all of it learn.
    """

    epochs: Count
    batch_size: Count = 64
    optimizer: Literal["adamw", "sgd"] = "adamw"
    learning_rate: Amount = 1e-3
    momentum: Share = 0.9
    weight_decay: Amount = 0.05
    warmup: Amount = 0.0
    label_smoothing: Share = 0.0
    organ_weight: Amount = 0.3
    mixup: Amount = 0.0
    average: Share = 0.0
    clip_norm: Amount = 0.0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    channels_last: bool = True
    patience: Whole = 0
    save_every: Whole = 0
    learn_from: str = ""


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


@dataclass(frozen=True)
class FrozenConfig:
    """How a last layer learns from the features of a network that stays as it is.

    Attributes
    ----------
    views
        What is shown of each image while it learns; names of `baselines.data.views.FIXED`.
    length
        Of each image's features: longer ones let the last layer be surer.
    decay
        How much its weights are held back.
    """

    views: tuple[str, ...] = ("whole",)
    length: Annotated[float, Between(0.01)] = 16.0
    decay: Amount = 1e-3


@dataclass(frozen=True)
class BaggingConfig:
    """How many networks answer together, and what each of them learns from.

    Attributes
    ----------
    networks
        How many; 1 learns from everything.
    by
        ``folds``: each learns without a part of the observations, another part each; ``bootstraps``:
        each learns from as many observations of each class as it has, drawn with replacement.
    group
        What goes the same way: an ``observation``, or all that an ``author`` made.
    """

    networks: Count = 1
    by: Literal["folds", "bootstraps"] = "bootstraps"
    group: Literal["observation", "author"] = "observation"


@dataclass(frozen=True)
class AnswersConfig:
    """Where the images of a task are, and how they are shown to the networks.

    Attributes
    ----------
    images
        The folder of the files.
    media
        A table with the columns MediaId and file, their paths in the folder; empty where each file is
        called like its medium.
    views
        In which each image is shown to each network; names of `baselines.data.views.FIXED`.
    most
        Classes that are answered for an image at most; 0 for as many as the task takes.
    """

    images: str = ""
    media: str = ""
    views: tuple[str, ...] = ("whole",)
    most: Whole = 0


@dataclass(frozen=True)
class CardConfig:
    """What only people know of a baseline: words of its model card, Markdown each.

    Attributes
    ----------
    use
        What it is meant for, and what not.
    data
        What it learnt from, in words.
    licence
        Of these data.
    limits
        Where it fails.
    cite
        How to cite it.
    pre_training
        What the weights of a file had learnt before, e.g. ``ImageNet-1k``.
    """

    use: str = ""
    data: str = ""
    licence: str = ""
    limits: str = ""
    cite: str = ""
    pre_training: str = ""


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


@dataclass(frozen=True, kw_only=True)
class LearntBaseline(Baseline):
    """A network that learns."""

    training: TrainingConfig
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)


@dataclass(frozen=True, kw_only=True)
class FrozenBaseline(Baseline):
    """A network that stays as it is, with a last layer that learns: minutes without a GPU."""

    frozen: FrozenConfig
