"""Run files of invented systems, as good as one wants.

An answer is drawn from Luce's model: each class has a strength, strengths get Gumbel noise, the
highest stands first. So a right class of strength `level` (over all wrong ones together) stands first
with the odds exp(level). Some classes, rare ones above all, a system has not learned: it never finds
them. Classes of the same genus are the strongest wrong ones, wrong classes of a
query are the same for all its images and all runs, and some queries are harder for everybody: fusing
images and runs brings something, but not everything.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from scoring.synthetic.draws import Floats, Ints
from scoring.synthetic.world import World
from scoring.truth.ground_truth import GroundTruth

_QUERIES_AT_ONCE = 2_000  # bounds the memory whatever the size
_FADING = 0.5  # how fast wrong classes weaken along their list
_HARDER_FOR_ALL = 0.7
_ORDINARY_IMAGES = 20  # a class with so many training images is as easy as `level` says
_BACKGROUND = 1.5  # what background classes are weaker by
_LEARNED = 2.5  # at level 0 a system has learned an ordinary class with the odds exp(2.5)
_VIEWS = {
    "Organ": {"flower": 0.9, "fruit": 0.4, "scan": 0.3, "leaf": 0.0, "branch": -0.6, "stem": -1.0},
}


@dataclass(frozen=True)
class Skill:
    """How good an invented system is.

    Attributes
    ----------
    level
        Log-odds that the right class stands first: 0 is every second time.
    rare
        What ten times the training images add to it.
    shifts
        What a value of a column (of media.csv, else of queries.csv) adds to it.
    coverage
        Share of the queries it answers.
    """

    level: float
    rare: float = 0.8
    shifts: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: _VIEWS)
    coverage: float = 1.0


def write_synthetic_run(
    path: Path,
    truth: GroundTruth,
    skill: Skill,
    *,
    seed: int,
    shape: str = "ranked",
    predictions: int = 100,
    image_path: Path | None = None,
) -> None:
    """Write a valid run file, best answers first.

    Where the task has images the run is the mean over the answers to each image of an observation.

    Parameters
    ----------
    seed
        The same truth, skill and seed give the same bytes.
    shape
        `ranked` or `segment`.
    predictions
        Answers a query; fewer where there are fewer classes.
    image_path
        Where the image run goes, if one is wanted.

    Raises
    ------
    ValueError
        The shape is another one, an image run is wanted of a task without images, or not one line
        came of so few queries or classes: an empty run is invalid.
    """
    if shape not in {"ranked", "segment"}:
        raise ValueError(f"no synthetic runs of shape {shape!r}; right is 'ranked' or 'segment'")
    if image_path and truth.test_set.media is None:
        raise ValueError("an image run needs media.csv, which this task has not")
    rng = np.random.default_rng(seed)  # noqa: TID251 - the seed is the caller's
    world = World.of(truth)
    heads = [f"{query};" for query in world.query_ids]
    if shape == "segment":
        heads = [";".join(head.rsplit("/", 1)) for head in heads]
    with ExitStack() as files:
        file = files.enter_context(path.open("w", encoding="utf-8"))
        image_file = (
            files.enter_context(image_path.open("w", encoding="utf-8")) if image_path else None
        )
        image_heads = [f"{medium};" for medium in world.item_ids]
        for answers in _answers(world, skill, predictions, rng):
            _write(file, heads, world.class_ids, answers.fused(world, predictions))
            if image_file:
                _write(image_file, image_heads, world.class_ids, answers)
    if not path.stat().st_size:
        for empty in filter(None, (path, image_path)):
            empty.unlink()
        raise ValueError(
            "a run would be empty, which is invalid; right are more queries or classes, a higher level "
            "or coverage, or another seed"
        )


@dataclass(frozen=True)
class _Answers:
    """Lines of a run, those of a row side by side and the best first: row, class, probability."""

    rows: Ints
    classes: Ints
    probabilities: Floats

    def fused(self, world: World, most: int) -> "_Answers":
        """Return the mean over the items of each query; itself where queries are the items."""
        if world.items_are_queries:
            return self
        n_classes = len(world.class_ids)
        queries = world.item_query[self.rows]
        keys, place = np.unique(queries * n_classes + self.classes, return_inverse=True)
        sums = np.bincount(place, weights=self.probabilities)
        rows, classes = np.divmod(keys, n_classes)
        means = sums / world.items_of_query[rows]
        order = np.lexsort((-means, rows))
        rows = rows[order]
        first = np.searchsorted(rows, rows)  # of the same query
        keep = np.arange(len(rows)) - first < most
        return _Answers(rows[keep], classes[order][keep], means[order][keep])


def _answers(
    world: World, skill: Skill, predictions: int, rng: np.random.Generator
) -> Iterator[_Answers]:
    """Yield the answers to all items, some queries at a time."""
    ease = _HARDER_FOR_ALL * world.ease_for_all[world.item_query] + _shifts(world, skill)
    level = _class_levels(world, skill, rng)
    answered = rng.random(len(world.query_ids)) < skill.coverage
    for start in range(0, len(world.query_ids), _QUERIES_AT_ONCE):
        end = start + _QUERIES_AT_ONCE
        items = np.arange(*np.searchsorted(world.item_query, (start, end)))
        items = items[answered[world.item_query[items]]]
        yield _answer(world, items, ease[items], level, predictions, rng)


def _class_levels(world: World, skill: Skill, rng: np.random.Generator) -> Floats:
    """Return the log-odds that a class stands first where it is right; -inf when it was not learned."""
    images = np.log10((1 + world.training_images) / (1 + _ORDINARY_IMAGES))
    level = skill.level + skill.rare * images
    learned = rng.random(len(level)) < 1 / (1 + np.exp(-level - _LEARNED))
    return np.where(learned, level, -np.inf)


def _shifts(world: World, skill: Skill) -> Floats:
    shifts = np.zeros(len(world.item_ids))
    for column, by_value in skill.shifts.items():
        values = world.item_column(column)
        if values is not None:
            shifts += [by_value.get(value, 0.0) for value in values]
    return shifts


def _answer(
    world: World,
    items: Ints,
    ease: Floats,
    level: Floats,
    predictions: int,
    rng: np.random.Generator,
) -> _Answers:
    queries = world.item_query[items]
    right = world.relevant[queries]
    wrong = world.wrong_classes(queries, predictions)
    strength = -_FADING * np.log1p(np.arange(wrong.shape[1]))
    together = np.log(np.exp(strength).sum())
    right_strength = (
        together + ease[:, None] + level[right] - _BACKGROUND * world.background[queries]
    )
    wrong_strength = np.broadcast_to(strength, wrong.shape)
    strengths = np.concatenate([right_strength, wrong_strength], axis=1)
    strengths += _gumbel(strengths.shape, rng)
    classes = np.concatenate([right, wrong], axis=1)
    strengths[classes < 0] = -np.inf
    return _best(items, classes, strengths, together, predictions)


def _best(
    items: Ints, classes: Ints, strengths: Floats, nothing: float, predictions: int
) -> _Answers:
    """Return the strongest classes; "none of them" has a share of the probability too."""
    order = np.argsort(-strengths, axis=1)[:, :predictions]
    weights = np.exp(strengths)
    shares = weights / (weights.sum(axis=1, keepdims=True) + np.exp(nothing))
    best = np.take_along_axis(classes, order, axis=1)
    given = np.isfinite(np.take_along_axis(strengths, order, axis=1))
    return _Answers(
        np.broadcast_to(items[:, None], best.shape)[given],
        best[given],
        np.take_along_axis(shares, order, axis=1)[given],
    )


def _gumbel(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    return -np.log(-np.log(rng.random(shape) + 2.0**-54))  # never 0, never 1


def _write(file: TextIO, heads: list[str], class_ids: list[str], answers: _Answers) -> None:
    lines = zip(
        answers.rows.tolist(), answers.classes.tolist(), answers.probabilities.tolist(), strict=True
    )
    file.write(
        "".join([f"{heads[row]}{class_ids[one]};{share:.5g}\n" for row, one, share in lines])
    )
