"""Sections of a config: what is learnt from, and how it is changed."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from baselines.config.ranges import Between, Count, Share, Whole


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
        The smallest share that is cut out, of the area of the largest square that an image has; 1
        cuts out such a square. What is seen at a test is that in the middle.
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
