"""The tables of invented tasks: classes, queries, images and ground truth."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from scoring.synthetic.draws import Floats, Ints, long_tail, picks, shuffled, weighted_choice
from scoring.synthetic.taxonomy import invent_taxonomy

Columns = dict[str, list[str]]
Tables = dict[str, Columns]

# What the images of an observation show, and how often.
_ORGANS = {
    "flower": 0.33,
    "leaf": 0.30,
    "fruit": 0.11,
    "entire": 0.10,
    "branch": 0.07,
    "stem": 0.05,
    "scan": 0.04,
}
_DOMAINS = {"herbarium-cr": 0.3, "herbarium-fr": 0.35, "scan": 0.15, "photo": 0.2}
_COSTA_RICAN = 255 / 1255  # of the classes of the herbarium recipe, as in the talk of 2017
_CALLS = {"song": 0.65, "call": 0.35}
_BACKGROUND = np.array([0.45, 0.25, 0.15, 0.08, 0.05, 0.02])  # recordings with 0, 1, 2 ... species
_HEARD = np.array([0.45, 0.25, 0.15, 0.1, 0.05])  # segments with 0, 1, 2 ... species
_SEGMENT_S = 5
_SEGMENTS = 120  # of a soundscape of ten minutes
_SPECIES_A_SITE = 30


@dataclass(frozen=True)
class SyntheticSize:
    """How large the tables of a recipe are.

    Attributes
    ----------
    in_truth
        How many of the classes are the answer to a query.
    media
        Images of all observations; 0 where a recipe has none.
    training_images
        The sum of the column TrainImages.
    """

    classes: int
    in_truth: int
    queries: int
    training_images: int
    authors: int = 1
    media: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that contradict each other."""
        for few, many in (
            ("in_truth", "classes"),
            ("in_truth", "queries"),
            ("authors", "queries"),
            ("classes", "training_images"),
        ):
            if getattr(self, few) > getattr(self, many):
                raise ValueError(f"'{few}' is more than '{many}'; right is at most as many")
        if 0 < self.media < self.queries:
            raise ValueError("'media' is less than 'queries'; every query needs an image")

    def scaled(self, *, classes: int | None = None, queries: int | None = None) -> Self:
        """Return a size with so many classes and queries, and all else in proportion.

        Examples
        --------
        >>> SYNTHETIC_RECIPES["plantclef"].scaled(classes=100, queries=50)
        SyntheticSize(classes=100, in_truth=11, queries=50, training_images=2563, authors=27, media=70)
        """
        classes = self.classes if classes is None else classes
        queries = self.queries if queries is None else queries
        if classes < 1 or queries < 1:
            raise ValueError(
                f"{classes} classes and {queries} queries; right is one of each at least"
            )
        by_class, by_query = classes / self.classes, queries / self.queries
        return replace(
            self,
            classes=classes,
            queries=queries,
            in_truth=min(classes, queries, max(1, round(self.in_truth * by_class))),
            training_images=max(classes, round(self.training_images * by_class)),
            authors=min(queries, max(1, round(self.authors * by_query))),
            media=max(queries, round(self.media * by_query)) if self.media else 0,
        )


@dataclass(frozen=True)
class _Recipe:
    size: SyntheticSize
    make: Callable[[SyntheticSize, np.random.Generator], Tables]


def write_synthetic_tables(
    recipe: str, folder: Path, *, seed: int, size: SyntheticSize | None = None
) -> None:
    """Write the csv files of an invented task into a folder, which is made where there is none.

    Parameters
    ----------
    recipe
        One of `SYNTHETIC_RECIPES`.
    seed
        The same seed and size give the same bytes.
    size
        How large; left out, the size of the recipe.

    Raises
    ------
    ValueError
        There is no such recipe.
    """
    known = _RECIPES.get(recipe)
    if known is None:
        raise ValueError(f"There is no recipe {recipe!r}; there are {', '.join(_RECIPES)}.")
    rng = np.random.default_rng(seed)  # noqa: TID251 - the seed is the caller's
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in known.make(size or known.size, rng).items():
        _write(folder / name, columns)


def _write(path: Path, columns: Columns) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(columns) + "\n")
        file.writelines(";".join(row) + "\n" for row in zip(*columns.values(), strict=True))


# ---------------------------------------------------------------- classes
def _classes(
    size: SyntheticSize, family_end: str, rng: np.random.Generator
) -> tuple[Columns, Ints]:
    """Return classes.csv, and the place of each class in the taxonomy."""
    names = invent_taxonomy(size.classes, family_end, rng)
    order = shuffled(size.classes, rng)
    images = long_tail(
        size.classes, size.training_images, 1.2, rng, head=max(1.0, size.classes / 100)
    )
    columns = {
        "ClassId": _numbered(1000, size.classes),
        "Species": [names.species[place] for place in order],
        "Genus": [names.genus[place] for place in order],
        "Family": [names.family[place] for place in order],
        "TrainImages": _texts(images),
    }
    return columns, order


def _popularity(classes: Columns) -> Floats:
    """Return how likely a class is met: more so where there are many training images."""
    return np.sqrt(np.array(classes["TrainImages"], np.float64))


def _answers(of: Ints, weights: Floats, size: SyntheticSize, rng: np.random.Generator) -> Ints:
    """Return the class of each query: so many classes, a few of them often, the well-known ones."""
    chosen = of[weighted_choice(weights[of], size.in_truth, rng)]
    often = np.argsort(-weights[chosen] * (0.5 + rng.random(size.in_truth)))
    counts = np.sort(long_tail(size.in_truth, size.queries, 0.7, rng, head=size.in_truth / 50 + 1))
    return np.repeat(chosen[often], counts[::-1])[shuffled(size.queries, rng)]


# ---------------------------------------------------------------- the four recipes
def _plantclef(size: SyntheticSize, rng: np.random.Generator) -> Tables:
    classes, _ = _classes(size, "aceae", rng)
    answers = _answers(np.arange(size.classes), _popularity(classes), size, rng)
    queries = {"QueryId": _numbered(10_000, size.queries), "Author": _authors(size, rng)}
    of_query = np.repeat(np.arange(size.queries), _images_each(size, rng))
    media = {
        "MediaId": _numbered(100_000, len(of_query)),
        "QueryId": _at(queries["QueryId"], of_query),
        "Organ": _drawn(_ORGANS, len(of_query), rng),
        "Author": _at(queries["Author"], of_query),
    }
    truth = {"QueryId": queries["QueryId"], "ClassId": _at(classes["ClassId"], answers)}
    return _tables(classes, queries, truth) | ({"media.csv": media} if size.media else {})


def _images_each(size: SyntheticSize, rng: np.random.Generator) -> Ints:
    """Return the number of images of each observation: one for most, many for a few."""
    extra = max(0, size.media - size.queries)
    places = (rng.random(extra) ** 1.7 * size.queries).astype(np.int64)
    return 1 + np.bincount(shuffled(size.queries, rng)[places], minlength=size.queries)


def _herbarium(size: SyntheticSize, rng: np.random.Generator) -> Tables:
    if size.classes < 2:
        raise ValueError("the recipe herbarium has two floras; right are two classes at least")
    classes, order = _classes(size, "aceae", rng)
    is_costa_rican = order < max(1, round(_COSTA_RICAN * size.classes))  # whole genera
    classes["Flora"] = np.where(is_costa_rican, "Costa Rica", "France").tolist()
    domains = np.array(_drawn(_DOMAINS, size.queries, rng))
    answers = np.empty(size.queries, np.int64)
    for flora in (True, False):
        asked = (domains == "herbarium-cr") == flora
        of = np.flatnonzero(is_costa_rican == flora)
        n_asked = int(asked.sum())
        if not n_asked:
            continue
        part = SyntheticSize(size.classes, min(len(of), n_asked), n_asked, size.training_images)
        answers[asked] = _answers(of, _popularity(classes), part, rng)
    queries = {"QueryId": _numbered(10_000, size.queries), "Domain": domains.tolist()}
    truth = {"QueryId": queries["QueryId"], "ClassId": _at(classes["ClassId"], answers)}
    return _tables(classes, queries, truth)


def _birdclef_recordings(size: SyntheticSize, rng: np.random.Generator) -> Tables:
    classes, _ = _classes(size, "idae", rng)
    popularity = _popularity(classes)
    answers = _answers(np.arange(size.classes), popularity, size, rng)
    queries = {
        "QueryId": _numbered(10_000, size.queries),
        "Type": _drawn(_CALLS, size.queries, rng),
        "Author": _authors(size, rng),
    }
    counts = picks(_BACKGROUND, size.queries, rng)
    others = picks(popularity, int(counts.sum()), rng)
    lines: list[tuple[int, int, str]] = []
    for query, behind in enumerate(np.split(others, np.cumsum(counts)[:-1])):
        main = int(answers[query])
        lines.append((query, main, "0"))
        lines += [(query, one, "1") for one in sorted(set(behind.tolist()) - {main})]
    truth = {
        "QueryId": [queries["QueryId"][query] for query, _, _ in lines],
        "ClassId": [classes["ClassId"][one] for _, one, _ in lines],
        "Background": [background for _, _, background in lines],
    }
    return _tables(classes, queries, truth)


def _birdclef_soundscapes(size: SyntheticSize, rng: np.random.Generator) -> Tables:
    classes, _ = _classes(size, "idae", rng)
    heard = _answers(np.arange(size.classes), _popularity(classes), size, rng)
    counts = picks(_HEARD, size.queries, rng)
    ids: list[str] = []
    lines: list[tuple[str, str]] = []
    for query, count in enumerate(counts.tolist()):
        soundscape, segment = divmod(query, _SEGMENTS)
        ids.append(f"{1000 + soundscape}/{_time(segment)}-{_time(segment + 1)}")
        # A site has its own birds: places of one short stretch of all that are heard.
        around = (soundscape * _SPECIES_A_SITE + rng.random(count) * _SPECIES_A_SITE).astype(int)
        species = sorted({classes["ClassId"][heard[place % size.queries]] for place in around})
        lines += [(ids[-1], one) for one in species or [""]]
    truth = {"QueryId": [line[0] for line in lines], "ClassId": [line[1] for line in lines]}
    return _tables(classes, {"QueryId": ids}, truth)


def _time(segment: int) -> str:
    minutes, seconds = divmod(segment * _SEGMENT_S, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


# ---------------------------------------------------------------- columns
def _tables(classes: Columns, queries: Columns, truth: Columns) -> Tables:
    return {"classes.csv": classes, "queries.csv": queries, "ground_truth.csv": truth}


def _numbered(first: int, n: int) -> list[str]:
    return _texts(range(first, first + n))


def _texts(numbers: Iterable[int]) -> list[str]:
    return [str(number) for number in numbers]


def _at(column: list[str], places: Ints) -> list[str]:
    return [column[place] for place in places.tolist()]


def _authors(size: SyntheticSize, rng: np.random.Generator) -> list[str]:
    """Return who sent each query; every author sent one, a few very many."""
    counts = long_tail(size.authors, size.queries, 0.6, rng)
    authors = np.repeat(np.arange(size.authors), counts)[shuffled(size.queries, rng)]
    return [f"a{1 + author}" for author in authors.tolist()]


def _drawn(shares: Mapping[str, float], n: int, rng: np.random.Generator) -> list[str]:
    return _at(list(shares), picks(np.array(list(shares.values())), n, rng))


_RECIPES = {
    # The figures of 2017: classes, observations, images, users; the sum is the images of EOL.
    "plantclef": _Recipe(
        SyntheticSize(
            classes=10_000,
            in_truth=1_125,
            queries=17_886,
            media=25_190,
            authors=9_691,
            training_images=256_287,
        ),
        _plantclef,
    ),
    # 1,500 species as in 2017; the other sizes are chosen here.
    "birdclef_recordings": _Recipe(
        SyntheticSize(
            classes=1_500, in_truth=1_000, queries=3_000, authors=300, training_images=36_000
        ),
        _birdclef_recordings,
    ),
    "birdclef_soundscapes": _Recipe(
        SyntheticSize(classes=1_500, in_truth=400, queries=2_400, training_images=36_000),
        _birdclef_soundscapes,
    ),
    # 255 species of Costa Rica and 1,000 of France, as in the talk; the other sizes are chosen here.
    "herbarium": _Recipe(
        SyntheticSize(classes=1_255, in_truth=1_255, queries=4_000, training_images=60_000),
        _herbarium,
    ),
}
SYNTHETIC_RECIPES: Mapping[str, SyntheticSize] = {
    name: recipe.size for name, recipe in _RECIPES.items()
}
