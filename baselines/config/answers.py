"""Sections of a config: how a task is answered, and what people are told."""

from dataclasses import dataclass

from baselines.config.ranges import Whole


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
