"""All experiments: one table to read, and to add a line to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

ONE_VIEW = ("whole",)
FOUR_VIEWS = ("whole", "mirrored", "upside_down", "turned")
N_DRAWS = 5

_CONTROL = "_control"


@dataclass(frozen=True)
class Lesson:
    """What the networks of a config learn from; equal lessons are learnt once.

    Attributes
    ----------
    config
        Name of a file of `baselines/configs`.
    leaves
        How many of each species; 0 for all.
    draw
        Which draw of so many leaves.
    side
        The one side of each leaf that is learnt from, as the column ``view`` names it; empty for both.
    is_covered
        Whether each leaf lies under a grey silhouette.
    """

    config: str
    leaves: int = 0
    draw: int = 0
    side: str = ""
    is_covered: bool = False

    def __str__(self) -> str:
        parts = {
            f"{self.leaves}_leaves": self.leaves,
            self.side: self.side,
            f"draw_{self.draw}": self.draw,
            "covered": self.is_covered,
        }
        return "-".join([self.config, *(name for name, is_so in parts.items() if is_so)])


@dataclass(frozen=True)
class Experiment:
    """Networks that learn, and answer a task.

    Attributes
    ----------
    name
        Begins with ``leaves_`` or ``birds_``; that of a control ends in ``_control``.
    about
        What it is, for a reader of the table.
    """

    name: str
    about: str

    @property
    def is_control(self) -> bool:
        """Whether it says how much of a result is no knowledge of leaves or songs."""
        return self.name.endswith(_CONTROL)

    @property
    def group(self) -> str:
        """The name that draws of one experiment share."""
        return self.name.removesuffix(_CONTROL).partition("_draw_")[0]

    @property
    def control_name(self) -> str:
        """The name of its control."""
        return f"{self.name}{_CONTROL}"


@dataclass(frozen=True)
class LeafExperiment(Experiment):
    """Networks that answer the task of the leaves.

    Attributes
    ----------
    lesson
        What its networks learn.
    views
        In which an image is shown to each at test; names of `baselines.data.views.FIXED`.
    asked
        The one side of each leaf that is asked for; empty for both, fused.
    """

    lesson: Lesson
    views: tuple[str, ...] = ONE_VIEW
    asked: str = ""

    def control(self) -> "LeafExperiment":
        """Return the same with every leaf covered, while it learns and at test."""
        lesson = replace(self.lesson, is_covered=True)
        about = f"{self.about}; every leaf covered"
        return replace(self, name=self.control_name, about=about, lesson=lesson)


@dataclass(frozen=True)
class BirdExperiment(Experiment):
    """Networks that answer of recordings which they never heard, in folds.

    Attributes
    ----------
    config
        Name of a file of `baselines/configs`.
    group_by
        What never stands on both sides: all recordings of an author, or only each recording itself.
    n_folds
        Each recording is held out in one of them.
    """

    config: str
    group_by: Literal["author", "observation"] = "author"
    n_folds: int = 5

    def control(self) -> "BirdExperiment":
        """Return the same where other recordings of an author may be learnt from."""
        about = "the same, folds by recording"
        return replace(self, name=self.control_name, about=about, group_by="observation")


def _leaves() -> Iterator[LeafExperiment]:
    frozen, views = Lesson("leaves_frozen"), Lesson("leaves_frozen_views")
    tuned, scratch = Lesson("leaves_fine_tuned"), Lesson("leaves_scratch")
    yield LeafExperiment("leaves_frozen", "frozen, one view", frozen)
    yield LeafExperiment("leaves_frozen_4_views", "frozen, four views", views, FOUR_VIEWS)
    yield LeafExperiment("leaves_frozen_4_views_1_at_test", "the same, one view at test", views)
    for leaves, name in ((1, "leaves_1_leaf"), (5, "leaves_5_leaves")):
        for draw in range(1, N_DRAWS + 1):
            lesson = replace(views, leaves=leaves, draw=draw)
            about = f"frozen, four views, {leaves} of about 20 leaves a species"
            yield LeafExperiment(f"{name}_draw_{draw}", about, lesson, FOUR_VIEWS)
    about = "frozen, four views, five last layers on bootstraps of the leaves"
    yield LeafExperiment("leaves_bagged", about, Lesson("leaves_bagged"), FOUR_VIEWS)
    yield LeafExperiment("leaves_fine_tuned", "last blocks fine-tuned, one view", tuned)
    yield LeafExperiment(
        "leaves_fine_tuned_4_views", "the same network, four views at test", tuned, FOUR_VIEWS
    )
    yield LeafExperiment("leaves_scratch", "small network from scratch, 64 px, one view", scratch)
    yield LeafExperiment(
        "leaves_scratch_4_views", "the same network, four views at test", scratch, FOUR_VIEWS
    )
    one_side = replace(views, side="side_a")
    for side in ("a", "b"):
        yield LeafExperiment(
            f"leaves_side_a_to_{side}",
            f"frozen, four views, learnt from side a, asked for side {side}",
            one_side,
            FOUR_VIEWS,
            f"side_{side}",
        )


LEAVES: Mapping[str, LeafExperiment] = {
    one.name: one for experiment in _leaves() for one in (experiment, experiment.control())
}
"""Each with its control after it, in the order in which they are done and shown."""

_BIRDS = (
    BirdExperiment("birds_frozen", "frozen, wide log-mel, folds by recordist", "birds_frozen"),
)

BIRDS: Mapping[str, BirdExperiment] = {
    one.name: one for experiment in _BIRDS for one in (experiment, experiment.control())
}
"""Each with its control after it."""

EXPERIMENTS: Mapping[str, Experiment] = {**LEAVES, **BIRDS}
