"""Invented families, genera and species."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from scoring.synthetic.draws import Ints, long_tail, shuffled


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Joined into names that read like Latin; whether one exists is chance.
_STARTS = _words(
    "Abr Bel Cal Dor Elv Fen Gal Hel Ir Kal Lom Mer Nev Or Pal Quer Rav Sel Tal Tren Ulm Ver Xan Yl Zer"
)
_MIDDLES = _words("ab an ar ed el er im in ir ol on or ul und")
_GENUS_ENDS = _words("anthus opsis ella ium era ina ora osa ia um us")  # longer ones first
_ROOTS = _words(
    "alb aur austr bor clav dens ferr glac hirt lat mont nigr pall parv ripar silv tard umbr vern virid"
)
_EPITHET_ENDS = _words("atilis ensis ianii icola ifer iformis ilis oides ulans")

_SPECIES_A_GENUS = 3
_GENERA_A_FAMILY = 15


@dataclass(frozen=True)
class Taxonomy:
    """The names of n classes, those of a genus side by side."""

    species: list[str]
    genus: list[str]
    family: list[str]


def invent_taxonomy(n: int, family_end: str, rng: np.random.Generator) -> Taxonomy:
    """Invent n species, few genera and families with many of them and many with few.

    Parameters
    ----------
    family_end
        What families' names end in: `aceae` for plants, `idae` for animals.
    """
    sizes = _genus_sizes(n, rng)
    families = long_tail(max(1, len(sizes) // _GENERA_A_FAMILY), len(sizes), 0.8, rng)
    names = _genus_names(len(sizes), rng)
    of_family = np.repeat(np.arange(len(families)), families).tolist()
    first = np.concatenate([[0], np.cumsum(families)[:-1]]).tolist()
    taxonomy = Taxonomy([], [], [])
    for name, size, family in zip(names, sizes.tolist(), of_family, strict=True):
        family_name = _stem(names[first[family]]) + family_end  # after its first genus
        taxonomy.species.extend(f"{name} {epithet}" for epithet in _epithets(size, rng))
        taxonomy.genus.extend([name] * size)
        taxonomy.family.extend([family_name] * size)
    return taxonomy


def _genus_sizes(n: int, rng: np.random.Generator) -> Ints:
    """Return how many species each genus has; none more than there are epithets."""
    most = len(_ROOTS) * len(_EPITHET_ENDS)
    sizes = np.minimum(long_tail(max(1, n // _SPECIES_A_GENUS), n, 0.6, rng), most)
    left = n - int(sizes.sum())
    return np.concatenate([sizes, np.ones(left, np.int64)])


def _genus_names(n: int, rng: np.random.Generator) -> list[str]:
    """Return n different names, as short as their number allows."""
    middles = 1
    while len(_STARTS) * len(_MIDDLES) ** middles * len(_GENUS_ENDS) < 2 * n:
        middles += 1
    names = list(_joined(_STARTS, *[_MIDDLES] * middles, _GENUS_ENDS))
    return [names[place] for place in shuffled(len(names), rng)[:n]]


def _epithets(n: int, rng: np.random.Generator) -> list[str]:
    return [_EPITHETS[place] for place in shuffled(len(_EPITHETS), rng)[:n]]


def _joined(*parts: tuple[str, ...]) -> Iterator[str]:
    return map("".join, product(*parts))


_EPITHETS = list(_joined(_ROOTS, _EPITHET_ENDS))


def _stem(genus: str) -> str:
    return next(genus.removesuffix(end) for end in _GENUS_ENDS if genus.endswith(end))
