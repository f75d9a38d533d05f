"""What method descriptions say, one thing at a time, as levels by which runs can be compared."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from statistics import fmean
from typing import Any, Literal

from campaign.reads.board_filters import NOT_SAID, TRAINING_DATA, training_group
from campaign.reads.method_tags import TagReader
from scoring import broader_tags

Description = Mapping[str, Any]
Says = Callable[[Description, TagReader], Collection[str]]

WITHOUT = "without"
MOST_TAGS = 6  # are compared: the more contrasts, the wider the interval of each
_BANDS = {
    "n_networks": ("1", "2-3", "4-7", "8-"),
    "test_time_outputs": ("1", "2-9", "10-99", "100-"),
}


@dataclass(frozen=True)
class Factor:
    """One thing that method descriptions say.

    Attributes
    ----------
    name
        A slug.
    says
        What a description says of it: its levels; none where it says nothing, which is not the same as no.
    compares
        ``steps``: each level with the one before it; ``reference``: each with the first there is;
        ``tags``: runs that name one with runs that name others only.
    levels
        In their order; tags have none.
    field
        Of levels that are bands of a number, the field that it stands in.
    """

    name: str
    says: Says
    compares: Literal["steps", "reference", "tags"]
    levels: Sequence[str] = ()
    field: str = ""

    def pairs(self, said: Sequence[Collection[str]]) -> list[tuple[str, str]]:
        """Return which levels are to be compared, each with its reference.

        Parameters
        ----------
        said
            What each run says of it; those that say nothing are left out.
        """
        if self.compares == "tags":
            return [(tag, WITHOUT) for tag in _most_used(said)]
        there = [level for level in self.levels if any(level in own for own in said)]
        if self.compares == "steps":
            return [(level, before) for before, level in pairwise(there)]
        return [(level, there[0]) for level in there[1:]]

    def columns(self, descriptions: Sequence[Description], reader: TagReader) -> list[list[float]]:
        """Return what descriptions say as columns of numbers, for what is to be left out of account.

        A number as its logarithm, each level but one as 0 or 1; tags, of which there may be hundreds, are
        no columns. What is not said counts as the mean of what is.
        """
        if self.field:
            numbers = [one.get(self.field) for one in descriptions]
            return _filled([[None if n is None else log2(n) for n in numbers]])
        said = [self.says(one, reader) for one in descriptions]
        there = [level for level in self.levels if any(level in own for own in said)]
        return _filled(
            [[float(level in own) if own else None for own in said] for level in there[1:]]
        )


def _filled(columns: Iterable[Sequence[float | None]]) -> list[list[float]]:
    """Return the columns that say something, with their means where they do not."""
    means = [(own, fmean(known)) for own in columns if (known := [n for n in own if n is not None])]
    return [[mean if n is None else n for n in own] for own, mean in means]


def level_in(said: Collection[str], pair: tuple[str, str]) -> str | None:
    """Return on which side of a comparison a run stands; None where on neither."""
    level, reference = pair
    if level in said:
        return level
    return reference if reference == WITHOUT or reference in said else None


def _most_used(said: Sequence[Collection[str]]) -> Iterator[str]:
    """Yield the tags that most runs name, but not all of them; of equal ones none twice."""
    runs: dict[str, set[int]] = defaultdict(set)
    for place, own in enumerate(said):
        for tag in own:
            runs[tag].add(place)
    by_use = sorted(runs, key=lambda tag: (-len(runs[tag]), tag))
    seen: list[set[int]] = []
    for tag in by_use:
        if len(runs[tag]) < len(said) and runs[tag] not in seen and len(seen) < MOST_TAGS:
            seen.append(runs[tag])
            yield tag


# ---------------------------------------------------------------- what is said
def _training_data(description: Description, _reader: TagReader) -> Collection[str]:
    group = training_group(description)
    return () if group == NOT_SAID else (group,)


def _pre_training(description: Description, reader: TagReader) -> Collection[str]:
    tags = reader.tags("pre_training", description)
    return () if not tags else ("scratch",) if tags == ["none"] else ("pre-trained",)


def _banded(field: str) -> Says:
    def band(description: Description, _reader: TagReader) -> Collection[str]:
        n = description.get(field)
        return () if n is None else (band_of(field, n),)

    return band


def band_of(field: str, n: int) -> str:
    """Return the band of a count.

    >>> band_of("n_networks", 1), band_of("n_networks", 12)
    ('1', '8-')
    """
    return [band for band in _BANDS[field] if int(band.split("-")[0]) <= n][-1]


def _tagged(kind: str) -> Says:
    def tags(description: Description, reader: TagReader) -> Collection[str]:
        own = reader.tags(kind, description)
        return {*own, *(broad for tag in own for broad in broader_tags(tag))}

    return tags


_ALL = (
    Factor("training-data", _training_data, "reference", tuple(TRAINING_DATA)),
    Factor("architectures", _tagged("architectures"), "tags"),
    Factor("networks", _banded("n_networks"), "steps", _BANDS["n_networks"], "n_networks"),
    Factor("pre-training", _pre_training, "reference", ("scratch", "pre-trained")),
    Factor("augmentation", _tagged("augmentation"), "tags"),
    Factor(
        "test-outputs",
        _banded("test_time_outputs"),
        "steps",
        _BANDS["test_time_outputs"],
        "test_time_outputs",
    ),
)
FACTORS: Mapping[str, Factor] = {factor.name: factor for factor in _ALL}
