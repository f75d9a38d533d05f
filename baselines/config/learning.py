"""Sections of a config: which network learns, and how."""

from dataclasses import dataclass
from typing import Annotated, Literal

from baselines.config.ranges import Amount, BelowOne, Between, Count, Share, Whole


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
    momentum: BelowOne = 0.9
    weight_decay: Amount = 0.05
    warmup: Amount = 0.0
    label_smoothing: Share = 0.0
    organ_weight: Amount = 0.3
    mixup: Amount = 0.0
    average: BelowOne = 0.0
    clip_norm: Amount = 0.0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    channels_last: bool = True
    patience: Whole = 0
    save_every: Whole = 0
    learn_from: str = ""


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
